package org.walarchive.core.prefetch;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.PrefetchStarter;
import org.walarchive.WalFetchResult;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.wal.WalFetch;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.StoreException;

/**
 * Gives a recovering server a file on behalf of a process that ends then: what waits is handed over, what is being fetched is waited
 * for, and another process is started where none keeps the next segments coming and there are any.
 */
public final class RecoveryFetch {

    private static final Logger LOG = LoggerFactory.getLogger(RecoveryFetch.class);

    private static final int POLL_MILLIS = 5;

    private final ArchiveStore archive;
    private final WalFetch direct;
    private final PrefetchStarter starter;
    private final Patience patience;

    /**
     * How long a segment is waited for that another process fetches.
     *
     * @param stalled while it does not become longer, which it does not while it is synced
     * @param most in all
     */
    record Patience(Duration stalled, Duration most) {
        static final Patience DEFAULT = new Patience(Duration.ofSeconds(3), Duration.ofSeconds(60));
    }

    /** Makes the use case for an archive. */
    public RecoveryFetch(ArchiveStore archive, PrefetchStarter starter) {
        this(archive, starter, Patience.DEFAULT);
    }

    RecoveryFetch(ArchiveStore archive, PrefetchStarter starter, Patience patience) {
        this.archive = archive;
        this.direct = new WalFetch(archive);
        this.starter = starter;
        this.patience = patience;
    }

    /** See {@link org.walarchive.WalService#fetch(WalFileName, Path, PrefetchStarter)}. */
    public WalFetchResult fetch(WalFileName name, Path target) throws ArchiveException, InterruptedException {
        Path parent = target.toAbsolutePath().getParent();
        Optional<PrefetchArea> found = parent == null ? Optional.empty() : PrefetchArea.of(archive, parent);
        if (found.isEmpty() || !found.get().serves(name, target)) {
            return direct.fetch(name, target);
        }
        PrefetchArea area = found.get();
        long begun = System.nanoTime();
        WalSegmentName segment = name.segment().orElseThrow();
        awaitFetched(area, segment);
        Optional<WalSegmentSize> size = area.take(segment, target);
        WalFetchResult result = WalFetchResult.FETCHED;
        if (size.isPresent()) {
            Prefetch.tellHandedOver(archive, name, target, begun);
        } else {
            result = Prefetch.fetchDirectly(direct, area, name, target);
        }
        if (result == WalFetchResult.FETCHED) {
            Optional<WalSegmentName> next =
                    size.isPresent() ? Window.next(segment, size.get()) : PrefetchArea.following(segment, target);
            if (next.isPresent()) {
                goOn(area, next.get(), size.isPresent());
            }
        }
        return result;
    }

    private void awaitFetched(PrefetchArea area, WalSegmentName segment) throws InterruptedException {
        long begun = System.nanoTime();
        long grownAt = begun;
        Optional<Long> before = Optional.empty();
        while (true) {
            Optional<Long> fetched = area.fetchedBytes(segment);
            long now = System.nanoTime();
            if (!fetched.equals(before)) {
                grownAt = now;
                before = fetched;
            }
            if (fetched.isEmpty()
                    || now - grownAt > patience.stalled().toNanos()
                    || now - begun > patience.most().toNanos()
                    || !area.isBeingFilled()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** The server has its file: nothing that happens here may be a failure. */
    private void goOn(PrefetchArea area, WalSegmentName next, boolean wasWaiting) {
        archive.deadline().lift();
        try {
            if (area.isBeingFilled()) {
                if (!wasWaiting) {
                    area.ask(next);
                }
            } else if (ServerState.around(area.walDirectory()) != ServerState.OVER
                    && (wasWaiting || direct.isThere(WalFileName.of(next)))) {
                starter.start(area.walDirectory(), next);
            }
        } catch (StoreException e) {
            LOG.debug("{} is not prefetched: {}", next, e.toString());
        } catch (IOException e) {
            LOG.debug("the prefetching process cannot be told of {}: {}", next, e.toString());
        }
    }
}
