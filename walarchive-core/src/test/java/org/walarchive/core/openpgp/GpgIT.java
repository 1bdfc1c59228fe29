package org.walarchive.core.openpgp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ConfigurationException;
import org.walarchive.Encryption;
import org.walarchive.core.codec.CorruptStreamException;
import org.walarchive.core.testing.Await;

/** gpg reads what we write, we read what it writes, and its agent decrypts for us. */
final class GpgIT {

    private Path home;

    @BeforeEach
    void makeHome() throws IOException {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "gpg"))),
                "gpg is not on the PATH");
        // A short path: the agent's socket is in it.
        home = Files.createTempDirectory(
                Path.of("/tmp"),
                "wa",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    @AfterEach
    void removeHome() throws IOException, InterruptedException {
        if (home == null) {
            return;
        }
        run(List.of("gpgconf", "--kill", "all"), new byte[0]);
        Await.until(home + " is removed", Duration.ofSeconds(30), this::remove);
    }

    /** The agents remove their sockets while they end. */
    private boolean remove() {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.deleteIfExists(file);
            }
            return true;
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    private byte[] gpg(byte[] input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("gpg", "--batch", "--quiet", "--no-tty"));
        command.addAll(Arrays.asList(arguments));
        return run(command, input);
    }

    private byte[] run(List<String> command, byte[] input) throws IOException, InterruptedException {
        Path in = Files.write(home.resolve("input"), input);
        Path error = home.resolve("error");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectInput(in.toFile()).redirectError(error.toFile());
        builder.environment().put("GNUPGHOME", home.toString());
        Process process = builder.start();
        byte[] output = process.getInputStream().readAllBytes();
        assertEquals(0, process.waitFor(), () -> command + ": " + read(error));
        return output;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void importPrivate(String key) throws IOException, InterruptedException {
        gpg(
                new byte[0],
                "--pinentry-mode",
                "loopback",
                "--passphrase",
                Keys.PASSPHRASE,
                "--import",
                Keys.file(key + ".private.asc").toString());
    }

    private Encryption.Builder ofHome() {
        return Encryption.builder().gnupgHome(home);
    }

    private static byte[] content(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "elgamal", "cv25519", "nistp256"})
    void eachReadsTheOther(String key) throws IOException, InterruptedException, ConfigurationException {
        importPrivate(key);
        byte[] content = content(1_000_000);
        Encryption settings = ofHome().recipients(key + "@example.invalid").build();
        assertArrayEquals(content, gpg(Keys.encrypt(settings, content), "--decrypt"), "gpg reads ours");
        try (InputStream noted = new OpenPgp(settings)
                .encryptor()
                .orElseThrow()
                .encrypt(new ByteArrayInputStream(content), new byte[59])) {
            assertArrayEquals(content, gpg(noted.readAllBytes(), "--decrypt"), "gpg reads ours with a note");
        }
        byte[] message = gpg(
                content, "--trust-model", "always", "--encrypt", "-z", "0", "--recipient", key + "@example.invalid");
        assertArrayEquals(content, Keys.decrypt(Keys.with(key), message), "we read gpg's with the key");
        assertArrayEquals(content, Keys.decrypt(settings, message), "we read gpg's by its agent");
        assertArrayEquals(
                content, Keys.decrypt(settings, Keys.encrypt(settings, content)), "we read ours by the agent");
    }

    /** gpg from 2.4 on encrypts by OCB to keys that it made itself; 2.2 cannot. */
    @ParameterizedTest
    @ValueSource(strings = {"rsa", "cv25519"})
    void readsWhatGpgWritesWithOtherProtection(String key)
            throws IOException, InterruptedException, ConfigurationException {
        importPrivate(key);
        byte[] content = content(300_000);
        List<String> options = new ArrayList<>(List.of("--no-comments")); // what every gpg has, and changes nothing
        if (new String(gpg(new byte[0], "--dump-options"), StandardCharsets.UTF_8).contains("--force-ocb")) {
            options.add("--force-ocb");
        }
        for (String option : options) {
            byte[] message = gpg(
                    content, "--trust-model", "always", option, "--encrypt", "-z", "0", "-r", key + "@example.invalid");
            assertArrayEquals(content, Keys.decrypt(Keys.with(key), message), option + " with the key");
            assertArrayEquals(content, Keys.decrypt(ofHome().build(), message), option + " by the agent");
        }
    }

    @Test
    void integrityIsVerifiedWhenTheAgentDecrypts() throws IOException, InterruptedException {
        importPrivate("cv25519");
        byte[] message = Keys.bytes("message.cv25519.gpg");
        assertArrayEquals(Keys.bytes("plain.txt"), Keys.decrypt(ofHome().build(), message));
        byte[] flipped = message.clone();
        flipped[message.length / 2] ^= 1;
        assertThrows(CorruptStreamException.class, () -> Keys.decrypt(ofHome().build(), flipped));
        byte[] cut = Arrays.copyOf(message, message.length - 1);
        assertThrows(CorruptStreamException.class, () -> Keys.decrypt(ofHome().build(), cut));
    }

    private DecryptionException refusal(Encryption settings, String message) {
        return assertThrows(DecryptionException.class, () -> Keys.decrypt(settings, Keys.bytes(message)));
    }

    private static byte[] decrypt(OpenPgp openPgp, byte[] message) throws IOException {
        try (InputStream plain = openPgp.decrypt(new ByteArrayInputStream(message))) {
            return plain.readAllBytes();
        }
    }

    @Test
    void aDamagedSessionKeyIsToldFromAnAgentThatFails() throws IOException, InterruptedException {
        importPrivate("rsa");
        byte[] message = Keys.bytes("message.rsa.gpg");
        byte[] damaged = message.clone();
        damaged[100] ^= 1;
        OpenPgp openPgp = new OpenPgp(ofHome().build());
        assertThrows(DecryptionException.class, () -> decrypt(openPgp, damaged), "before any was decrypted");
        assertArrayEquals(Keys.bytes("plain.txt"), decrypt(openPgp, message));
        CorruptStreamException e = assertThrows(CorruptStreamException.class, () -> decrypt(openPgp, damaged));
        assertTrue(e.getMessage().contains("its session key is damaged"), e.getMessage());

        run(List.of("gpgconf", "--kill", "gpg-agent"), new byte[0]);
        Files.writeString(home.resolve("gpg.conf"), "no-autostart\n");
        DecryptionException failed =
                assertThrows(DecryptionException.class, () -> decrypt(openPgp, message), "its agent is gone");
        assertTrue(openPgp.hasRead(failed.recipients().orElseThrow()));
        assertThrows(DecryptionException.class, () -> decrypt(openPgp, damaged));
    }

    @Test
    void noSecretKey() throws IOException, InterruptedException {
        gpg(new byte[0], "--import", Keys.file("rsa.public.asc").toString());
        String message = refusal(ofHome().build(), "message.rsa.gpg").getMessage();
        assertTrue(message.contains("No secret key"), message);
        assertTrue(message.contains(home.toString()), message);
    }

    @Test
    void agentIsNotRunningAndMayNotBeStarted() throws IOException, InterruptedException {
        importPrivate("rsa");
        run(List.of("gpgconf", "--kill", "gpg-agent"), new byte[0]);
        Files.writeString(home.resolve("gpg.conf"), "no-autostart\n");
        String message = refusal(ofHome().build(), "message.rsa.gpg").getMessage();
        assertTrue(message.contains("no running gpg-agent") || message.contains("no gpg-agent running"), message);
    }

    @Test
    void agentHasNoPassphrase() throws IOException, InterruptedException {
        importPrivate("protected");
        run(List.of("gpgconf", "--kill", "gpg-agent"), new byte[0]);
        Files.writeString(home.resolve("gpg-agent.conf"), "pinentry-program /bin/false\n");
        String message = refusal(ofHome().build(), "message.protected.gpg").getMessage();
        assertTrue(message.contains("public key decryption failed"), message);
    }

    @Test
    void keyOfAFileGoesBeforeTheAgents() throws IOException, InterruptedException {
        importPrivate("cv25519");
        Encryption settings =
                ofHome().privateKeyFile(Keys.file("rsa.private.asc")).build();
        assertArrayEquals(Keys.bytes("plain.txt"), Keys.decrypt(settings, Keys.bytes("message.rsa.gpg")));
        assertArrayEquals(Keys.bytes("plain.txt"), Keys.decrypt(settings, Keys.bytes("message.cv25519.gpg")));
    }

    private boolean isExpected(String message) throws IOException, InterruptedException {
        try (InputStream stored = new ByteArrayInputStream(Keys.bytes(message))) {
            return Recipients.of(stored).orElseThrow().areExpectedIn(ofHome().build());
        }
    }

    @Test
    void aMessageIsExpectedToBeReadableWhereGpgHasItsKey() throws IOException, InterruptedException {
        gpg(new byte[0], "--import", Keys.file("rsa.public.asc").toString());
        assertFalse(isExpected("message.rsa.gpg"));
        assertFalse(isExpected("hidden.gpg"));
        importPrivate("protected");
        assertTrue(isExpected("message.protected.gpg"));
        assertTrue(isExpected("hidden.gpg"));
        assertFalse(isExpected("message.rsa.gpg"));
    }
}
