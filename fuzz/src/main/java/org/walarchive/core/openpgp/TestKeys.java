package org.walarchive.core.openpgp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.walarchive.Encryption;

/** The keys of the unit tests, in the directory that the property {@code fuzz.keys} names. */
final class TestKeys {

    private static final Path DIRECTORY = Path.of(System.getProperty("fuzz.keys"));

    private TestKeys() {}

    static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(DIRECTORY.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns what finds session keys with the private keys alone: no other process is asked. */
    static SessionKeys with(String... names) {
        Encryption.Builder settings = Encryption.builder().gpgProgram("/nonexistent/gpg");
        for (String name : names) {
            settings.privateKeyFile(DIRECTORY.resolve(name + ".private.asc"));
        }
        try {
            PrivateKeys keys = PrivateKeys.read(settings.build());
            return packets -> keys.find(packets)
                    .orElseThrow(() -> new DecryptionException("There is no key.", "There is none.", null));
        } catch (DecryptionException e) {
            throw new IllegalStateException(e);
        }
    }
}
