package org.walarchive.core.codec;

import io.airlift.compress.lz4.Lz4Compressor;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.codec.digest.XXHash32;

/** Writes one LZ4 frame of independent blocks with a checksum of its content. */
final class Lz4Writer extends BlockStream {

    /** Of the sizes the format knows: 256 KiB compresses 0.5 % worse, 4 MiB 0.1 % better, all at the same speed. */
    private static final int BLOCK_BYTES = 1024 * 1024;

    private static final byte BLOCK_BYTES_CODE = 6 << 4;
    private static final int BLOCK_HEADER_BYTES = 4;

    private final InputStream plain;
    private final Lz4Compressor compressor = new Lz4Compressor();
    private final XXHash32 contentChecksum = new XXHash32();
    private final byte[] input = new byte[BLOCK_BYTES];
    private final byte[] output = new byte[BLOCK_HEADER_BYTES + compressor.maxCompressedLength(BLOCK_BYTES)];
    private boolean headerWritten;
    private boolean endWritten;

    Lz4Writer(InputStream plain) {
        this.plain = plain;
    }

    @Override
    protected boolean makeBlock() throws IOException {
        if (endWritten) {
            return false;
        }
        if (!headerWritten) {
            headerWritten = true;
            supply(output, 0, writeHeader());
            return true;
        }
        int length = fill(plain, input, 0);
        if (length == 0) {
            endWritten = true;
            LittleEndian.putInt(output, 0, 0);
            LittleEndian.putInt(output, 4, (int) contentChecksum.getValue());
            supply(output, 0, 8);
        } else {
            contentChecksum.update(input, 0, length);
            supply(output, 0, writeBlock(length));
        }
        return true;
    }

    private int writeHeader() {
        LittleEndian.putInt(output, 0, Lz4Format.MAGIC);
        output[4] = Lz4Format.VERSION_1 | Lz4Format.FLAG_INDEPENDENT_BLOCKS | Lz4Format.FLAG_CONTENT_CHECKSUM;
        output[5] = BLOCK_BYTES_CODE;
        output[6] = Lz4Format.headerChecksum(output, 4, 2);
        return 7;
    }

    private int writeBlock(int length) {
        int compressedLength =
                compressor.compress(input, 0, length, output, BLOCK_HEADER_BYTES, output.length - BLOCK_HEADER_BYTES);
        if (compressedLength < length) {
            LittleEndian.putInt(output, 0, compressedLength);
            return BLOCK_HEADER_BYTES + compressedLength;
        }
        System.arraycopy(input, 0, output, BLOCK_HEADER_BYTES, length);
        LittleEndian.putInt(output, 0, length | Lz4Format.STORED);
        return BLOCK_HEADER_BYTES + length;
    }

    @Override
    protected void release() throws IOException {
        plain.close();
    }
}
