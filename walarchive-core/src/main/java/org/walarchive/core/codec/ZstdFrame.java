package org.walarchive.core.codec;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one frame, from its magic to its checksum, for a decoder that is not to see what follows. It walks along the
 * headers of the blocks, so that the frame's end is known without the decoder.
 */
final class ZstdFrame extends InputStream {

    private static final int CHECKSUM_BYTES = 4;

    private final CompressedSource source;
    private final long start;
    private final byte[] piece = new byte[3 + ZstdFormat.MAX_BLOCK_BYTES + CHECKSUM_BYTES];
    private final boolean hasChecksum;
    private final long windowBytes;
    private final long contentSize;
    private int position;
    private int limit;
    private boolean lastPiece;
    private @Nullable IOException failure;

    /** Reads the header that follows a magic already taken. */
    ZstdFrame(CompressedSource source) throws IOException {
        this.source = source;
        this.start = source.offset() - 4;
        LittleEndian.putInt(piece, 0, ZstdFormat.MAGIC);
        limit = 4;
        int descriptor = (int) takeNumber(1);
        boolean singleSegment = (descriptor & 0x20) != 0;
        hasChecksum = (descriptor & 0x04) != 0;
        if ((descriptor & 0x08) != 0) {
            throw source.corruptAt(start, "a reserved bit of the frame header is set", null);
        }
        long window = singleSegment ? 0 : windowBytes((int) takeNumber(1));
        int dictionaryCode = descriptor & 0x03;
        if (takeNumber(dictionaryCode == 3 ? 4 : dictionaryCode) != 0) {
            throw source.corruptAt(start, "a frame that needs a dictionary is not supported", null);
        }
        int sizeCode = descriptor >> 6;
        int sizeBytes = sizeCode == 0 ? (singleSegment ? 1 : 0) : 1 << sizeCode;
        long size = takeNumber(sizeBytes);
        contentSize = sizeBytes == 0 ? -1 : sizeBytes == 2 ? size + 256 : size;
        if (sizeBytes > 0 && contentSize < 0) {
            throw source.corruptAt(start, "a content of 2^63 bytes or more is not supported", null);
        }
        windowBytes = singleSegment ? contentSize : window;
    }

    private static long windowBytes(int code) {
        long base = 1L << 10 + (code >> 3);
        return base + base / 8 * (code & 7);
    }

    private long takeNumber(int length) throws IOException {
        source.readFully(piece, limit, length);
        long number = 0;
        for (int i = length - 1; i >= 0; i--) {
            number = number << 8 | piece[limit + i] & 0xff;
        }
        limit += length;
        return number;
    }

    /** Returns how much of the content the decoder must hold. */
    long windowBytes() {
        return windowBytes;
    }

    /** Returns how long the header declares the content to be, if it does. */
    OptionalLong contentSize() {
        return contentSize < 0 ? OptionalLong.empty() : OptionalLong.of(contentSize);
    }

    /** Tells whether a content of this length is what the header declares. */
    boolean agreesWith(long contentLength) {
        return contentSize < 0 || contentSize == contentLength;
    }

    /** Returns where the frame begins in the compressed stream. */
    long start() {
        return start;
    }

    /** Returns what the last read threw, so that it can be told from a failure of the decoder. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** Tells whether the decoder has taken the whole frame. */
    boolean isTaken() {
        return lastPiece && position == limit;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (position == limit) {
            if (lastPiece) {
                return -1;
            }
            try {
                readBlock();
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(piece, position, target, offset, count);
        position += count;
        return count;
    }

    private void readBlock() throws IOException {
        long offset = source.offset();
        position = 0;
        limit = 0;
        int header = (int) takeNumber(3);
        int type = header >> 1 & 3;
        int size = header >> 3;
        if (type == 3 || size > ZstdFormat.MAX_BLOCK_BYTES) {
            throw source.corruptAt(offset, "a block of type " + type + " and " + size + " bytes is not valid", null);
        }
        int stored = type == 1 ? 1 : size; // a run of one byte is stored as that byte
        source.readFully(piece, limit, stored);
        limit += stored;
        if ((header & 1) != 0) {
            readChecksum();
        }
    }

    private void readChecksum() throws IOException {
        lastPiece = true;
        if (hasChecksum) {
            source.readFully(piece, limit, CHECKSUM_BYTES);
            limit += CHECKSUM_BYTES;
        }
    }
}
