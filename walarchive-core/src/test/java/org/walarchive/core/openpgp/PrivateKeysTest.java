package org.walarchive.core.openpgp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.ConfigurationException;
import org.walarchive.Encryption;

/** Private keys of files: each way not to have the right one says what it is. */
final class PrivateKeysTest {

    @TempDir
    private Path directory;

    private static ConfigurationException refusal(Encryption settings, String message) {
        DecryptionException e =
                assertThrows(DecryptionException.class, () -> Keys.decrypt(settings, Keys.bytes(message)));
        return e.of("fetch of X", "file:///a/X.lzo");
    }

    private static Encryption.Builder none() {
        return Encryption.builder().gnupgHome(Keys.file("")).gpgProgram("/nonexistent/gpg");
    }

    private static void assertSays(String words, ConfigurationException e) {
        String text = e.getMessage() + "\n" + e.detail().orElseThrow() + "\n"
                + e.hint().orElseThrow();
        assertTrue(text.contains(words), text);
        assertFalse(text.contains(Keys.PASSPHRASE), text);
    }

    @Test
    void noPrivateKeyAndNoGpg() {
        ConfigurationException e = refusal(none().build(), "message.rsa.gpg");
        assertSays("It is encrypted to key ", e);
        assertSays("/nonexistent/gpg cannot be run", e);
        assertSays("WALARCHIVE_PGP_PRIVATE_KEYS", e);
    }

    @Test
    void noHomeOfGnupg() {
        Path home = directory.resolve("none");
        assertSays(
                "GnuPG's home directory " + home + " does not exist",
                refusal(Encryption.builder().gnupgHome(home).build(), "message.rsa.gpg"));
        assertTrue(Files.notExists(home));
    }

    @Test
    void privateKeyOfAnother() {
        assertSays("/nonexistent/gpg cannot be run", refusal(Keys.with("cv25519"), "message.rsa.gpg"));
    }

    @Test
    void noPassphrase() {
        assertSays(
                "is protected by a passphrase, and none is given",
                refusal(
                        none().privateKeyFile(Keys.file("protected.private.asc"))
                                .build(),
                        "message.protected.gpg"));
    }

    @Test
    void wrongPassphrase() {
        assertSays(
                "the passphrase is wrong",
                refusal(
                        none().privateKeyFile(Keys.file("protected.private.asc"))
                                .passphrase("horse")
                                .build(),
                        "message.protected.gpg"));
    }

    @Test
    void passphraseOfAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("passphrase"), Keys.PASSPHRASE + "\n");
        Encryption settings = none().privateKeyFile(Keys.file("protected.private.asc"))
                .passphraseFile(file)
                .passphrase("of no use")
                .build();
        assertArrayEquals(Keys.bytes("plain.txt"), Keys.decrypt(settings, Keys.bytes("message.protected.gpg")));
    }

    @Test
    void passphraseFileIsAbsent() {
        Encryption settings = none().privateKeyFile(Keys.file("protected.private.asc"))
                .passphraseFile(directory.resolve("none"))
                .build();
        assertSays("Passphrase file " + directory.resolve("none"), refusal(settings, "message.protected.gpg"));
    }

    @Test
    void filesThatHoldNoPrivateKey() throws IOException {
        Path garbage = Files.write(directory.resolve("garbage"), new byte[] {(byte) 0xff, 1, 2, 3});
        Path text = Files.writeString(directory.resolve("text"), "my key");
        Path empty = Files.write(directory.resolve("empty"), new byte[0]);
        String armor = Files.readString(Keys.file("rsa.private.asc"));
        Path cut = Files.writeString(directory.resolve("cut"), armor.substring(0, armor.length() / 2));
        Path damaged = Files.writeString(
                directory.resolve("damaged"), armor.substring(0, 300) + "%%%%" + armor.substring(304));
        for (Path file :
                new Path[] {garbage, text, empty, cut, damaged, directory.resolve("absent"), Keys.file("rsa.public.asc")
                }) {
            ConfigurationException e = refusal(none().privateKeyFile(file).build(), "message.rsa.gpg");
            assertSays("Private key file " + file + " cannot be read: ", e);
        }
    }

    @Test
    void binaryFileAndSeveralInOne() throws IOException {
        Path several = Files.writeString(
                directory.resolve("several.asc"),
                "a remark\n" + Files.readString(Keys.file("cv25519.private.asc"))
                        + Files.readString(Keys.file("rsa.private.asc")));
        Path binary = Files.write(directory.resolve("binary"), KeyFile.read(several));
        for (Path file : new Path[] {several, binary}) {
            Encryption settings = none().privateKeyFile(file).build();
            assertArrayEquals(Keys.bytes("plain.txt"), Keys.decrypt(settings, Keys.bytes("message.rsa.gpg")));
            assertArrayEquals(Keys.bytes("plain.txt"), Keys.decrypt(settings, Keys.bytes("message.cv25519.gpg")));
        }
    }

    @Test
    void messageToAPassphraseOnly() {
        assertSays("to a passphrase, and to no key", refusal(Keys.with("rsa"), "symmetric.gpg"));
    }

    /** The key of the first recipient is here as well, and locked. */
    @Test
    void keyThatCannotBeUnlockedDoesNotHinderAnother() throws IOException, ConfigurationException {
        byte[] message = Keys.encrypt(Keys.to("protected", "cv25519"), Keys.bytes("small.txt"));
        Encryption settings = none().privateKeyFile(Keys.file("protected.private.asc"))
                .privateKeyFile(Keys.file("cv25519.private.asc"))
                .passphrase("horse")
                .build();
        assertArrayEquals(Keys.bytes("small.txt"), Keys.decrypt(settings, message));
    }

    /** That none of the keys opens it says nothing about the message. */
    @Test
    void messageThatHidesItsRecipientMayBeToAnother() {
        assertSays("/nonexistent/gpg cannot be run", refusal(Keys.with("nistp256", "elgamal"), "hidden.gpg"));
    }

    @Test
    void messageThatHidesItsRecipientIsReadBesideALockedKey() throws IOException {
        Encryption settings = none().privateKeyFile(Keys.file("protected.private.asc"))
                .privateKeyFile(Keys.file("cv25519.private.asc"))
                .build();
        assertArrayEquals(Keys.bytes("small.txt"), Keys.decrypt(settings, Keys.bytes("hidden.gpg")));
    }
}
