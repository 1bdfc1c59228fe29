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
    private int compressedLength;
    private boolean stored;
    private long blockStart;
    private boolean endMarkRead;

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

    /** Tells whether every block has room in so many bytes, and needs nothing but itself. */
    boolean canReadInto(int length) {
        return length >= maxBlockBytes && has(flags, Lz4Format.FLAG_INDEPENDENT_BLOCKS);
    }

    /**
     * Reads the next block into an array of the caller's.
     *
     * @return how many bytes it has; 0 at the end of the frame, which {@link #readBlock} is left to verify
     */
    int readBlockInto(byte[] target, int offset) throws IOException {
        if (!readCompressed()) {
            return 0;
        }
        int count = 0;
        try {
            count = blocks.decodeInto(compressed, compressedLength, stored, target, offset);
        } catch (RuntimeException e) { // the decoder names no closed set of exceptions for damaged input
            throw undecodable(e);
        }
        account(target, offset, count);
        return count;
    }

    /**
     * Reads the next block, or what follows the last one.
     *
     * @return null at the verified end of the frame
     */
    @Nullable
    Lz4Blocks readBlock() throws IOException {
        if (!readCompressed()) {
            verifyEnd();
            return null;
        }
        try {
            blocks.decode(compressed, compressedLength, stored);
        } catch (RuntimeException e) { // as above
            throw undecodable(e);
        }
        account(blocks.bytes(), blocks.from(), blocks.to() - blocks.from());
        return blocks;
    }

    /** Takes a block as it is stored; false if there is none left. */
    private boolean readCompressed() throws IOException {
        if (endMarkRead) {
            return false;
        }
        blockStart = source.offset();
        int mark = source.readIntLittleEndian();
        if (mark == 0) {
            endMarkRead = true;
            return false;
        }
        stored = (mark & Lz4Format.STORED) != 0;
        compressedLength = mark & ~Lz4Format.STORED;
        if (compressedLength > maxBlockBytes) {
            throw source.corruptAt(
                    blockStart,
                    "a block of " + compressedLength + " bytes is longer than the frame's " + maxBlockBytes,
                    null);
        }
        compressed = source.readGrowing(compressed, compressedLength);
        if (has(flags, Lz4Format.FLAG_BLOCK_CHECKSUM)
                && source.readIntLittleEndian() != Lz4Format.xxh32(compressed, 0, compressedLength)) {
            throw source.corruptAt(blockStart, "the checksum of a block does not match", null);
        }
        return true;
    }

    private CorruptStreamException undecodable(RuntimeException cause) {
        return source.corruptAt(blockStart, "a block cannot be decompressed", cause);
    }

    private void account(byte[] content, int offset, int count) {
        contentLength += count;
        if (contentChecksum != null) {
            contentChecksum.update(content, offset, count);
        }
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
