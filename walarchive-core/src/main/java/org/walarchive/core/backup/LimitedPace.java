package org.walarchive.core.backup;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.walarchive.core.store.RateLimiter;
import org.walarchive.core.tar.ReadPace;

/** The pace of reads under a rate limit. */
record LimitedPace(RateLimiter limiter) implements ReadPace {

    @Override
    public int begin(int wanted) throws IOException {
        try {
            return limiter.begin(wanted);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the read rate limit");
        }
    }

    @Override
    public void end(int allowed, int read) {
        limiter.end(allowed, read);
    }
}
