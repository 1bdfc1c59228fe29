package org.walarchive.core.openpgp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Optional;
import java.util.Random;
import org.bouncycastle.bcpg.AEADAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.core.codec.CorruptStreamException;

/** Messages of the kind that gpg 2.4 writes to keys that ask for it, as Bouncy Castle makes them. */
final class AeadContentTest {

    private static final int CHUNK_CODE = 6; // 4 KiB

    private static byte[] message(int mode, byte[] content) throws Exception {
        BcPGPDataEncryptorBuilder cipher = new BcPGPDataEncryptorBuilder(SessionKey.AES_256);
        cipher.setWithAEAD(mode, CHUNK_CODE);
        cipher.setUseV5AEAD();
        PGPEncryptedDataGenerator generator = new PGPEncryptedDataGenerator(cipher);
        generator.addMethod(new BcPublicKeyKeyEncryptionMethodGenerator(
                RecipientKey.of(PublicKeys.read(Keys.to("cv25519")).rings().get(0), Optional.empty(), Instant.now())
                        .key()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream encrypted = generator.open(bytes, new byte[1 << 14])) {
            writeLiteral(encrypted, content);
        }
        return bytes.toByteArray();
    }

    private static void writeLiteral(OutputStream encrypted, byte[] content) throws IOException, PGPException {
        PGPLiteralDataGenerator literal = new PGPLiteralDataGenerator();
        try (OutputStream out = literal.open(encrypted, PGPLiteralData.BINARY, "", content.length, new Date(0))) {
            out.write(content);
        }
    }

    private static byte[] content(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4088, 4096, 5000, 50_000})
    void isRead(int length) throws Exception {
        for (int mode : new int[] {AEADAlgorithmTags.OCB, AEADAlgorithmTags.EAX}) {
            byte[] message = message(mode, content(length));
            assertEquals(PacketTag.AEAD_ENCRYPTED, message[2 + message[1]] & 0x3f);
            assertArrayEquals(content(length), Keys.decrypt(Keys.with("cv25519"), message));
        }
    }

    @Test
    void flippedBitsAndTruncationsAreFound() throws Exception {
        byte[] message = message(AEADAlgorithmTags.OCB, content(9000));
        int contentAt = 2 + message[1];
        for (int at = 0; at < message.length - contentAt; at += at < 40 ? 1 : 97) {
            int position = contentAt + at;
            byte[] damaged = message.clone();
            damaged[position] ^= 1;
            assertThrows(
                    CorruptStreamException.class,
                    () -> Keys.decrypt(Keys.with("cv25519"), damaged),
                    "byte " + (position - contentAt));
        }
        for (int end = contentAt; end < message.length; end += end > message.length - 60 ? 1 : 101) {
            int length = end;
            byte[] cut = Arrays.copyOf(message, length);
            assertThrows(
                    CorruptStreamException.class, () -> Keys.decrypt(Keys.with("cv25519"), cut), "cut at " + length);
        }
    }
}
