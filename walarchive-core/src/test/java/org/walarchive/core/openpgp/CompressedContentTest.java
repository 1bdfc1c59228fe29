package org.walarchive.core.openpgp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.Random;
import org.bouncycastle.openpgp.PGPCompressedDataGenerator;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.core.codec.CorruptStreamException;

/** Messages that are compressed inside, as gpg makes them unless told otherwise, and longer than what is decrypted at once. */
final class CompressedContentTest {

    /** Half of the bits are always the same, so that there is something to compress. */
    private static byte[] content() {
        byte[] bytes = new byte[600_000];
        new Random(1).nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] &= 0x0f;
        }
        return bytes;
    }

    private static byte[] message(int algorithm) throws Exception {
        BcPGPDataEncryptorBuilder cipher = new BcPGPDataEncryptorBuilder(SessionKey.AES_256);
        cipher.setWithIntegrityPacket(true);
        PGPEncryptedDataGenerator generator = new PGPEncryptedDataGenerator(cipher);
        generator.addMethod(new BcPublicKeyKeyEncryptionMethodGenerator(
                RecipientKey.of(PublicKeys.read(Keys.to("cv25519")).rings().get(0), Optional.empty(), Instant.now())
                        .key()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream encrypted = generator.open(bytes, new byte[1 << 16]);
                OutputStream compressed = new PGPCompressedDataGenerator(algorithm).open(encrypted);
                OutputStream literal = new PGPLiteralDataGenerator()
                        .open(compressed, PGPLiteralData.BINARY, "", content().length, new Date(0))) {
            literal.write(content());
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void damageIsCalledDamageWhoeverSeesIt(int algorithm) throws Exception {
        byte[] message = message(algorithm);
        assertArrayEquals(content(), Keys.decrypt(Keys.with("cv25519"), message));
        for (int at = 300; at < message.length; at += 9001) {
            byte[] damaged = message.clone();
            damaged[at] ^= 8;
            assertThrows(CorruptStreamException.class, () -> Keys.decrypt(Keys.with("cv25519"), damaged), "byte " + at);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void failureOfTheSourcePasses(int algorithm) throws Exception {
        IOException failure = new IOException("the network broke");
        InputStream broken =
                new SequenceInputStream(new ByteArrayInputStream(message(algorithm), 0, 200_000), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw failure;
                    }
                });
        try (InputStream stream = new OpenPgp(Keys.with("cv25519")).decrypt(broken)) {
            assertSame(failure, assertThrows(IOException.class, stream::readAllBytes));
        }
    }
}
