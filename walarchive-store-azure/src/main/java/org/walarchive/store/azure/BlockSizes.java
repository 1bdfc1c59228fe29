package org.walarchive.store.azure;

/** How large the blocks of a blob are, when nobody knows how much is to come. */
final class BlockSizes {

    /** The most blocks of a blob. */
    static final int MOST_BLOCKS = 50_000;

    private static final long LARGEST_BYTES = 4000L << 20;
    private static final int BLOCKS_OF_ONE_SIZE = 1000;
    private static final int MOST_DOUBLINGS = 20;

    private BlockSizes() {}

    /**
     * Returns the size of a block: each thousand blocks are twice as large as the thousand before, up to the 4,000 MiB that
     * the service takes. Of 8 MiB at first, 50,000 of them hold 160 TiB; the service takes 190 TiB, of the largest only.
     *
     * @param number from 1
     */
    static long bytes(int number, int firstBytes) {
        int doublings = Math.min((number - 1) / BLOCKS_OF_ONE_SIZE, MOST_DOUBLINGS);
        return Math.min((long) firstBytes << doublings, LARGEST_BYTES);
    }
}
