package org.walarchive.core.inventory;

/**
 * Places of WAL segments that follow each other, see {@link org.walarchive.postgres.WalSegmentName#number}.
 *
 * @param begin the first
 * @param end the one after the last
 */
public record SegmentRange(long begin, long end) {

    /** Checks that it is not empty. */
    public SegmentRange {
        if (begin < 0 || end <= begin) {
            throw new IllegalArgumentException("range of segments from " + begin + " to before " + end);
        }
    }

    /** Returns how many. */
    public long count() {
        return end - begin;
    }
}
