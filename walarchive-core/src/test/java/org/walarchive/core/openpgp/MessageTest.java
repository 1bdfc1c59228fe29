package org.walarchive.core.openpgp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ConfigurationException;
import org.walarchive.core.codec.CorruptStreamException;

/** Messages of ours and of gpg: what is read, and that nothing damaged is ever read to an end. */
final class MessageTest {

    private static byte[] content(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "elgamal", "cv25519", "nistp256", "protected"})
    void readsWhatGpgWrote(String key) throws IOException {
        assertArrayEquals(Keys.bytes("plain.txt"), Keys.decrypt(Keys.with(key), Keys.bytes("message." + key + ".gpg")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "elgamal", "cv25519", "nistp256", "protected"})
    void readsWhatItWrote(String key) throws IOException, ConfigurationException {
        byte[] content = content(1, 200_000);
        byte[] message = Keys.encrypt(Keys.to(key), content);
        assertArrayEquals(content, Keys.decrypt(Keys.with(key), message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3DES", "CAST5", "BLOWFISH", "AES", "AES192", "TWOFISH", "CAMELLIA128", "CAMELLIA256"})
    void readsEveryCipherOfGpg(String cipher) throws IOException {
        assertArrayEquals(
                Keys.bytes("small.txt"), Keys.decrypt(Keys.with("cv25519"), Keys.bytes("cipher." + cipher + ".gpg")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"compressed.ZIP.gpg", "compressed.ZLIB.gpg", "compressed.BZIP2.gpg", "signed.gpg", "hidden.gpg"})
    void readsWhatGpgDoesByItself(String file) throws IOException {
        assertArrayEquals(Keys.bytes("small.txt"), Keys.decrypt(Keys.with("rsa", "cv25519"), Keys.bytes(file)));
    }

    /** Both the cipher's and the packets' pieces are 64 KiB. */
    @Property(tries = 40)
    void everyLengthComesBack(
            @ForAll @IntRange(min = 0, max = 3) int pieces, @ForAll @IntRange(min = -40, max = 40) int more)
            throws IOException, ConfigurationException {
        byte[] content = content(pieces, Math.max(0, pieces * 65_536 + more));
        assertArrayEquals(content, Keys.decrypt(Keys.with("cv25519"), Keys.encrypt(Keys.to("cv25519"), content)));
    }

    @Property(tries = 100)
    void anyBytesComeBack(@ForAll @Size(max = 3000) byte[] content) throws IOException, ConfigurationException {
        assertArrayEquals(content, Keys.decrypt(Keys.with("cv25519"), Keys.encrypt(Keys.to("cv25519"), content)));
    }

    /** Each bit of the header, the session key, the body and the code, in a message whose lengths are all in it. */
    @Property(tries = 400)
    void flippedBitIsFound(@ForAll @IntRange(min = 0, max = 1_000_000) int somewhere)
            throws IOException, ConfigurationException {
        byte[] content = content(2, 400);
        byte[] message = Keys.encrypt(Keys.to("cv25519"), content);
        int bit = somewhere % (message.length * 8);
        message[bit / 8] ^= (byte) (1 << bit % 8);
        assertFails(content, message, "bit " + bit);
    }

    @Test
    void flippedBitInEveryClassOfPositionIsFoundInGpgsMessage() {
        byte[] content = Keys.bytes("plain.txt");
        byte[] message = Keys.bytes("message.cv25519.gpg");
        for (int position = 0; position < message.length; position += position < 400 ? 1 : 1009) {
            byte[] damaged = message.clone();
            damaged[position] ^= 0x10;
            assertFails(content, damaged, "byte " + position);
        }
        for (int position = message.length - 30; position < message.length; position++) {
            byte[] damaged = message.clone();
            damaged[position] ^= 1;
            assertFails(content, damaged, "byte " + position);
        }
    }

    /**
     * Some bits say nothing: that an integer has a bit fewer, and as many bytes. Where it no longer looks like a message it is
     * handed on, for the decompressor to refuse. Never is anything else read to an end.
     */
    private static void assertFails(byte[] content, byte[] message, String what) {
        try {
            byte[] read = Keys.decrypt(Keys.with("cv25519"), message);
            assertArrayEquals(OpenPgp.isEncrypted(message) ? content : message, read, what);
        } catch (CorruptStreamException | DecryptionException e) {
            assertTrue(e.getMessage().length() > 10, e.getMessage());
        } catch (IOException e) {
            throw new AssertionError(what + " made another failure", e);
        }
    }

    @Test
    void everyTruncationIsFound() throws IOException, ConfigurationException {
        byte[] content = content(3, 1000);
        byte[] message = Keys.encrypt(Keys.to("cv25519"), content);
        for (int length = 1; length < message.length; length++) {
            byte[] cut = Arrays.copyOf(message, length);
            assertThrows(CorruptStreamException.class, () -> Keys.decrypt(Keys.with("cv25519"), cut), "at " + length);
        }
        byte[] large = Keys.encrypt(Keys.to("cv25519"), content(4, 300_000));
        for (int length : new int[] {65_536, 65_700, 131_072, 200_000, large.length - 22, large.length - 1}) {
            byte[] cut = Arrays.copyOf(large, length);
            assertThrows(CorruptStreamException.class, () -> Keys.decrypt(Keys.with("cv25519"), cut), "at " + length);
        }
    }

    @Test
    void nothingIsDeliveredAsWholeBeforeTheCodeIsVerified() throws IOException, ConfigurationException {
        byte[] message = Keys.encrypt(Keys.to("cv25519"), content(5, 10));
        message[message.length - 1] ^= 1;
        try (InputStream stream = new OpenPgp(Keys.with("cv25519")).decrypt(new ByteArrayInputStream(message))) {
            CorruptStreamException e = assertThrows(CorruptStreamException.class, stream::read);
            assertTrue(e.getMessage().contains("modification detection code"), e.getMessage());
            assertThrows(IOException.class, stream::read, "a stream that failed goes on failing");
        }
    }

    /** The same ciphertext in a packet without protection, as an attacker strips it. */
    @Test
    void strippedCodeIsRefused() {
        byte[] message = Keys.bytes("message.rsa.gpg");
        int protectedPacket = 3 + 268;
        assertEquals((byte) 0xd2, message[protectedPacket]);
        message[protectedPacket] = (byte) (0xC0 | PacketTag.ENCRYPTED);
        CorruptStreamException e =
                assertThrows(CorruptStreamException.class, () -> Keys.decrypt(Keys.with("rsa"), message));
        assertTrue(e.getMessage().contains("no protection of its integrity"), e.getMessage());
    }

    @Test
    void messageWithoutCodeIsRefused() {
        CorruptStreamException e = assertThrows(
                CorruptStreamException.class, () -> Keys.decrypt(Keys.with("rsa"), Keys.bytes("without-mdc.gpg")));
        assertTrue(e.getMessage().contains("no protection of its integrity"), e.getMessage());
    }

    @Test
    void anythingBehindTheMessageIsRefused() throws IOException, ConfigurationException {
        byte[] message = Keys.encrypt(Keys.to("cv25519"), content(6, 100));
        for (byte[] more : new byte[][] {{0}, {'x'}, message}) {
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.write(message);
            both.write(more);
            assertThrows(CorruptStreamException.class, () -> Keys.decrypt(Keys.with("cv25519"), both.toByteArray()));
        }
    }

    @Test
    void packetForPrivateUseBehindTheMessageIsPassedOver() throws IOException, ConfigurationException {
        byte[] content = content(7, 100);
        byte[] message = Keys.encrypt(Keys.to("cv25519"), content);
        byte[] longer = Arrays.copyOf(message, message.length + 5);
        System.arraycopy(new byte[] {(byte) 0xFC, 3, 'a', 'b', 'c'}, 0, longer, message.length, 5);
        assertArrayEquals(content, Keys.decrypt(Keys.with("cv25519"), longer));
    }

    @Test
    void whatIsNotEncryptedPasses() throws IOException {
        for (byte[] plain : new byte[][] {
            {},
            {(byte) 0x89},
            {(byte) 0x89, 'L', 'Z', 'O', 0},
            {4, 0x22, 0x4d, 0x18},
            {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}
        }) {
            assertArrayEquals(plain, Keys.decrypt(Keys.with("rsa"), plain));
        }
    }

    @Test
    void eachRecipientCanRead() throws IOException, ConfigurationException {
        byte[] content = content(8, 5000);
        byte[] message = Keys.encrypt(Keys.to("rsa", "cv25519", "elgamal"), content);
        for (String key : new String[] {"rsa", "cv25519", "elgamal"}) {
            assertArrayEquals(content, Keys.decrypt(Keys.with(key), message), key);
        }
    }

    /** gpg is handed all session keys at once, and must not be able to make that wait. */
    @Test
    void sessionKeysWithoutMeasureAreRefused() {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        int length = 2000;
        for (int i = 0; i < 60; i++) {
            message.write(0xC0 | PacketTag.PUBLIC_KEY_SESSION);
            message.write((length - 192 >> 8) + 192);
            message.write(length - 192 & 0xff);
            message.writeBytes(new byte[length]);
        }
        CorruptStreamException e =
                assertThrows(CorruptStreamException.class, () -> Keys.decrypt(Keys.with("rsa"), message.toByteArray()));
        assertThrows(
                CorruptStreamException.class,
                () -> Recipients.of(new ByteArrayInputStream(message.toByteArray())),
                "who only asks for the recipients");
        assertTrue(e.getMessage().contains("session keys"), e.getMessage());
    }

    @Test
    void twoMessagesOfTheSameContentDiffer() throws IOException, ConfigurationException {
        byte[] content = content(9, 100);
        assertFalse(Arrays.equals(Keys.encrypt(Keys.to("rsa"), content), Keys.encrypt(Keys.to("rsa"), content)));
    }

    @Test
    void failureOfTheSourcePasses() throws ConfigurationException, IOException {
        byte[] message = Keys.encrypt(Keys.to("cv25519"), content(10, 300_000));
        IOException failure = new IOException("the network broke");
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(message, 0, 100_000), new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }
        });
        try (InputStream stream = new OpenPgp(Keys.with("cv25519")).decrypt(broken)) {
            assertEquals(failure, assertThrows(IOException.class, stream::readAllBytes));
        }
    }
}
