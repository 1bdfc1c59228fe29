package org.walarchive.postgres;

import org.walarchive.stability.Stable;

/**
 * How the WAL of a cluster is cut into segment files: the size, chosen at initdb (11 and newer) or at build time, and
 * whether the last segment of each 4 GiB is used.
 *
 * @param bytes a power of two from 1 MiB to 1 GiB
 * @param skipsLast true for PostgreSQL 9.2 and older, which never use the segment that ends at a multiple of 4 GiB
 *     ({@code …FF} at 16 MiB); since 9.3 all are used
 */
@Stable
public record WalSegmentSize(int bytes, boolean skipsLast) {

    /** 16 MiB, PostgreSQL 9.3 and newer. */
    public static final WalSegmentSize DEFAULT = new WalSegmentSize(16 * 1024 * 1024, false);

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if it is not a power of two from 1 MiB to 1 GiB
     */
    public WalSegmentSize {
        if (bytes < 1 << 20 || bytes > 1 << 30 || Integer.bitCount(bytes) != 1) {
            throw new IllegalArgumentException(
                    "WAL segment size " + bytes + " is not a power of two from 1 MiB to 1 GiB");
        }
    }

    /**
     * Makes the size for PostgreSQL 9.3 and newer.
     *
     * @param bytes a power of two from 1 MiB to 1 GiB
     * @return the size
     * @throws IllegalArgumentException if it is not
     */
    public static WalSegmentSize ofBytes(long bytes) {
        if (bytes != (int) bytes) {
            throw new IllegalArgumentException(
                    "WAL segment size " + bytes + " is not a power of two from 1 MiB to 1 GiB");
        }
        return new WalSegmentSize((int) bytes, false);
    }

    /**
     * Returns how many segments of each 4 GiB ("xlogid") are used.
     *
     * @return 2^32 / size, less one where the last is skipped
     */
    public long segmentsPerXlogId() {
        return 0x1_0000_0000L / bytes - (skipsLast ? 1 : 0);
    }
}
