package org.walarchive;

import java.util.OptionalLong;
import org.walarchive.stability.Experimental;

/**
 * How many bytes a second a base backup may read of the data directory, over all its partitions together and within any one
 * second. It can be changed while the backup runs, from any thread; one limit may be given to several requests, and holds
 * for each of them.
 */
@Experimental
public final class ReadRateLimit {

    private static final long NONE = Long.MAX_VALUE;

    private volatile long bytesPerSecond;

    private ReadRateLimit(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /**
     * Makes a limit.
     *
     * @param bytesPerSecond at least 1
     * @return the limit
     * @throws IllegalArgumentException if it is less than 1
     */
    public static ReadRateLimit of(long bytesPerSecond) {
        return new ReadRateLimit(checked(bytesPerSecond));
    }

    /**
     * Makes a limit that does not limit yet.
     *
     * @return the limit
     */
    public static ReadRateLimit none() {
        return new ReadRateLimit(NONE);
    }

    /**
     * Returns the limit as it is now.
     *
     * @return bytes per second; empty for none
     */
    public OptionalLong bytesPerSecond() {
        long now = bytesPerSecond;
        return now == NONE ? OptionalLong.empty() : OptionalLong.of(now);
    }

    /**
     * Changes it; what runs heeds it within 100 ms.
     *
     * @param value bytes per second, at least 1
     * @throws IllegalArgumentException if it is less than 1
     */
    public void change(long value) {
        bytesPerSecond = checked(value);
    }

    /** Takes it away. */
    public void lift() {
        bytesPerSecond = NONE;
    }

    private static long checked(long value) {
        if (value < 1) {
            throw new IllegalArgumentException("read rate limit " + value + " is less than 1 byte per second");
        }
        return value;
    }

    @Override
    public String toString() {
        long now = bytesPerSecond;
        return now == NONE ? "no limit" : now + " bytes per second";
    }
}
