package org.walarchive.verification;

import org.walarchive.postgres.WalSegmentName;
import org.walarchive.stability.Experimental;

/**
 * WAL segments of one timeline that follow each other.
 *
 * @param first the first
 * @param last the last, which may be the first
 * @param count how many
 */
@Experimental
public record SegmentSpan(WalSegmentName first, WalSegmentName last, long count) {

    /**
     * Checks the count.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public SegmentSpan {
        if (count < 1) {
            throw new IllegalArgumentException("span of " + count + " segments from " + first);
        }
    }
}
