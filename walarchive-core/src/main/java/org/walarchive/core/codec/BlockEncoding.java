package org.walarchive.core.codec;

/** How a format makes a stream of blocks that are compressed each on its own. One serves one stream. */
interface BlockEncoding {

    /** Where a block stands in its stream. */
    enum Position {
        INNER,
        LAST
    }

    /** How many bytes of content are in every block but the last. */
    int blockBytes();

    /** Returns the most bytes that a block of so much content has when it is compressed. */
    int maxCompressedBytes(int length);

    /** Returns what stands before the first block. */
    byte[] head();

    /** Tells whether content of no bytes has a block. */
    boolean hasEmptyBlock();

    /** Hears of all content in its order, for a checksum of it. */
    void append(byte[] content, int length);

    /**
     * Compresses a block; by several threads at once.
     *
     * @return how many bytes of the output it has
     */
    int compress(byte[] content, int length, Position position, byte[] output);

    /** Returns what stands behind the last block. */
    byte[] tail();
}
