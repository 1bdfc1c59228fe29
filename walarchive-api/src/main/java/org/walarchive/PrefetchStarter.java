package org.walarchive;

import java.nio.file.Path;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.stability.Experimental;

/** How a process that ends after one file has the next ones fetched: by another process, which outlives it. */
@Experimental
@FunctionalInterface
public interface PrefetchStarter {

    /**
     * Starts a process that calls {@link WalService#prefetch}, and does not wait for it. The file that was asked for has been given to
     * the server already, so what goes wrong here is no failure of the fetch.
     *
     * @param walDirectory the server's {@code pg_wal}, absolute
     * @param first the segment that the server will ask for next
     */
    void start(Path walDirectory, WalSegmentName first);
}
