package org.walarchive.core.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.WalPushResult;
import org.walarchive.WalQueueLimit;
import org.walarchive.core.spool.DroppedFiles;
import org.walarchive.core.spool.PostponedFiles;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalFileName;

/**
 * Answers PostgreSQL, which asks for one file: it is archived, or that failed, or, where {@link ArchiveConfig#walQueueLimit} is set and
 * exceeded, it is dropped. Why as it is: {@code docs/decisions/0014-queue-policy.md}. Thread-safe.
 */
public final class AskedPush {

    private static final Logger LOG = LoggerFactory.getLogger(AskedPush.class);

    /** After a trial that failed the archive is left alone for so many times as long as it took: two thirds of the time go into dropping. */
    private static final int PAUSE = 2;

    private final ArchiveStore archive;
    private final ReadyPush pushes;
    private final Path walDirectory;
    private final Optional<WalQueue> queue;
    private final DroppedFiles dropped;
    private final PostponedFiles postponed;
    private final Trial trial;
    /** By when a trial ends, which is by the size of files: few. */
    private final Map<Duration, ArchiveStore> hurried = new ConcurrentHashMap<>();

    private final InstantSource clock;
    private final AtomicLong unnoted = new AtomicLong();

    /**
     * How a file is tried while too much waits.
     *
     * @param retry for how long a call that fails is repeated
     * @param longest when the trial of a file of up to 16 MiB ends: a segment over a slow line may take its time, and a larger one more
     */
    record Trial(Duration retry, Duration longest) {

        static final Trial DEFAULT = new Trial(Duration.ofSeconds(5), Duration.ofSeconds(30));

        private static final long UNIT = 16 << 20;

        /** Returns when the trial of a file ends. */
        Duration longest(long bytes) {
            return longest.multipliedBy(Math.max(1, (bytes + UNIT - 1) / UNIT));
        }

        /** Returns the archive for it: never more patient than the user's settings. */
        ArchiveStore of(ArchiveStore archive, Duration longest) {
            ArchiveConfig config = archive.config();
            ArchiveConfig.Builder hurried = config.toBuilder()
                    .retryDeadline(shorter(retry, config.retryDeadline()))
                    .commandDeadline(shorter(longest, config.commandDeadline().orElse(longest)));
            return new ArchiveStore(hurried.build(), archive.direct(), archive::tell);
        }

        private static Duration shorter(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }
    }

    /** Something that may fail. */
    @FunctionalInterface
    private interface Attempt {
        WalPushResult run() throws ArchiveException, InterruptedException;
    }

    /**
     * Pushes nothing yet.
     *
     * @param pushes what does it
     * @param walDirectory {@code pg_wal}
     */
    public AskedPush(ArchiveStore archive, ReadyPush pushes, Path walDirectory) {
        this(archive, pushes, walDirectory, Trial.DEFAULT, InstantSource.system());
    }

    AskedPush(ArchiveStore archive, ReadyPush pushes, Path walDirectory, Trial trial, InstantSource clock) {
        this.archive = archive;
        this.pushes = pushes;
        this.walDirectory = walDirectory;
        this.queue = archive.config().walQueueLimit().map(limit -> new WalQueue(walDirectory, limit));
        this.dropped = new DroppedFiles(walDirectory);
        this.postponed = new PostponedFiles(walDirectory);
        this.trial = trial;
        this.clock = clock;
    }

    /**
     * Archives a file, as {@link ReadyPush#push} does, or drops it.
     *
     * @param more how many others may be archived beside it, also while too much waits: a store that is slow and works must get rid of a backlog
     */
    public WalPushResult push(WalFileName name, int more) throws ArchiveException, InterruptedException {
        if (queue.isEmpty()) {
            return afterPostponed(name, archive, () -> pushes.push(name, more));
        }
        if (pushes.isKnown(name)) {
            return pushes.push(name, more);
        }
        OptionalLong excess = queue.get().excess(name);
        if (excess.isEmpty()) {
            return pushOrDrop(name, () -> afterPostponed(name, archive, () -> pushes.push(name, more)));
        } else if (dropped.isPaused(clock.instant())) {
            return drop(name, excess.getAsLong(), Optional.empty());
        }
        Duration longest = trial.longest(size(name));
        return pushOrDrop(
                name,
                () -> afterPostponed(
                        name, hurried(trial.longest()), () -> pushes.push(name, more, hurried(longest), longest)));
    }

    private ArchiveStore hurried(Duration longest) {
        return hurried.computeIfAbsent(longest, end -> trial.of(archive, end));
    }

    private long size(WalFileName name) {
        try {
            return Files.size(walDirectory.resolve(name.text()));
        } catch (IOException e) {
            LOG.debug("the size of {} cannot be told: {}", name, e.toString());
            return 0;
        }
    }

    /** Tells how many files were dropped and could not be noted. */
    public long unnoted() {
        return unnoted.get();
    }

    /** Whatever failed: the disk fills all the same. */
    private WalPushResult pushOrDrop(WalFileName name, Attempt attempt) throws ArchiveException, InterruptedException {
        long begun = System.nanoTime();
        try {
            WalPushResult result = attempt.run();
            dropped.endPause();
            return result;
        } catch (ArchiveException e) {
            // It may have grown meanwhile, or somebody else may have archived the file.
            OptionalLong excess = queue.orElseThrow().excess(name);
            if (excess.isEmpty()) {
                throw e;
            }
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            dropped.pause(clock.instant(), took.multipliedBy(PAUSE));
            return drop(name, excess.getAsLong(), Optional.of(e));
        }
    }

    /** A postponed history comes first, as it would if PostgreSQL still waited for it. */
    private WalPushResult afterPostponed(WalFileName name, ArchiveStore by, Attempt attempt)
            throws ArchiveException, InterruptedException {
        try {
            List<WalFileName> first = postponed.list();
            for (WalFileName history : first) {
                if (!history.equals(name)) {
                    pushes.push(history, 0, by, trial.longest());
                    postponed.remove(history);
                }
            }
            WalPushResult result = attempt.run();
            if (first.contains(name)) {
                postponed.remove(name);
            }
            return result;
        } catch (IOException e) {
            throw new LocalFileException(
                    "the histories of timelines that are to be archived first cannot be listed",
                    e.toString(),
                    "Is the disk sound, and does .walarchive beside the WAL belong to this user?",
                    e);
        }
    }

    private WalPushResult drop(WalFileName name, long waiting, Optional<ArchiveException> failure)
            throws ArchiveException {
        Instant now = clock.instant();
        String cause = failure.map(AskedPush::text).orElse("the archive failed a moment ago, and was not tried again");
        WalPushResult result = switch (name.kind()) {
            case HISTORY -> postpone(name, failure);
            case SEGMENT, PARTIAL, BACKUP -> {
                note(name, now);
                yield WalPushResult.DROPPED;
            }
        };
        String what = result == WalPushResult.DROPPED
                ? "is DROPPED: it is not in the archive, and PostgreSQL is told that it is"
                : "is not archived yet, and PostgreSQL is told that it is: it will be archived before all others";
        String hint = result == WalPushResult.DROPPED
                ? "Recovery to a point in time ends before this file. Mend the archive, then take a new base backup."
                : "Mend the archive.";
        LOG.atWarn()
                .addKeyValue("action", "drop-wal")
                .addKeyValue("seg", name.text())
                .addKeyValue(
                        "detail",
                        waiting + " bytes of WAL wait, and WALARCHIVE_QUEUE_MAX allows " + limit()
                                + ". The last failure: " + cause)
                .addKeyValue("hint", hint)
                .log("WAL file {} {}", name, what);
        archive.tell(new ArchiveEvent.WalDropped(name, result, waiting, limit(), cause));
        return result;
    }

    private WalQueueLimit limit() {
        return queue.orElseThrow().limit();
    }

    private static String text(ArchiveException failure) {
        return failure.getMessage()
                + failure.detail().map(detail -> ": " + detail).orElse("");
    }

    /** Freeing the disk is what was asked for, even where there is no room for the note. */
    private void note(WalFileName name, Instant now) {
        try {
            dropped.note(name, now);
        } catch (IOException e) {
            unnoted.incrementAndGet();
            LOG.warn("that {} is dropped could not be noted: {}", name, e.toString());
        }
    }

    /** No recovery finds its way without: what could not be noted is not given up. */
    private WalPushResult postpone(WalFileName name, Optional<ArchiveException> failure) throws ArchiveException {
        try {
            postponed.add(name);
            return WalPushResult.POSTPONED;
        } catch (IOException e) {
            if (failure.isPresent()) {
                failure.get().addSuppressed(e);
                throw failure.get();
            }
            throw new LocalFileException(
                    "that " + name + " is to be archived later cannot be noted",
                    e.toString(),
                    "Is there room left, and does .walarchive beside the WAL belong to this user?",
                    e);
        }
    }
}
