package org.walarchive.core.prefetch;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.core.spool.SpoolLock;

/** What a prefetching process that was killed left where no server recovers any more. */
public final class PrefetchRemains {

    private static final Logger LOG = LoggerFactory.getLogger(PrefetchRemains.class);

    private PrefetchRemains() {}

    /**
     * Removes it, unless somebody may use it still. Where there is nothing, that is one look at the file system.
     *
     * @param walDirectory by a path through the data directory: elsewhere it cannot be told whether the server recovers, and nothing is
     *     removed
     */
    public static void remove(Path walDirectory) {
        // Whose files they are does not matter.
        remove(new PrefetchArea(walDirectory, ""));
    }

    static void remove(PrefetchArea area) {
        if (!area.exists() || ServerState.around(area.walDirectory()) != ServerState.OVER) {
            return;
        }
        try (SpoolLock mine = area.tryLock().orElse(null)) {
            if (mine != null) {
                area.clear();
            }
        } catch (IOException e) {
            LOG.debug("not all prefetched files beside {} could be removed: {}", area.walDirectory(), e.toString());
        }
    }
}
