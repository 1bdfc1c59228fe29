package org.walarchive.core.openpgp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.walarchive.ConfigurationException;
import org.walarchive.Encryption;

/** Reads any bytes as a file of public keys, of private keys, and as GnuPG's keybox. */
public final class OpenPgpKeysFuzz {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Path HOME = home();
    private static final Path FILE = HOME.resolve("key");

    private OpenPgpKeysFuzz() {}

    private static Path home() {
        Path memory = Path.of("/dev/shm");
        try {
            Path home = Files.isDirectory(memory)
                    ? Files.createTempDirectory(memory, "walarchive-fuzz")
                    : Files.createTempDirectory("walarchive-fuzz");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    Files.deleteIfExists(home.resolve("key"));
                    Files.deleteIfExists(home.resolve("pubring.kbx"));
                    Files.deleteIfExists(home);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the input; keys that are accepted can be judged. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        Files.write(FILE, input);
        Files.write(HOME.resolve("pubring.kbx"), input);
        judge(Encryption.builder().publicKeyFile(FILE).build());
        judge(Encryption.builder().gnupgHome(HOME).build());
        try {
            PrivateKeys.read(Encryption.builder().privateKeyFile(FILE).build());
        } catch (DecryptionException e) {
            // refused
        }
    }

    private static void judge(Encryption settings) {
        try {
            for (PGPPublicKeyRing ring : PublicKeys.read(settings).rings()) {
                RecipientKey.of(ring, Optional.empty(), NOW);
            }
        } catch (ConfigurationException | RecipientKey.Unusable e) {
            // refused
        }
    }
}
