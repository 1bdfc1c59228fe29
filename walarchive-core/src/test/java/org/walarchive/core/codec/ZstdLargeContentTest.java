package org.walarchive.core.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalInt;
import net.jqwik.api.Example;

/** What is read by native code is read just as strictly. */
class ZstdLargeContentTest extends CodecContract {

    private static final int FRAME = 4 << 20;

    @Override
    Codec codec() {
        return ZstdCodec.ofDefaultLevel().forLargeContent();
    }

    @Override
    Integer[] boundarySizes() {
        return new Integer[] {0, 1, FRAME - 1, FRAME, FRAME + 1};
    }

    @Example
    void severalFramesAreRead() throws IOException {
        byte[] plain = Content.of(Content.Kind.MIXED, 2 * FRAME + 100_000, 4);
        byte[] compressed = Content.compress(codec(), plain);
        assertArrayEquals(plain, Content.decompress(codec(), compressed));
        for (int fromEnd : new int[] {1, 3, 5, 100_000, 2_000_000}) {
            assertFails(Content.cut(compressed, compressed.length - fromEnd));
            assertFails(Content.flip(compressed, (compressed.length - fromEnd) * 8));
        }
        assertFails(Content.concat(compressed, new byte[] {1}));
    }

    @Example
    void framesThatDeclareNoContentOrALargeOneAreRead() throws IOException {
        byte[] plain = Content.of(Content.Kind.TEXT, 10 << 20, 7);
        byte[] streamed = Content.compress(ZstdCodec.ofLevel(OptionalInt.of(1)), plain);
        assertArrayEquals(plain, Content.decompress(codec(), streamed));
        assertFails(Content.cut(streamed, streamed.length - 1));
        byte[] frame = new byte[11 << 20];
        byte[] declared = Arrays.copyOf(frame, ZstdNative.frames(1).compress(plain, plain.length, frame, 0));
        assertArrayEquals(plain, Content.decompress(codec(), declared));
        assertFails(Content.cut(declared, declared.length - 1));
    }

    @Example
    void theDeclaredSizeIsVerified() throws IOException {
        byte[] twoBytes = bytes(0x28, 0xb5, 0x2f, 0xfd, 0x20, 2, 0x11, 0, 0, 'A', 'B');
        assertArrayEquals(new byte[] {'A', 'B'}, Content.decompress(codec(), twoBytes));
        for (int other : new int[] {0, 1, 3}) {
            byte[] lying = twoBytes.clone();
            lying[5] = (byte) other;
            assertFails(lying);
        }
    }

    @Example
    void itIsAnotherCodecThanForSmallContent() {
        Codec small = ZstdCodec.ofDefaultLevel();
        assertNotSame(small, small.forLargeContent(), "zstd-jni does not load here, and nothing of it is tested");
    }

    @Example
    void aFrameOfManyTinyBlocksIsRead() throws IOException {
        byte[] empty = bytes(0, 0, 0); // a block of nothing, and not the last
        byte[] head = bytes(0x28, 0xb5, 0x2f, 0xfd, 0x20, 2);
        byte[] end = bytes(0x11, 0, 0, 'A', 'B');
        byte[] compressed = Content.concat(head, new byte[100_000 * empty.length], end);
        assertArrayEquals(new byte[] {'A', 'B'}, Content.decompress(codec(), compressed));
        assertFails(Content.cut(compressed, compressed.length - end.length));
    }

    @Example
    void aDeclaredSizeDoesNotAllocate() {
        byte[] bomb = bytes(0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0x80, 0, 1, 0, 0);
        ZstdNative.requireLoaded(); // which unpacks it
        assertTrue(Allocation.of(() -> assertFails(bomb)) < 10_000_000);
    }

    private CorruptStreamException assertFails(byte[] compressed) {
        return assertThrows(CorruptStreamException.class, () -> Content.decompress(codec(), compressed));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
