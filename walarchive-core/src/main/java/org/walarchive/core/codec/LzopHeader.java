package org.walarchive.core.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Checksum;

/**
 * What the header of a member tells about its blocks.
 *
 * @param flags the {@code FLAG_} bits of {@link LzopFormat}
 */
record LzopHeader(int flags) {

    private static final int FIXED_BYTES = 12;
    private static final int FILTER_BYTES = 4;
    private static final int MODE_AND_TIME_BYTES = 12;
    private static final int MAX_NAME_BYTES = 255;

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    static LzopHeader read(CompressedSource source) throws IOException {
        long start = source.offset();
        byte[] magic = new byte[LzopFormat.magic().length];
        source.readFully(magic, 0, magic.length);
        if (!Arrays.equals(magic, LzopFormat.magic())) {
            throw start == 0 ? source.strange() : source.corruptAt(start, "other bytes follow the end mark", null);
        }
        ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + FILTER_BYTES + MODE_AND_TIME_BYTES + 1 + MAX_NAME_BYTES);
        take(source, bytes, FIXED_BYTES);
        int version = bytes.getShort(0) & 0xffff;
        int flags = bytes.getInt(8);
        boolean filtered = (flags & LzopFormat.FLAG_FILTER) != 0;
        // Of a version that lays its header out otherwise, nothing that follows can be trusted.
        if (version < LzopFormat.VERSION_NEEDED) {
            throw source.corruptAt(start, "version 0x" + Integer.toHexString(version) + " is not supported", null);
        }
        take(source, bytes, (filtered ? FILTER_BYTES : 0) + MODE_AND_TIME_BYTES + 1);
        take(source, bytes, bytes.get(bytes.position() - 1) & 0xff);
        checkSum(source, "header", newChecksum(flags), bytes.array(), bytes.position());
        requireSupported(source, start, bytes, flags);
        if ((flags & LzopFormat.FLAG_EXTRA_FIELD) != 0) {
            skipExtraField(source, newChecksum(flags));
        }
        return new LzopHeader(flags);
    }

    private static void take(CompressedSource source, ByteBuffer bytes, int length) throws IOException {
        source.readFully(bytes.array(), bytes.position(), length);
        bytes.position(bytes.position() + length);
    }

    private static void requireSupported(CompressedSource source, long start, ByteBuffer bytes, int flags)
            throws IOException {
        int needed = bytes.getShort(4) & 0xffff;
        int method = bytes.get(6);
        if (needed > LzopFormat.VERSION) {
            throw source.corruptAt(
                    start, "needed version 0x" + Integer.toHexString(needed) + " is not supported", null);
        }
        if (method < LzopFormat.METHOD_LZO1X_1 || method > LzopFormat.METHOD_LZO1X_999) {
            throw source.corruptAt(start, "method " + (method & 0xff) + " is not supported", null);
        }
        if ((flags & (LzopFormat.FLAGS_RESERVED | LzopFormat.FLAG_MULTIPART)) != 0) {
            throw source.corruptAt(start, "flags 0x" + Integer.toHexString(flags) + " are not supported", null);
        }
        if ((flags & LzopFormat.FLAG_FILTER) != 0 && bytes.getInt(FIXED_BYTES) != 0) {
            throw source.corruptAt(start, "filter " + bytes.getInt(FIXED_BYTES) + " is not supported", null);
        }
    }

    /** The checksum of the extra field covers its length as well: lzop 1.04 refuses anything else. */
    private static void skipExtraField(CompressedSource source, Checksum checksum) throws IOException {
        byte[] chunk = new byte[1024];
        source.readFully(chunk, 0, 4);
        checksum.update(chunk, 0, 4);
        long left = ByteBuffer.wrap(chunk).getInt() & 0xffff_ffffL;
        while (left > 0) {
            int count = (int) Math.min(left, chunk.length);
            source.readFully(chunk, 0, count);
            checksum.update(chunk, 0, count);
            left -= count;
        }
        checkSum(source, "extra field", checksum, chunk, 0);
    }

    private static void checkSum(CompressedSource source, String what, Checksum checksum, byte[] bytes, int length)
            throws IOException {
        checksum.update(bytes, 0, length);
        long offset = source.offset();
        if (source.readIntBigEndian() != (int) checksum.getValue()) {
            throw source.corruptAt(offset, "the checksum of the " + what + " does not match", null);
        }
    }

    private static Checksum newChecksum(int flags) {
        return (flags & LzopFormat.FLAG_HEADER_CRC32) != 0 ? new CRC32() : new Adler32();
    }
}
