package org.walarchive.core.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.walarchive.ConfigurationException;
import org.walarchive.Encryption;

/** The keys and messages in {@code src/test/resources/openpgp}, which {@code make.sh} there made with gpg. */
public final class Keys {

    /** Of the key {@code protected}. */
    public static final String PASSPHRASE = "correct horse";

    private Keys() {}

    /** Returns a file. */
    public static Path file(String name) {
        try {
            return Path.of(Keys.class.getResource("/openpgp/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the content of a file. */
    public static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Encrypts to keys, each in a file of its own. Has no private key, and no gpg. */
    public static Encryption to(String... names) {
        Encryption.Builder builder = Encryption.builder().gnupgHome(file("")).gpgProgram("/nonexistent/gpg");
        for (String name : names) {
            builder.recipients(name.replaceFirst("^(twin|successor)-.*", "$1") + "@example.invalid")
                    .publicKeyFile(file(name + ".public.asc"));
        }
        return builder.build();
    }

    /** Decrypts with keys. Has no public key, and no gpg. */
    public static Encryption with(String... names) {
        Encryption.Builder builder = Encryption.builder()
                .gnupgHome(file(""))
                .gpgProgram("/nonexistent/gpg")
                .passphrase(PASSPHRASE);
        for (String name : names) {
            builder.privateKeyFile(file(name + ".private.asc"));
        }
        return builder.build();
    }

    static byte[] encrypt(Encryption settings, byte[] content) throws IOException, ConfigurationException {
        try (InputStream stream =
                new OpenPgp(settings).encryptor().orElseThrow().encrypt(new ByteArrayInputStream(content))) {
            return stream.readAllBytes();
        }
    }

    static byte[] decrypt(Encryption settings, byte[] message) throws IOException {
        try (InputStream stream = new OpenPgp(settings).decrypt(new ByteArrayInputStream(message))) {
            return stream.readAllBytes();
        }
    }
}
