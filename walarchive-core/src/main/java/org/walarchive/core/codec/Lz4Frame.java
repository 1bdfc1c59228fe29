package org.walarchive.core.codec;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One frame while it is read: its blocks, then its checksum and size. */
final class Lz4Frame {

    private final CompressedSource source;
    private final int flags;
    private final int maxBlockBytes;
    private final long contentSize;
    private final @Nullable XxHash32 contentChecksum;
    private final Lz4Blocks blocks;
    private long contentLength;
    private byte[] compressed = {};

    private Lz4Frame(CompressedSource source, int flags, int maxBlockBytes, long contentSize) {
        this.source = source;
        this.flags = flags;
        this.maxBlockBytes = maxBlockBytes;
        this.contentSize = contentSize;
        this.contentChecksum = has(flags, Lz4Format.FLAG_CONTENT_CHECKSUM) ? new XxHash32() : null;
        this.blocks = new Lz4Blocks(maxBlockBytes, !has(flags, Lz4Format.FLAG_INDEPENDENT_BLOCKS));
    }

    /** Reads what follows the magic. */
    static Lz4Frame open(CompressedSource source) throws IOException {
        long start = source.offset();
        byte[] header = new byte[15];
        source.readFully(header, 0, 2);
        int flags = header[0] & 0xff;
        int length = 2;
        if (has(flags, Lz4Format.FLAG_CONTENT_SIZE)) {
            source.readFully(header, length, 8);
            length += 8;
        }
        if (has(flags, Lz4Format.FLAG_DICTIONARY)) {
            source.readFully(header, length, 4);
            length += 4;
        }
        source.readFully(header, length, 1);
        if (header[length] != Lz4Format.headerChecksum(header, 0, length)) {
            throw source.corruptAt(start, "the checksum of the header does not match", null);
        }
        if ((flags & Lz4Format.VERSION_MASK) != Lz4Format.VERSION_1
                || has(flags, Lz4Format.FLAG_RESERVED)
                || (header[1] & 0x8f) != 0
                || header[1] >> 4 < 4) {
            throw source.corruptAt(
                    start, "frame descriptor 0x%02x 0x%02x is not supported".formatted(flags, header[1] & 0xff), null);
        }
        if (has(flags, Lz4Format.FLAG_DICTIONARY)) {
            throw source.corruptAt(start, "a frame that needs a dictionary is not supported", null);
        }
        long contentSize = has(flags, Lz4Format.FLAG_CONTENT_SIZE)
                ? LittleEndian.intAt(header, 2) & 0xffff_ffffL | (long) LittleEndian.intAt(header, 6) << 32
                : 0;
        return new Lz4Frame(source, flags, 1 << 8 + 2 * (header[1] >> 4), contentSize);
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }

    /**
     * Reads the next block, or what follows the last one.
     *
     * @return null at the verified end of the frame
     */
    @Nullable
    Lz4Blocks readBlock() throws IOException {
        long start = source.offset();
        int mark = source.readIntLittleEndian();
        if (mark == 0) {
            verifyEnd();
            return null;
        }
        int length = mark & ~Lz4Format.STORED;
        if (length > maxBlockBytes) {
            throw source.corruptAt(
                    start, "a block of " + length + " bytes is longer than the frame's " + maxBlockBytes, null);
        }
        compressed = source.readGrowing(compressed, length);
        if (has(flags, Lz4Format.FLAG_BLOCK_CHECKSUM)
                && source.readIntLittleEndian() != Lz4Format.xxh32(compressed, 0, length)) {
            throw source.corruptAt(start, "the checksum of a block does not match", null);
        }
        try {
            blocks.decode(compressed, length, (mark & Lz4Format.STORED) != 0);
        } catch (RuntimeException e) { // the decoder names no closed set of exceptions for damaged input
            throw source.corruptAt(start, "a block cannot be decompressed", e);
        }
        contentLength += blocks.to() - blocks.from();
        if (contentChecksum != null) {
            contentChecksum.update(blocks.bytes(), blocks.from(), blocks.to() - blocks.from());
        }
        return blocks;
    }

    private void verifyEnd() throws IOException {
        if (contentChecksum != null) {
            long offset = source.offset();
            if (source.readIntLittleEndian() != contentChecksum.value()) {
                throw source.corruptAt(offset, "the checksum of the content does not match", null);
            }
        }
        if (has(flags, Lz4Format.FLAG_CONTENT_SIZE) && contentSize != contentLength) {
            throw source.corrupt("the content has " + contentLength + " bytes, not " + contentSize);
        }
    }
}
