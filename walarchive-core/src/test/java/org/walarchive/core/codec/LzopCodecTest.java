package org.walarchive.core.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.airlift.compress.lzo.LzoCompressor;
import io.airlift.compress.lzo.LzoDecompressor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.Adler32;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

class LzopCodecTest extends CodecContract {

    private static final int BLOCK = 256 * 1024;
    private static final int HEADER_BYTES = 38;

    @Override
    Codec codec() {
        return new LzopCodec();
    }

    @Override
    Integer[] boundarySizes() {
        return new Integer[] {0, 1, 4095, 4096, 4097, BLOCK - 1, BLOCK, BLOCK + 1, BLOCK + 4096, 3 * BLOCK};
    }

    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    void theContainerIsAsLzopWritesIt(@ForAll("contents") byte[] plain) throws IOException {
        assertArrayEquals(plain, LzopWalk.walk(Content.compress(codec(), plain)));
    }

    @Example
    void anEmptyContentIsAHeaderAndAnEndMark() throws IOException {
        assertEquals(
                "894c5a4f000d0a1a0a" + "1040" + "20a0" + "0940" + "01" + "05" + "0300000f" + "00".repeat(13)
                        + headerChecksum() + "00000000",
                HexFormat.of().formatHex(Content.compress(codec(), new byte[0])));
    }

    @Example
    void aBlockThatDoesNotShrinkIsStored() throws IOException {
        LzoCompressor compressor = new LzoCompressor();
        int even = 0;
        for (int length = 60; length <= 400; length += 17) {
            for (int repeated = 3; repeated <= 30; repeated++) {
                byte[] plain = Content.of(Content.Kind.RANDOM, length, length);
                System.arraycopy(plain, 0, plain, length / 2, repeated);
                byte[] output = new byte[compressor.maxCompressedLength(length)];
                even += compressor.compress(plain, 0, length, output, 0, output.length) == length ? 1 : 0;
                byte[] compressed = Content.compress(codec(), plain);
                assertArrayEquals(plain, LzopWalk.walk(compressed));
                assertTrue(compressed.length <= 42 + 15 + length);
            }
        }
        assertTrue(even > 0, "no block was as long as its compressed form");
    }

    /** As where a match then copies the same bytes in another order: Adler-32 of the content may not tell. */
    @Example
    void aFlippedBitThatTheChecksumOfTheContentDoesNotShowFails() throws IOException {
        byte[] plain =
                "a match, a match, and a match that is led elsewhere, a match".getBytes(StandardCharsets.US_ASCII);
        byte[] compressed = Content.compress(codec(), plain);
        int data = HEADER_BYTES + 16;
        int seen = 0;
        for (int bit = data * 8; bit < (compressed.length - 4) * 8; bit++) {
            byte[] damaged = Content.flip(compressed, bit);
            byte[] other = new byte[plain.length];
            try {
                new LzoDecompressor().decompress(damaged, data, damaged.length - 4 - data, other, 0, other.length);
            } catch (RuntimeException e) {
                continue;
            }
            Adler32 adler = new Adler32();
            adler.update(other);
            ByteBuffer.wrap(damaged).putInt(HEADER_BYTES + 8, (int) adler.getValue());
            fails(damaged, "the checksum of a block does not match");
            seen++;
        }
        assertTrue(seen > 100, "only " + seen);
    }

    private static String headerChecksum() {
        Adler32 adler = new Adler32();
        adler.update(HexFormat.of().parseHex("104020a0094001050300000f" + "00".repeat(13)));
        return String.format("%08x", adler.getValue());
    }

    @Example
    void objectsOfWalEAreRead() throws IOException {
        assertWalE(
                "000000010000000000000008.lzo",
                1024 * 1024,
                "619edf1462437cc2a1eb1150771bc6b5a591bf16c561787c49131504544263fa");
        assertWalE(
                "00000001000000000000000D.lzo",
                1024 * 1024,
                "9fa0f96333e419263f5b38301072f6fbf8c526a7848aff284bf865fdc0745279");
        assertWalE(
                "000000010000000000000008.00000028.backup.lzo",
                361,
                "29dae0270ed91db712d994fe0efaa1e5b7cd9722a5b900ee75c3676b3d34f4c7");
        assertWalE("00000002.history.lzo", 38, "04e056773a1d686ed5bfc9acaa53b84578d08d7cf9595fbe0e125e4907059056");
    }

    private void assertWalE(String name, int length, String sha256) throws IOException {
        byte[] compressed;
        try (InputStream in = LzopCodecTest.class.getResourceAsStream(name)) {
            compressed = in.readAllBytes();
        }
        byte[] plain = Content.decompress(codec(), compressed);
        assertEquals(length, plain.length, name);
        assertEquals(sha256, sha256(plain), name);
        for (int cut = 1; cut < compressed.length; cut += 97) {
            byte[] damaged = Content.cut(compressed, cut);
            assertThrows(CorruptStreamException.class, () -> Content.decompress(codec(), damaged));
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Example
    void declaredLengthsDoNotAllocate() throws IOException {
        byte[] header = Content.cut(Content.compress(codec(), new byte[0]), 38);
        byte[] bomb = Content.concat(header, hex("04000000" + "03ffffff" + "00000001"), new byte[1000]);
        assertTrue(Allocation.of(() -> fails(bomb, "it ends early")) < 2_000_000);
        byte[] expanding = Content.concat(header, hex("04000000" + "00000064" + "00000001"), new byte[1000]);
        assertTrue(Allocation.of(() -> fails(expanding, "a block cannot have 67108864 bytes plain")) < 2_000_000);
        fails(
                Content.concat(header, hex("04000001" + "00000064" + "00000001")),
                "a block of 67108865 bytes is too long");
        fails(Content.concat(header, hex("ffffffff" + "00000064" + "00000001")), "a block of 4294967295 bytes");
        fails(Content.concat(header, hex("00000010" + "00000011" + "00000001")), "a block cannot have 16 bytes");
        fails(Content.concat(header, hex("00000010" + "00000000" + "00000001")), "a block cannot have 16 bytes");
        fails(Content.concat(header, hex("00000010" + "80000000" + "00000001")), "a block cannot have 16 bytes");
    }

    @Example
    void otherHeadersOfLzopAreRead() throws IOException {
        byte[] text = "hello, hello\n".getBytes(StandardCharsets.US_ASCII);
        assertArrayEquals(text, Content.decompress(codec(), new LzopMember().member(text)));
        assertArrayEquals(
                text, Content.decompress(codec(), new LzopMember().flags(0x1101).member(text)));
        assertArrayEquals(
                text, Content.decompress(codec(), new LzopMember().flags(0x0303).member(text)));
        assertArrayEquals(
                text, Content.decompress(codec(), new LzopMember().flags(0).member(text)));
        assertArrayEquals(
                text,
                Content.decompress(
                        codec(), new LzopMember().flags(0x2841).name("a/b").member(text)));
        assertArrayEquals(
                text,
                Content.decompress(
                        codec(), new LzopMember().flags(0x1041).method(3).member(text)));
    }

    @Example
    void whatIsNotSupportedIsNamed() throws IOException {
        byte[] text = new byte[] {1, 2, 3};
        fails(new LzopMember().method(128).member(text), "method 128 is not supported");
        fails(new LzopMember().flags(0x0401).member(text), "flags 0x401 are not supported");
        fails(new LzopMember().flags(0x4001).member(text), "flags 0x4001 are not supported");
        fails(new LzopMember().flags(0x0801).filter(7).member(text), "filter 7 is not supported");
        fails(new LzopMember().version(0x0930).member(text), "version 0x930 is not supported");
        fails(new LzopMember().needed(0x1041).member(text), "needed version 0x1041 is not supported");
        fails(new LzopMember().flags(0x41).spoilExtraField().member(text), "checksum of the extra field");
    }

    private void fails(byte[] stream, String fault) {
        CorruptStreamException e =
                assertThrows(CorruptStreamException.class, () -> Content.decompress(codec(), stream));
        assertTrue(e.getMessage().contains(fault), e.getMessage());
        assertTrue(e.getMessage().startsWith("lzop stream, offset "), e.getMessage());
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
