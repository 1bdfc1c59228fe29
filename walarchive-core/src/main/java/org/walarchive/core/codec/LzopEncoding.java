package org.walarchive.core.codec;

import io.airlift.compress.lzo.LzoCompressor;
import java.nio.ByteBuffer;
import java.util.zip.Adler32;

/**
 * What {@code lzop -CC} writes from a pipe: one member, nothing behind it (WAL-E takes anything more for a failure), mode and
 * time zero so that equal content gives equal bytes. A block has two checksums: that of its content alone misses some single flipped
 * bits, where a match then copies the same bytes in another order.
 */
final class LzopEncoding implements BlockEncoding {

    /** Of a stored block, which has no checksum of compressed bytes. */
    private static final int STORED_HEADER_BYTES = 12;

    private static final int BLOCK_HEADER_BYTES = 16;

    @Override
    public int blockBytes() {
        return LzopFormat.BLOCK_BYTES;
    }

    @Override
    public int maxCompressedBytes(int length) {
        return BLOCK_HEADER_BYTES + new LzoCompressor().maxCompressedLength(length);
    }

    @Override
    public byte[] head() {
        byte[] magic = LzopFormat.magic();
        ByteBuffer header = ByteBuffer.allocate(magic.length + 29);
        header.put(magic)
                .putShort((short) LzopFormat.VERSION)
                .putShort((short) LzopFormat.LIBRARY_VERSION)
                .putShort((short) LzopFormat.VERSION_NEEDED)
                .put((byte) LzopFormat.METHOD_LZO1X_1)
                .put((byte) LzopFormat.LEVEL)
                .putInt(LzopFormat.FLAG_OS_UNIX
                        | LzopFormat.FLAG_ADLER32_PLAIN
                        | LzopFormat.FLAG_ADLER32_COMPRESSED
                        | LzopFormat.FLAG_STDIN
                        | LzopFormat.FLAG_STDOUT)
                .putInt(0) // mode
                .putInt(0) // time, low
                .putInt(0) // time, high
                .put((byte) 0); // length of the file name
        header.putInt(adler32(header.array(), magic.length, header.position() - magic.length));
        return header.array();
    }

    @Override
    public boolean hasEmptyBlock() {
        return false;
    }

    @Override
    public void append(byte[] content, int length) {
        // each block has its own checksum
    }

    @Override
    public int compress(byte[] content, int length, Position position, byte[] output) {
        int compressedLength = new LzoCompressor()
                .compress(content, 0, length, output, BLOCK_HEADER_BYTES, output.length - BLOCK_HEADER_BYTES);
        ByteBuffer header = ByteBuffer.wrap(output);
        if (compressedLength >= length) { // equal lengths mean a stored block
            System.arraycopy(content, 0, output, STORED_HEADER_BYTES, length);
            header.putInt(length).putInt(length).putInt(adler32(content, 0, length));
            return STORED_HEADER_BYTES + length;
        }
        header.putInt(length).putInt(compressedLength).putInt(adler32(content, 0, length));
        header.putInt(adler32(output, BLOCK_HEADER_BYTES, compressedLength));
        return BLOCK_HEADER_BYTES + compressedLength;
    }

    @Override
    public byte[] tail() {
        return new byte[4];
    }

    private static int adler32(byte[] bytes, int offset, int length) {
        Adler32 checksum = new Adler32();
        checksum.update(bytes, offset, length);
        return (int) checksum.getValue();
    }
}
