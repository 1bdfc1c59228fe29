package org.walarchive.core.openpgp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ConfigurationException;
import org.walarchive.Encryption;
import org.walarchive.core.store.HandClock;

/** Which key is encrypted to, and which is refused. */
final class EncryptorTest {

    @TempDir
    private Path directory;

    private static Encryption all(String recipient) {
        return Encryption.builder()
                .recipients(recipient)
                .publicKeyFile(Keys.file("all.gpg"))
                .build();
    }

    private static List<String> chosen(Encryption settings) throws ConfigurationException {
        return new OpenPgp(settings).encryptor().orElseThrow().fingerprints();
    }

    private static ConfigurationException refusal(Encryption settings) {
        return assertThrows(ConfigurationException.class, () -> chosen(settings));
    }

    private static void assertSays(String words, ConfigurationException e) {
        String text =
                e.getMessage() + "\n" + e.detail().orElse("") + "\n" + e.hint().orElseThrow();
        assertTrue(text.contains(words), () -> "\"" + words + "\" is not in " + text);
    }

    @Test
    void withoutRecipientsNothingIsEncrypted() throws ConfigurationException {
        assertEquals(
                Optional.empty(), new OpenPgp(Encryption.none()).encryptor().map(Encryptor::fingerprints));
    }

    @Test
    void findsAKeyByEachOfItsNames() throws ConfigurationException {
        String subkey = chosen(Keys.to("cv25519")).get(0);
        for (String name : List.of(
                "cv25519@example.invalid",
                "CV25519@Example.Invalid",
                "<cv25519@example.invalid>",
                "=cv25519 <cv25519@example.invalid>",
                "v25519 <cv",
                subkey,
                "0x" + subkey,
                subkey + "!",
                subkey.substring(24),
                "0x" + subkey.substring(24).toLowerCase(Locale.ROOT),
                subkey.substring(32),
                subkey.replaceAll("(.{4})", "$1 ").strip())) {
            assertEquals(List.of(subkey), chosen(all(name)), name);
        }
    }

    @Test
    void findsKeysInGnupgsHome() throws IOException, ConfigurationException {
        List<String> expected = chosen(Keys.to("rsa"));
        Path keybox = Files.createDirectory(directory.resolve("keybox"));
        Files.copy(Keys.file("pubring.kbx"), keybox.resolve("pubring.kbx"));
        Path old = Files.createDirectory(directory.resolve("old"));
        Files.copy(Keys.file("all.gpg"), old.resolve("pubring.gpg"));
        Path both = Files.createDirectory(directory.resolve("both"));
        Files.copy(Keys.file("pubring.kbx"), both.resolve("pubring.kbx"));
        Files.copy(Keys.file("all.gpg"), both.resolve("pubring.gpg"));
        for (Path home : List.of(keybox, old, both)) {
            Encryption settings = Encryption.builder()
                    .recipients("rsa@example.invalid")
                    .gnupgHome(home)
                    .build();
            assertEquals(expected, chosen(settings), home.toString());
        }
    }

    /** The first key of the keybox, {@code rsa}, is made one of an algorithm that nobody knows. */
    @Test
    void keyOfAnUnknownFormDoesNotHinderOthersOfTheKeybox() throws Exception {
        byte[] keybox = Keys.bytes("pubring.kbx");
        ByteBuffer bytes = ByteBuffer.wrap(keybox);
        int blob = bytes.getInt(0);
        int end = blob + bytes.getInt(blob);
        int key = blob + bytes.getInt(blob + 8);
        assertEquals((byte) 0x99, keybox[key]);
        keybox[key + 3 + 5] = 99;
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        sha1.update(keybox, blob, end - 20 - blob);
        System.arraycopy(sha1.digest(), 0, keybox, end - 20, 20);
        Files.write(directory.resolve("pubring.kbx"), keybox);
        Encryption.Builder home = Encryption.builder().gnupgHome(directory);
        assertEquals(
                chosen(Keys.to("cv25519")),
                chosen(home.recipients("cv25519@example.invalid").build()));

        String fingerprint = KeyIds.format(
                PublicKeys.read(Keys.to("rsa")).rings().get(0).getPublicKey().getFingerprint());
        for (String name : List.of("rsa@example.invalid", fingerprint)) {
            ConfigurationException e = refusal(
                    Encryption.builder().gnupgHome(directory).recipients(name).build());
            assertSays("cannot be encrypted to", e);
            assertSays(fingerprint, e);
            assertSays("it is of a form that is not supported: unknown PGP public key algorithm", e);
        }
        ConfigurationException e = refusal(Encryption.builder()
                .gnupgHome(directory)
                .recipients("a@example")
                .build());
        assertSays("no public key matches", e);
        Files.copy(Keys.file("all.gpg"), directory.resolve("pubring.gpg"));
        assertSays(
                "2 public keys match",
                refusal(Encryption.builder()
                        .gnupgHome(directory)
                        .recipients("rsa@example.invalid")
                        .build()));
    }

    /** A modulus of 256 bits has no room for a session key. */
    @Test
    void refusesAKeyThatCannotHoldASessionKey() throws Exception {
        PGPKeyPair primary = rsa(2048);
        PGPKeyRingGenerator ring = new PGPKeyRingGenerator(
                PGPSignature.POSITIVE_CERTIFICATION,
                primary,
                "small@example.invalid",
                new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
                null,
                null,
                new BcPGPContentSignerBuilder(PublicKeyAlgorithmTags.RSA_GENERAL, HashAlgorithmTags.SHA256),
                null);
        ring.addSubKey(rsa(256));
        Path file = Files.write(
                directory.resolve("small"), ring.generatePublicKeyRing().getEncoded());
        ConfigurationException e = refusal(Encryption.builder()
                .recipients("small@example.invalid")
                .publicKeyFile(file)
                .build());
        assertSays("cannot be encrypted to", e);
        assertSays("nothing can be encrypted to key ", e);
    }

    private static PGPKeyPair rsa(int bits) throws PGPException {
        RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
        generator.init(new RSAKeyGenerationParameters(BigInteger.valueOf(65537), new SecureRandom(), bits, 80));
        return new BcPGPKeyPair(
                PublicKeyPacket.VERSION_4, PublicKeyAlgorithmTags.RSA_GENERAL, generator.generateKeyPair(), new Date());
    }

    @Test
    void newestSubkeyIsChosen() throws ConfigurationException, IOException {
        String chosen = chosen(Keys.to("rotated")).get(0);
        List<String> subkeys = new ArrayList<>();
        PublicKeys.read(Keys.to("rotated"))
                .rings()
                .get(0)
                .forEach(key -> subkeys.add(KeyIds.format(key.getFingerprint())));
        assertEquals(3, subkeys.size());
        assertEquals(subkeys.get(2), chosen);
        assertEquals(List.of(subkeys.get(1)), chosen(all(subkeys.get(1) + "!")), "with a mark, exactly that one");
        assertEquals(List.of(subkeys.get(2)), chosen(all(subkeys.get(1))));
    }

    @Test
    void expiredPredecessorDoesNotMakeAmbiguous() throws ConfigurationException {
        assertEquals(chosen(Keys.to("successor-new")), chosen(all("successor@example.invalid")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "expired | it expired at 2020-01-31",
                "expired-subkey | expired at 2020-02-01",
                "revoked | it is revoked",
                "revoked-subkey | is revoked",
                "signing | is for signing or certifying only",
            })
    void refusesWithFingerprintAndReason(String key, String reason) throws ConfigurationException {
        ConfigurationException e = refusal(Keys.to(key));
        assertSays("the public key that matches \"" + key + "@example.invalid\" cannot be encrypted to", e);
        assertSays(reason, e);
        assertSays(
                KeyIds.format(PublicKeys.read(Keys.to(key))
                        .rings()
                        .get(0)
                        .getPublicKey()
                        .getFingerprint()),
                e);
    }

    @Test
    void refusesTwoKeysThatMatch() throws ConfigurationException {
        ConfigurationException e = refusal(all("twin@example.invalid"));
        assertSays("2 public keys match \"twin@example.invalid\"", e);
        assertSays("fingerprint", e);
        assertSays(
                KeyIds.format(PublicKeys.read(Keys.to("twin-one"))
                        .rings()
                        .get(0)
                        .getPublicKey()
                        .getFingerprint()),
                e);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody@example.invalid", "0123456789ABCDEF", "sa@example.invalid", "DEADBEEF"})
    void refusesAnUnknownKey(String name) {
        assertSays("no public key matches \"" + name + "\"", refusal(all(name)));
    }

    @Test
    void refusesNoName() {
        assertSays("the key to encrypt to is not named", refusal(all("")));
        assertSays("the key to encrypt to is not named", refusal(all("rsa@example.invalid,")));
    }

    @Test
    void refusesFilesWithoutPublicKeys() throws IOException {
        Path text = Files.writeString(directory.resolve("text"), "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nno end");
        Path random = Files.write(directory.resolve("random"), new byte[] {(byte) 0x99, 1, 2, 3});
        Path absent = directory.resolve("absent");
        for (Path file : List.of(text, random, absent, Keys.file("rsa.private.asc"))) {
            assertSays(
                    "public key file " + file + " cannot be read",
                    refusal(Encryption.builder()
                            .recipients("x")
                            .publicKeyFile(file)
                            .build()));
        }
    }

    @Test
    void refusesAHomeWithoutKeys() throws IOException {
        Encryption settings =
                Encryption.builder().recipients("x").gnupgHome(directory).build();
        assertSays("there is no public key in " + directory, refusal(settings));
        Files.createDirectory(directory.resolve("public-keys.d"));
        assertSays("keyboxd", refusal(settings));
        Files.write(directory.resolve("pubring.kbx"), new byte[100]);
        assertSays("pubring.kbx cannot be read", refusal(settings));
    }

    /** A subkey that its primary key did not sign is somebody else's. */
    @Test
    void refusesASubkeyThatWasPutUnderAnothersKey() throws IOException {
        byte[] signing = KeyFile.read(Keys.file("signing.public.asc"));
        byte[] other = KeyFile.read(Keys.file("cv25519.public.asc"));
        PacketReader packets = new PacketReader(new ByteArrayInputStream(other));
        int subkeyAt = 0;
        while (packets.next() && packets.tag() != 14) {
            packets.skip();
            subkeyAt = (int) packets.source().offset();
        }
        ByteArrayOutputStream forged = new ByteArrayOutputStream();
        forged.write(signing);
        forged.write(other, subkeyAt, other.length - subkeyAt);
        Path file = Files.write(directory.resolve("forged"), forged.toByteArray());
        assertSays(
                "is not bound to the key by a valid signature",
                refusal(Encryption.builder()
                        .recipients("signing@example.invalid")
                        .publicKeyFile(file)
                        .build()));
    }

    /** What signatures say counts only if they are the owner's: flags, expiry and the subkey itself could be changed. */
    @Test
    void refusesAKeyWhoseSignaturesWereChanged() throws IOException {
        byte[] key = KeyFile.read(Keys.file("cv25519.public.asc"));
        PacketReader packets = new PacketReader(new ByteArrayInputStream(key));
        List<String> reasons = new ArrayList<>();
        while (packets.next()) {
            packets.skip();
            if (packets.tag() == PacketTag.SIGNATURE) {
                byte[] changed = key.clone();
                changed[(int) packets.source().offset() - 1] ^= 1;
                Path file = Files.write(directory.resolve("changed"), changed);
                reasons.add(refusal(Encryption.builder()
                                .recipients("cv25519@example.invalid")
                                .publicKeyFile(file)
                                .build())
                        .detail()
                        .orElseThrow());
            }
        }
        assertEquals(2, reasons.size());
        assertTrue(reasons.get(0).contains("no signature of its owner on it is valid"), reasons.get(0));
        assertTrue(reasons.get(1).contains("is not bound to the key by a valid signature"), reasons.get(1));
    }

    @Test
    void keyThatExpiresWhileTheArchiveIsOpenIsRefusedThen() throws ConfigurationException {
        Encryption settings = Keys.to("expired");
        HandClock clock = new HandClock(Instant.parse("2020-01-15T00:00:00Z"));
        OpenPgp openPgp = new OpenPgp(settings, clock);
        assertTrue(openPgp.encryptor().isPresent());
        clock.set(Instant.parse("2020-01-31T00:00:00Z"));
        assertSays("it expired at", assertThrows(ConfigurationException.class, openPgp::encryptor));
        clock.set(Instant.parse("2019-01-01T00:00:00Z"));
        assertSays(
                "made in the future",
                assertThrows(ConfigurationException.class, () -> new OpenPgp(settings, clock).encryptor()));
    }
}
