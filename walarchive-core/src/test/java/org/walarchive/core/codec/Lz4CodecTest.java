package org.walarchive.core.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

class Lz4CodecTest extends CodecContract {

    private static final int BLOCK = 1024 * 1024;

    @Override
    Codec codec() {
        return new Lz4Codec();
    }

    @Override
    Integer[] boundarySizes() {
        return new Integer[] {0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, BLOCK - 1, BLOCK, BLOCK + 1};
    }

    @Example
    void anEmptyContentIsAHeaderAnEndMarkAndAChecksum() throws IOException {
        // 02cc5d05 is XXH32 of nothing; the lz4 tool writes the same with -B6
        assertArrayEquals(hex("04224d18" + "646085" + "00000000" + "055dcc02"), Content.compress(codec(), new byte[0]));
    }

    /** Where a block has room in the reader's array, it is decoded there. */
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void itComesBackInLargePieces(
            @ForAll("contents") byte[] first, @ForAll("contents") byte[] second, @ForAll long seed) throws IOException {
        byte[] plain = Content.concat(first, second);
        byte[] compressed = Content.concat(Content.compress(codec(), first), Content.compress(codec(), second));
        assertArrayEquals(plain, inLargePieces(compressed, new Random(seed)));
        for (int i = 0; i < 5; i++) {
            byte[] flipped = Content.flip(compressed, new Random(seed + i).nextInt(compressed.length * 8));
            try {
                assertArrayEquals(plain, inLargePieces(flipped, new Random(seed)));
            } catch (CorruptStreamException expected) {
                // as it is to be
            }
        }
        byte[] cut = Content.cut(compressed, compressed.length - 1);
        assertThrows(CorruptStreamException.class, () -> inLargePieces(cut, new Random(seed)));
    }

    private byte[] inLargePieces(byte[] compressed, Random random) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        byte[] piece = new byte[3 * BLOCK];
        try (InputStream in = codec().decompress(new ByteArrayInputStream(compressed))) {
            while (true) {
                int offset = random.nextInt(BLOCK);
                int n = in.read(piece, offset, random.nextInt(8) == 0 ? 1 + random.nextInt(1000) : 2 * BLOCK);
                if (n < 0) {
                    return plain.toByteArray();
                }
                plain.write(piece, offset, n);
            }
        }
    }

    @Example
    void framesOfUserDataArePassedOver() throws IOException {
        byte[] plain = {1, 2, 3};
        byte[] frame = Content.compress(codec(), plain);
        byte[] userData = hex("5a2a4d18" + "05000000" + "0102030405");
        byte[] stream = Content.concat(userData, frame, userData);
        assertArrayEquals(plain, Content.decompress(codec(), stream));
        fails(userData, "it ends early");
        fails(Content.concat(frame, Content.cut(userData, 12)), "it ends early");
        fails(Content.concat(frame, hex("5a2a4d18" + "ffffffff")), "it ends early");
    }

    @Example
    void whatIsNotSupportedIsNamed() {
        fails(hex("02214c18" + "00000000"), "the legacy format of lz4 -l is not supported");
        fails(frame("6570" + "01020304"), "a frame that needs a dictionary is not supported");
        fails(frame("2470"), "frame descriptor 0x24 0x70 is not supported");
        fails(frame("6670"), "frame descriptor 0x66 0x70 is not supported");
        fails(frame("6430"), "frame descriptor 0x64 0x30 is not supported");
        fails(frame("6471"), "frame descriptor 0x64 0x71 is not supported");
        fails(frame("64f0"), "frame descriptor 0x64 0xf0 is not supported");
        fails(hex("04224d18" + "644000"), "the checksum of the header does not match");
    }

    @Example
    void lengthsAreChecked() {
        byte[] small = frame("6440");
        fails(Content.concat(small, hex("01000100")), "a block of 65537 bytes is longer than the frame's 65536");
        fails(Content.concat(small, hex("01000180")), "a block of 65537 bytes is longer than the frame's 65536");
        byte[] sized = frame("6c40" + "0500000000000000");
        fails(Content.concat(sized, hex("00000000" + "055dcc02")), "the content has 0 bytes, not 5");
        byte[] large = Content.concat(frame("6470"), hex("00004000"));
        assertTrue(Allocation.of(() -> fails(large, "it ends early")) < 2_000_000);
    }

    @Example
    void damagedLinkedBlocksFail() {
        byte[] linked = Content.concat(frame("4040"), hex("05000080" + "4142434445"));
        fails(Content.concat(linked, hex("01000000" + "f0")), "a block cannot be decompressed");
        fails(Content.concat(linked, hex("02000000" + "f0ff")), "a block cannot be decompressed");
        fails(Content.concat(linked, hex("02000000" + "5041")), "a block cannot be decompressed");
        fails(Content.concat(linked, hex("04000000" + "0f060000")), "a block cannot be decompressed");
    }

    private static byte[] frame(String descriptor) {
        byte[] bytes = hex(descriptor);
        return Content.concat(hex("04224d18"), bytes, new byte[] {Lz4Format.headerChecksum(bytes, 0, bytes.length)});
    }

    private void fails(byte[] stream, String fault) {
        CorruptStreamException e =
                assertThrows(CorruptStreamException.class, () -> Content.decompress(codec(), stream));
        assertTrue(e.getMessage().contains(fault), e.getMessage());
        assertTrue(e.getMessage().startsWith("lz4 stream, offset "), e.getMessage());
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
