package org.walarchive.core.identity;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.walarchive.postgres.SystemIdentifier;

/**
 * Which cluster an archive was found to belong to, believed for a short while, so that not every push of many asks anew. Only that it belongs to the
 * asking cluster is remembered: an archive that is nobody's, or another's, is looked at each time. May be used by many threads.
 */
public final class KnownCluster {

    /** For so long another cluster may push without our noticing, after somebody emptied the archive for it. */
    static final Duration BELIEVED = Duration.ofSeconds(10);

    private final LongSupplier nanoTime;
    private volatile @Nullable Found last;

    private record Found(SystemIdentifier cluster, long asked) {}

    /** Knows nothing yet. */
    public KnownCluster() {
        this(System::nanoTime);
    }

    KnownCluster(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    long now() {
        return nanoTime.getAsLong();
    }

    boolean isRecently(SystemIdentifier cluster) {
        Found found = last;
        return found != null && found.cluster().equals(cluster) && now() - found.asked() < BELIEVED.toNanos();
    }

    void found(SystemIdentifier cluster, long asked) {
        last = new Found(cluster, asked);
    }

    /** Forgets it, so that the next push asks. */
    public void forget() {
        last = null;
    }
}
