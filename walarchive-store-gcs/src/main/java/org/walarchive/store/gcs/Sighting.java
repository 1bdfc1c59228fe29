package org.walarchive.store.gcs;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When it was last seen that the bucket is there. The service says "no such object" also when it is the bucket that is absent; a
 * bucket of a moment ago is taken to be there still, for it must be emptied before it goes.
 */
final class Sighting {

    private static final Duration FRESH = Duration.ofSeconds(10);

    private final LongSupplier nanoTime;
    private volatile long last;
    private volatile boolean ever;

    Sighting(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Notes that the bucket is there. */
    void now() {
        last = nanoTime.getAsLong();
        ever = true;
    }

    /** Tells whether that was a moment ago. */
    boolean isFresh() {
        return ever && nanoTime.getAsLong() - last < FRESH.toNanos();
    }
}
