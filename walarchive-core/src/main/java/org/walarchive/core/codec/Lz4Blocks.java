package org.walarchive.core.codec;

import io.airlift.compress.lz4.Lz4Decompressor;

/** Decodes the blocks of a frame, linked ones too: those whose matches reach back into the content before the block. */
final class Lz4Blocks {

    /** How far a match reaches back. */
    private static final int WINDOW_BYTES = 64 * 1024;

    /** One more byte of input makes at most 255 bytes more of output. */
    private static final long MAX_EXPANSION = 255;

    private final Lz4Decompressor decompressor = new Lz4Decompressor();
    private final int maxBlockBytes;
    private final boolean linked;
    private byte[] history = {};
    private byte[] spliced = {};
    private byte[] plain = {};
    private int from;
    private int to;

    Lz4Blocks(int maxBlockBytes, boolean linked) {
        this.maxBlockBytes = maxBlockBytes;
        this.linked = linked;
    }

    /** Returns the array that holds the last block's content until the next one is decoded. */
    byte[] bytes() {
        return plain;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /**
     * Decodes a block.
     *
     * @throws RuntimeException of any kind if the block is damaged
     */
    void decode(byte[] block, int length, boolean stored) {
        if (stored || history.length == 0) {
            reserve(stored ? length : plainLimit(length));
            from = 0;
            to = decodeInto(block, length, stored, plain, 0);
        } else {
            int limit = history.length + plainLimit(length);
            reserve(limit);
            int splicedLength = splice(block, length);
            from = history.length;
            to = decompressor.decompress(spliced, 0, splicedLength, plain, 0, limit);
            if (to < from) {
                throw new IllegalStateException("the block is shorter than nothing");
            }
        }
        if (linked) {
            remember();
        }
    }

    /**
     * Decodes a block that stands alone into an array that has room for the largest one.
     *
     * @return how many bytes it has
     * @throws RuntimeException of any kind if the block is damaged
     */
    int decodeInto(byte[] block, int length, boolean stored, byte[] target, int offset) {
        if (!stored) {
            return decompressor.decompress(block, 0, length, target, offset, plainLimit(length));
        }
        System.arraycopy(block, 0, target, offset, length);
        return length;
    }

    private int plainLimit(int length) {
        return (int) Math.min(maxBlockBytes, length * MAX_EXPANSION);
    }

    private void reserve(int length) {
        if (plain.length < length) {
            plain = new byte[length];
        }
    }

    /**
     * Makes a block that stands alone of one that does not: the history becomes the beginning of the first literals, so
     * that the same decoder serves both kinds.
     */
    private int splice(byte[] block, int length) {
        int position = 1;
        int literals = (block[0] & 0xff) >> 4;
        if (literals == 15) {
            int more;
            do {
                if (position == length) {
                    throw new IllegalStateException("the block ends in a length");
                }
                more = block[position++] & 0xff;
                literals += more;
            } while (more == 255);
        }
        int extra = history.length + literals - 15; // the history alone is longer than 15: see remember()
        int needed = 2 + extra / 255 + history.length + length;
        if (spliced.length < needed) {
            spliced = new byte[needed];
        }
        spliced[0] = (byte) (0xf0 | block[0] & 0x0f);
        int out = 1;
        for (; extra >= 255; extra -= 255) {
            spliced[out++] = (byte) 255;
        }
        spliced[out++] = (byte) extra;
        System.arraycopy(history, 0, spliced, out, history.length);
        out += history.length;
        System.arraycopy(block, position, spliced, out, length - position);
        return out + length - position;
    }

    private void remember() {
        int count = to - from;
        int kept = Math.min(history.length, WINDOW_BYTES - Math.min(count, WINDOW_BYTES));
        int fresh = Math.min(count, WINDOW_BYTES);
        byte[] next = kept + fresh == history.length ? history : new byte[kept + fresh];
        System.arraycopy(history, history.length - kept, next, 0, kept);
        System.arraycopy(plain, to - fresh, next, kept, fresh);
        history = next;
    }
}
