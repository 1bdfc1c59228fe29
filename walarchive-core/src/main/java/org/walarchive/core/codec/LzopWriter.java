package org.walarchive.core.codec;

import io.airlift.compress.lzo.LzoCompressor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.Adler32;

/**
 * Writes what {@code lzop} writes from a pipe: one member, nothing behind it (WAL-E takes anything more for a failure),
 * mode and time zero so that equal content gives equal bytes.
 */
final class LzopWriter extends BlockStream {

    private static final int BLOCK_HEADER_BYTES = 12;

    private final InputStream plain;
    private final LzoCompressor compressor = new LzoCompressor();
    private final byte[] input = new byte[LzopFormat.BLOCK_BYTES];
    private final byte[] output = new byte[BLOCK_HEADER_BYTES + compressor.maxCompressedLength(LzopFormat.BLOCK_BYTES)];
    private boolean headerWritten;
    private boolean endWritten;

    LzopWriter(InputStream plain) {
        this.plain = plain;
    }

    @Override
    protected boolean makeBlock() throws IOException {
        if (endWritten) {
            return false;
        }
        if (!headerWritten) {
            headerWritten = true;
            byte[] header = header();
            supply(header, 0, header.length);
            return true;
        }
        int length = fill(plain, input, 0);
        if (length == 0) {
            endWritten = true;
            supply(new byte[4], 0, 4);
        } else {
            supply(output, 0, writeBlock(length));
        }
        return true;
    }

    private static byte[] header() {
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
                        | LzopFormat.FLAG_STDIN
                        | LzopFormat.FLAG_STDOUT)
                .putInt(0) // mode
                .putInt(0) // time, low
                .putInt(0) // time, high
                .put((byte) 0); // length of the file name
        header.putInt(adler32(header.array(), magic.length, header.position() - magic.length));
        return header.array();
    }

    private int writeBlock(int length) {
        int compressedLength =
                compressor.compress(input, 0, length, output, BLOCK_HEADER_BYTES, output.length - BLOCK_HEADER_BYTES);
        if (compressedLength >= length) { // equal lengths mean a stored block
            System.arraycopy(input, 0, output, BLOCK_HEADER_BYTES, length);
            compressedLength = length;
        }
        ByteBuffer.wrap(output).putInt(length).putInt(compressedLength).putInt(adler32(input, 0, length));
        return BLOCK_HEADER_BYTES + compressedLength;
    }

    private static int adler32(byte[] bytes, int offset, int length) {
        Adler32 checksum = new Adler32();
        checksum.update(bytes, offset, length);
        return (int) checksum.getValue();
    }

    @Override
    protected void release() throws IOException {
        plain.close();
    }
}
