package org.walarchive.store.swift;

/** How large the segments of a large object are, when nobody knows how much is to come. */
final class SegmentSizes {

    /** The most segments of a manifest; Swift's default. */
    static final int MOST_SEGMENTS = 1000;

    /** The largest object that is not a manifest; Swift's default is 2 bytes more. */
    static final long MOST_BYTES = 5L << 30;

    private static final int SEGMENTS_OF_ONE_SIZE = 100;

    private SegmentSizes() {}

    /**
     * Returns the size of a segment: each hundred segments are twice as large as the hundred before. Of 8 MiB at first,
     * they hold 799 GiB in all.
     *
     * @param number from 1
     */
    static long bytes(int number, int firstBytes) {
        return Math.min(MOST_BYTES, (long) firstBytes << ((number - 1) / SEGMENTS_OF_ONE_SIZE));
    }
}
