package org.walarchive.core.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.airlift.compress.lzo.LzoDecompressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.Adler32;

/** A second reader of the container, from the format's description: it takes only what {@code lzop -CC} writes from a pipe. */
final class LzopWalk {

    private LzopWalk() {}

    static byte[] walk(byte[] stream) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(stream));
        assertEquals(0x894c5a4f000d0a1aL, in.readLong());
        assertEquals(0x0a, in.readByte());
        assertEquals(0x1040, in.readShort(), "version");
        assertEquals(0x20a0, in.readShort(), "library");
        assertEquals(0x0940, in.readShort(), "needed");
        assertEquals(1, in.readByte(), "method");
        assertEquals(5, in.readByte(), "level");
        assertEquals(0x0300000f, in.readInt(), "flags");
        assertEquals(0, in.readInt(), "mode");
        assertEquals(0, in.readLong(), "time");
        assertEquals(0, in.readByte(), "name length");
        assertEquals(adler(Arrays.copyOfRange(stream, 9, 34)), in.readInt(), "header checksum");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean partial = false;
        for (int length = in.readInt(); length != 0; length = in.readInt()) {
            assertTrue(length > 0 && length <= 262_144 && !partial, "only the last block may be short");
            partial = length < 262_144;
            out.writeBytes(block(in, length));
        }
        assertEquals(-1, in.read(), "nothing behind the end mark");
        return out.toByteArray();
    }

    private static byte[] block(DataInputStream in, int length) throws IOException {
        int compressedLength = in.readInt();
        assertTrue(compressedLength > 0 && compressedLength <= length);
        int checksum = in.readInt();
        int compressedChecksum = compressedLength < length ? in.readInt() : checksum;
        byte[] data = in.readNBytes(compressedLength);
        assertEquals(compressedLength, data.length);
        assertEquals(compressedChecksum, adler(data), "checksum of what is compressed");
        byte[] plain = data;
        if (compressedLength < length) {
            plain = new byte[length];
            assertEquals(length, new LzoDecompressor().decompress(data, 0, data.length, plain, 0, length));
        }
        assertEquals(checksum, adler(plain), "block checksum");
        return plain;
    }

    private static int adler(byte[] bytes) {
        Adler32 adler = new Adler32();
        adler.update(bytes);
        return (int) adler.getValue();
    }
}
