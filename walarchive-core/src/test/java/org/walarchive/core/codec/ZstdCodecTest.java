package org.walarchive.core.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Example;

class ZstdCodecTest extends CodecContract {

    private static final int FRAME = 4 * 1024 * 1024;
    private static final String PROMISE = "5d2a4d18" + "08000000" + "7761206d6f72650a";

    @Override
    Codec codec() {
        return ZstdCodec.ofDefaultLevel();
    }

    @Override
    Integer[] boundarySizes() {
        return new Integer[] {0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, FRAME - 1, FRAME, FRAME + 1};
    }

    @Example
    void aContentOfOneFrameIsNothingButThatFrame() throws IOException {
        byte[] compressed = Content.compress(codec(), new byte[FRAME]);
        assertEquals(List.of(0), positions(compressed, hex("28b52ffd")));
        assertEquals(List.of(), positions(compressed, hex(PROMISE)));
    }

    @Example
    void aStreamCutBetweenFramesFails() throws IOException {
        byte[] compressed = Content.compress(codec(), Content.of(Content.Kind.TEXT, 2 * FRAME + 1, 5));
        List<Integer> frames = positions(compressed, hex("28b52ffd"));
        List<Integer> promises = positions(compressed, hex(PROMISE));
        assertEquals(3, frames.size());
        assertEquals(List.of(0, promises.get(1)), promises);
        frames.addAll(promises);
        for (int cut : frames) {
            byte[] damaged = Content.cut(compressed, cut);
            assertThrows(CorruptStreamException.class, () -> Content.decompress(codec(), damaged), "cut at " + cut);
        }
    }

    @Example
    void framesOfUserDataArePassedOver() throws IOException {
        byte[] plain = {1, 2, 3};
        byte[] frame = Content.compress(codec(), plain);
        byte[] userData = hex("502a4d18" + "05000000" + "0102030405");
        byte[] other = hex("5d2a4d18" + "08000000" + "0102030405060708");
        assertArrayEquals(plain, Content.decompress(codec(), Content.concat(userData, other, frame, other, userData)));
        fails(userData, "it ends early");
        fails(Content.concat(frame, Content.cut(userData, 12)), "it ends early");
        fails(Content.concat(frame, hex("502a4d18" + "ffffffff")), "it ends early");
        fails(Content.concat(frame, hex(PROMISE)), "it ends early");
    }

    @Example
    void whatIsNotSupportedIsNamed() {
        fails(hex("28b52ffd" + "2107" + "00" + "010000"), "a frame that needs a dictionary is not supported");
        fails(hex("28b52ffd" + "2800" + "010000"), "a reserved bit of the frame header is set");
        fails(hex("28b52ffd" + "00" + "90" + "010000"), "a window of 268435456 bytes is not supported");
        fails(hex("28b52ffd" + "e0" + "ffffffffffffffff" + "010000"), "a content of 2^63 bytes or more");
        fails(hex("28b52ffd" + "2000" + "070000"), "a block of type 3");
        fails(hex("28b52ffd" + "2000" + "ffffff"), "a block of type 3");
        fails(hex("28b52ffd" + "2000" + "090010"), "a block of type 0 and 131073 bytes is not valid");
    }

    @Example
    void theDeclaredSizeIsVerified() throws IOException {
        byte[] twoBytes = hex("28b52ffd" + "20" + "02" + "110000" + "4142");
        assertArrayEquals(new byte[] {'A', 'B'}, Content.decompress(codec(), twoBytes));
        byte[] three = twoBytes.clone();
        three[5] = 3;
        assertThrows(CorruptStreamException.class, () -> Content.decompress(codec(), three));
        byte[] one = twoBytes.clone();
        one[5] = 1;
        assertThrows(CorruptStreamException.class, () -> Content.decompress(codec(), one));
    }

    @Example
    void aDeclaredSizeDoesNotAllocate() {
        byte[] bomb = hex("28b52ffd" + "a0" + "00000008" + "010000");
        ZstdNative.requireLoaded(); // which unpacks it
        assertTrue(Allocation.of(
                        () -> assertThrows(CorruptStreamException.class, () -> Content.decompress(codec(), bomb)))
                < 10_000_000);
    }

    private static List<Integer> positions(byte[] bytes, byte[] wanted) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i + wanted.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                found.add(i);
            }
        }
        return found;
    }

    private void fails(byte[] stream, String fault) {
        CorruptStreamException e =
                assertThrows(CorruptStreamException.class, () -> Content.decompress(codec(), stream));
        assertTrue(e.getMessage().contains(fault), e.getMessage());
        assertTrue(e.getMessage().startsWith("zstd stream, offset "), e.getMessage());
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
