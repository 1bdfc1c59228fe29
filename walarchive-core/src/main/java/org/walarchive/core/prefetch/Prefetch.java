package org.walarchive.core.prefetch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.WalFetchResult;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.wal.WalFetch;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/**
 * Gives a recovering server its WAL from within a process that lives on: what it asks for next is fetched while it replays. Files are also
 * handed over by whoever else takes them from the area, such as the launcher. When the server asks no more, nothing is left behind and
 * nothing is done until it asks again.
 *
 * <p>What is absent is always asked of the store, for the name that the server wants. Thread-safe.
 */
public final class Prefetch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Prefetch.class);

    /** How many are fetched at once where nothing else is asked for: one waits for the store while another is written. */
    public static final int DEFAULT_THREADS = 4;

    /** A segment that is being fetched is waited for so long, then fetched once more. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final ArchiveStore archive;
    private final WalFetch direct;
    private final @Nullable PrefetchArea area;
    private final @Nullable Keeper keeper;
    private final AtomicLong handedOver = new AtomicLong();

    /**
     * Begins; nothing is fetched before the server asks for a segment.
     *
     * @param walDirectory the server's {@code pg_wal}, by a path through its data directory: that tells when recovery is over
     * @param ahead how many segments are kept waiting; 0 for none
     * @param threads how many are fetched at once
     */
    public Prefetch(ArchiveStore archive, Path walDirectory, int ahead, int threads) {
        this(archive, walDirectory, ahead, threads, Keeper.Patience.DEFAULT);
    }

    Prefetch(ArchiveStore archive, Path walDirectory, int ahead, int threads, Keeper.Patience patience) {
        this.archive = archive;
        this.direct = new WalFetch(archive);
        this.area = ahead > 0 ? area(archive, walDirectory) : null;
        this.keeper =
                area == null ? null : new Keeper(area, new SegmentDownload(archive, area), ahead, threads, patience);
    }

    /** Where no other process could tell which archive a file came from, this one can. */
    private static PrefetchArea area(ArchiveStore archive, Path walDirectory) {
        return PrefetchArea.of(archive, walDirectory)
                .orElseGet(() -> new PrefetchArea(walDirectory, "only here: " + UUID.randomUUID()));
    }

    /**
     * Gives the server a file: {@link org.walarchive.WalService#fetch}, only faster where the file is waiting. A file that waited is
     * given by a rename that is not synced; see {@link PrefetchArea}.
     */
    public WalFetchResult fetch(WalFileName name, Path target) throws ArchiveException, InterruptedException {
        if (area == null || keeper == null || !area.serves(name, target)) {
            return direct.fetch(name, target);
        }
        long begun = System.nanoTime();
        WalSegmentName segment = name.segment().orElseThrow();
        keeper.awaitFetched(segment, LONGEST_WAIT);
        Optional<WalSegmentSize> size = area.take(segment, target);
        if (size.isPresent()) {
            keeper.delivered(segment, size.get());
            handedOver.incrementAndGet();
            tellHandedOver(archive, name, target, begun);
            return WalFetchResult.FETCHED;
        }
        WalFetchResult result = fetchDirectly(direct, area, name, target);
        if (result == WalFetchResult.FETCHED) {
            PrefetchArea.following(segment, target).ifPresent(keeper::begin);
        }
        return result;
    }

    /** If the disk is full, what waits for later is in the way of what is wanted now. */
    static WalFetchResult fetchDirectly(WalFetch direct, PrefetchArea area, WalFileName name, Path target)
            throws ArchiveException, InterruptedException {
        try {
            return direct.fetch(name, target);
        } catch (LocalFileException e) {
            if (!area.makeRoom()) {
                throw e;
            }
            LOG.info("what was prefetched is removed, and {} is fetched again: {}", name, e.getMessage());
            return direct.fetch(name, target);
        }
    }

    static void tellHandedOver(ArchiveStore archive, WalFileName name, Path target, long begun) {
        archive.tell(new ArchiveEvent.WalFetchStarted(name, target));
        archive.tell(new ArchiveEvent.WalFetched(
                name, WalFetchResult.FETCHED, target, Duration.ofNanos(System.nanoTime() - begun)));
    }

    /** Tells how many files had been waiting when they were asked for. */
    public long handedOver() {
        return handedOver.get();
    }

    /** Begins to keep a segment and those that follow it coming, before the server asks. */
    public void begin(WalSegmentName first) {
        if (keeper != null) {
            keeper.begin(first);
        }
    }

    /** Waits until there is nothing to do: recovery is over, the server takes nothing, or another process does the same already. */
    public void awaitRest() throws InterruptedException {
        if (keeper != null) {
            keeper.awaitRest();
        }
    }

    /** For tests: waits until all that is wanted waits. */
    void awaitFull() throws InterruptedException {
        if (keeper != null) {
            keeper.awaitFull();
        }
    }

    /** Ends what is being fetched, and removes what waits. */
    @Override
    public void close() {
        if (keeper != null) {
            keeper.close();
        }
    }
}
