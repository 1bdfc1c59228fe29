package org.walarchive.core.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.ConflictException;
import org.walarchive.StoreAccessException;
import org.walarchive.WalPushResult;
import org.walarchive.core.identity.KnownCluster;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.spool.ArchiveAddress;
import org.walarchive.core.spool.DroppedFiles;
import org.walarchive.core.spool.FileIdentity;
import org.walarchive.core.spool.PostponedFiles;
import org.walarchive.core.spool.ReadyFiles;
import org.walarchive.core.spool.RefusedFiles;
import org.walarchive.core.spool.Spool;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.StoreException;

/**
 * Archives the WAL files of one directory: the one that is asked for, and ahead of the question those that PostgreSQL has marked as ready. A file
 * that was archived ahead is acknowledged in the {@link Spool}, for whichever process is asked for it later, and remembered here.
 *
 * <p>May be used by many threads. {@link #push} works in the caller's thread, so that it never waits for a free one; memory is bounded by the threads and
 * by what is remembered of {@value #REMEMBERED} files.
 */
public final class ReadyPush implements AutoCloseable {

    /** How far ahead of PostgreSQL files are pushed, in files. */
    static final int WINDOW = 256;

    private static final int REMEMBERED = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ReadyPush.class);

    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    /** A store that does not heed the interrupt for so long is left to end by itself: what it still does is right, and only late. */
    private static final int LONGEST_CLOSE_SECONDS = 5;

    /** How often a file that was written a moment ago is looked at again, and after how many milliseconds. */
    private static final int LOOKS = 4;

    private static final int LOOK_AGAIN_MILLIS = 15;

    private final ArchiveStore archive;
    private final KnownCluster cluster;
    private final ReadyFiles ready;
    private final Spool spool;
    private final PostponedFiles postponed;
    private final DroppedFiles dropped;
    private final RefusedFiles refused;
    private final int threads;
    private final LongSupplier nanoTime;
    private final ExecutorService workers;

    private volatile BiConsumer<WalFileName, ArchiveException> failures = (name, cause) -> {};

    // Guarded by this.
    private final Map<WalFileName, CountDownLatch> running = new HashMap<>();
    private final Map<WalFileName, FileIdentity> durable = new Recent<>(REMEMBERED);
    private final Map<WalFileName, Wait> failed = new Recent<>(REMEMBERED);
    /** Histories that are in the archive, though PostgreSQL may not know it yet. */
    private final Map<WalFileName, FileIdentity> histories = new Recent<>(REMEMBERED);
    /** What was asked for is asked for again if it failed: it needs no push ahead. */
    private final Map<WalFileName, Boolean> asked = new Recent<>(REMEMBERED);

    private final Deque<WalFileName> next = new ArrayDeque<>();
    private @Nullable Wait storeFailed;
    private int aheadRunning;
    private int onward;
    private boolean closed;

    /** What became of a push ahead. */
    private enum Outcome {
        DURABLE,
        FAILED,
        STORE_FAILED
    }

    /** How long something that failed is left alone. */
    private record Wait(Duration length, long since) {

        static Wait after(@Nullable Wait earlier, long now) {
            Duration length = earlier == null ? SHORTEST_WAIT : earlier.length().multipliedBy(2);
            return new Wait(length.compareTo(LONGEST_WAIT) < 0 ? length : LONGEST_WAIT, now);
        }

        boolean isOver(long now) {
            return left(now).isZero();
        }

        Duration left(long now) {
            return Duration.ofNanos(Math.max(0, length.toNanos() - (now - since)));
        }
    }

    /**
     * Pushes nothing yet.
     *
     * @param walDirectory {@code pg_wal}
     * @param threads how many files are pushed ahead at once; 0 for none
     */
    public ReadyPush(ArchiveStore archive, Path walDirectory, int threads) {
        this(archive, new KnownCluster(), walDirectory, threads);
    }

    /** The same, where the archive's cluster may be known from an earlier push. */
    public ReadyPush(ArchiveStore archive, KnownCluster cluster, Path walDirectory, int threads) {
        this(archive, cluster, walDirectory, threads, System::nanoTime);
    }

    ReadyPush(ArchiveStore archive, KnownCluster cluster, Path walDirectory, int threads, LongSupplier nanoTime) {
        this.archive = archive;
        this.cluster = cluster;
        this.ready = new ReadyFiles(walDirectory);
        this.spool = ArchiveAddress.of(archive.config())
                .map(address -> Spool.beside(walDirectory, address))
                .orElseGet(() -> Spool.unaddressed(walDirectory));
        this.postponed = new PostponedFiles(walDirectory);
        this.dropped = new DroppedFiles(walDirectory);
        this.refused = new RefusedFiles(walDirectory);
        this.threads = threads;
        this.nanoTime = nanoTime;
        this.workers = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "wal-push ahead");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Sets who hears of files that could not be pushed ahead, in the thread that tried. */
    public void tellFailures(BiConsumer<WalFileName, ArchiveException> listener) {
        failures = listener;
    }

    /** The acknowledgements beside the WAL. */
    public Spool spool() {
        return spool;
    }

    /**
     * Archives a file, as {@link WalPush} does; a push of it that is under way is waited for. Other files do not hold it up.
     *
     * @return whether it was written by this call, or was in the archive
     */
    public WalPushResult push(WalFileName name) throws ArchiveException, InterruptedException {
        return push(name, 0);
    }

    /**
     * Archives a file, and ahead, beside it and after it, others.
     *
     * @param more how many at most; a thread that is done with one goes on to the next
     */
    WalPushResult push(WalFileName name, int more) throws ArchiveException, InterruptedException {
        return push(name, more, archive, Optional.empty());
    }

    /**
     * The same, with limits for the one file.
     *
     * @param by the archive that it is tried with; not the others
     * @param longest how long a push of the file that is under way is waited for
     * @throws StoreAccessException if that takes longer
     */
    WalPushResult push(WalFileName name, int more, ArchiveStore by, Duration longest)
            throws ArchiveException, InterruptedException {
        return push(name, more, by, Optional.of(longest));
    }

    private WalPushResult push(WalFileName name, int more, ArchiveStore by, Optional<Duration> longest)
            throws ArchiveException, InterruptedException {
        while (true) {
            CountDownLatch other;
            synchronized (this) {
                asked.put(name, true);
                other = running.get(name);
                if (other == null && !isDurable(name)) {
                    running.put(name, new CountDownLatch(1));
                    break;
                }
            }
            if (other == null) {
                tellAcknowledged(name);
                return WalPushResult.ALREADY_ARCHIVED;
            }
            // What it comes to is of the file as it was when it began: so look again.
            join(name, other, longest);
        }
        try {
            onward(more);
            return pushNow(name, by);
        } finally {
            end(name);
        }
    }

    private static void join(WalFileName name, CountDownLatch other, Optional<Duration> longest)
            throws StoreAccessException, InterruptedException {
        if (longest.isEmpty()) {
            other.await();
        } else if (!other.await(longest.get().toNanos(), TimeUnit.NANOSECONDS)) {
            String cause = "it was under way already, and did not end within "
                    + longest.get().toSeconds() + " s";
            throw new StoreAccessException(
                    "archiving of " + name + " takes too long",
                    new StoreException(StoreException.Kind.UNAVAILABLE, cause, null, null));
        }
    }

    private synchronized void onward(int more) {
        onward = more;
        onward -= ahead(more);
    }

    /** Lets nothing more be begun of what {@link #push(WalFileName, int)} allowed. */
    synchronized void stopAhead() {
        onward = 0;
    }

    private void tellAcknowledged(WalFileName name) {
        String key = ArchiveLayout.wal(name, archive.codec().extension());
        archive.tell(new ArchiveEvent.WalPushed(
                name, WalPushResult.ALREADY_ARCHIVED, archive.locate(key), 0, Duration.ZERO));
    }

    /** Tells whether a file is known to be in the archive. Asks the store for nothing. */
    synchronized boolean isKnown(WalFileName name) {
        return isDurable(name);
    }

    /** Asks the store for nothing. */
    private boolean isDurable(WalFileName name) {
        FileIdentity known = durable.get(name);
        return known != null && Optional.of(known).equals(identity(name)) || spool.isAcknowledged(ready.path(name));
    }

    private WalPushResult pushNow(WalFileName name, ArchiveStore by) throws ArchiveException, InterruptedException {
        Optional<FileIdentity> before = name.kind() == WalFileName.Kind.HISTORY ? identity(name) : Optional.empty();
        try {
            WalPushResult result =
                    by.command("archiving of " + name, context -> new WalPush(context, cluster).push(ready.path(name)));
            before.ifPresent(identity -> archived(name, identity));
            refused.remove(name);
            return result;
        } catch (ArchiveException e) {
            if (e instanceof ConflictException && name.kind() == WalFileName.Kind.SEGMENT) {
                refused.note(name);
            }
            archive.tell(new ArchiveEvent.WalPushFailed(name, e));
            throw e;
        }
    }

    private synchronized void archived(WalFileName history, FileIdentity identity) {
        histories.put(history, identity);
    }

    private synchronized void remember(WalFileName name, FileIdentity identity) {
        durable.put(name, identity);
    }

    private synchronized void end(WalFileName name) {
        CountDownLatch latch = running.remove(name);
        if (latch != null) {
            latch.countDown();
        }
        notifyAll();
    }

    /**
     * Begins to push ready files, the oldest first, as many as threads are free, and does not wait for them. What fails is left alone for a
     * while; if the store fails, everything is.
     *
     * @return how many were begun
     */
    public synchronized int ahead() {
        return ahead(threads);
    }

    private int ahead(int most) {
        if (closed || storeFailed != null && !storeFailed.isOver(nanoTime.getAsLong())) {
            return 0;
        }
        List<WalFileName> first;
        try {
            // PostgreSQL asks for histories first, and for nothing else until they are archived.
            first = postponed.list();
        } catch (IOException e) {
            LOG.debug("the histories of timelines that are to be archived first cannot be listed: {}", e.toString());
            return 0;
        }
        List<WalFileName> before = refused.list();
        int begun = 0;
        boolean scanned = false;
        while (begun < most && aheadRunning < threads) {
            WalFileName name = next.poll();
            if (name == null) {
                if (scanned || !scan(first)) {
                    break;
                }
                scanned = true;
            } else if (isWanted(name, first) && before.stream().noneMatch(each -> isBehind(name, each))) {
                if (!beginAhead(name)) {
                    break;
                }
                begun++;
            }
        }
        return begun;
    }

    private boolean beginAhead(WalFileName name) {
        running.put(name, new CountDownLatch(1));
        aheadRunning++;
        boolean begun = false;
        try {
            workers.execute(() -> pushAhead(name));
            begun = true;
        } catch (OutOfMemoryError e) {
            // No thread can be had, or no memory for one. What was asked for is pushed without.
            LOG.warn("{} is not archived ahead: {}", name, e.toString());
            failed.put(name, Wait.after(failed.get(name), nanoTime.getAsLong()));
        } finally {
            if (!begun) {
                aheadRunning--;
                end(name);
            }
        }
        return begun;
    }

    /** Tells in how long something that failed is pushed ahead again; empty if nothing waits for that. */
    public Optional<Duration> untilRetry() {
        Map<WalFileName, Duration> left = new HashMap<>();
        synchronized (this) {
            long now = nanoTime.getAsLong();
            if (storeFailed != null && !storeFailed.isOver(now)) {
                return Optional.of(storeFailed.left(now));
            }
            failed.forEach((name, wait) -> {
                if (!wait.isOver(now) && (!asked.containsKey(name) || postponed.contains(name))) {
                    left.put(name, wait.left(now));
                }
            });
        }
        return left.entrySet().stream()
                .filter(entry -> ready.contains(entry.getKey().text()) || postponed.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .min(Comparator.naturalOrder());
    }

    private boolean scan(List<WalFileName> first) {
        try {
            next.addAll(first.isEmpty() ? ready.scan(WINDOW).first() : first);
        } catch (IOException e) {
            LOG.debug("the ready files cannot be listed: {}", e.toString());
        }
        return !next.isEmpty();
    }

    private boolean isWanted(WalFileName name, List<WalFileName> first) {
        boolean waits =
                first.isEmpty() ? ready.contains(name.text()) && !asked.containsKey(name) : first.contains(name);
        if (running.containsKey(name) || !waits || !Files.exists(ready.path(name))) {
            return false;
        }
        Wait wait = failed.get(name);
        return (wait == null || wait.isOver(nanoTime.getAsLong())) && !waitsForHistory(name) && !isDurable(name);
    }

    private static boolean isBehind(WalFileName name, WalFileName other) {
        return name.timeline().equals(other.timeline()) && ReadyFiles.ORDER.compare(name, other) > 0;
    }

    /** Where the history of a timeline is refused, the archive has another server's timeline of that number: its segments must not be mixed. */
    private boolean waitsForHistory(WalFileName name) {
        WalFileName history = WalFileName.parse(name.timeline().toHex() + ".history");
        if (name.equals(history) || !ready.contains(history.text())) {
            return false;
        }
        FileIdentity archived = histories.get(history);
        return (archived == null || !Optional.of(archived).equals(identity(history))) && !isDurable(history);
    }

    private Optional<FileIdentity> identity(WalFileName name) {
        try {
            return Optional.of(FileIdentity.of(ready.path(name)));
        } catch (IOException e) {
            LOG.debug("{} cannot be looked at: {}", ready.path(name), e.toString());
            return Optional.empty();
        }
    }

    private void pushAhead(WalFileName name) {
        Outcome outcome = Outcome.FAILED;
        try {
            outcome = pushAndAcknowledge(name);
        } catch (StoreAccessException e) {
            LOG.warn("{} could not be archived ahead: {}", name, e.getMessage());
            failures.accept(name, e);
            outcome = Outcome.STORE_FAILED;
        } catch (ArchiveException e) {
            LOG.warn("{} could not be archived ahead: {}", name, e.getMessage());
            failures.accept(name, e);
        } catch (InterruptedException e) {
            LOG.debug("archiving ahead of {} was interrupted", name);
        } finally {
            endAhead(name, outcome);
        }
    }

    private Outcome pushAndAcknowledge(WalFileName name) throws ArchiveException, InterruptedException {
        Path file = ready.path(name);
        Optional<FileIdentity> before = settled(file);
        if (before.isEmpty()) {
            return Outcome.FAILED;
        }
        pushNow(name, archive);
        if (!spool.acknowledge(file, before.get())) {
            return Outcome.FAILED;
        }
        remember(name, before.get());
        return Outcome.DURABLE;
    }

    private Optional<FileIdentity> settled(Path file) throws InterruptedException {
        for (int look = 1; look < LOOKS; look++) {
            Optional<FileIdentity> identity = spool.settled(file);
            if (identity.isPresent()) {
                return identity;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
        return spool.settled(file);
    }

    private synchronized void endAhead(WalFileName name, Outcome outcome) {
        long now = nanoTime.getAsLong();
        if (outcome == Outcome.DURABLE) {
            failed.remove(name);
            postponed.remove(name);
            dropped.endPause();
            storeFailed = null;
        } else {
            failed.put(name, Wait.after(failed.get(name), now));
        }
        if (outcome == Outcome.STORE_FAILED && (storeFailed == null || storeFailed.isOver(now))) {
            storeFailed = Wait.after(storeFailed, now);
        }
        aheadRunning--;
        end(name);
        onward -= ahead(Math.min(1, onward));
    }

    /**
     * Waits until {@link #ahead} can begin a push, as far as threads are concerned.
     *
     * @return whether a thread is free; else the time was over
     */
    public boolean awaitThread(Duration longest) throws InterruptedException {
        return awaitFewer(threads, longest);
    }

    /**
     * Waits until nothing is being pushed ahead.
     *
     * @return whether that is so; else the time was over
     */
    public boolean awaitIdle(Duration longest) throws InterruptedException {
        return awaitFewer(1, longest);
    }

    private synchronized boolean awaitFewer(int running, Duration longest) throws InterruptedException {
        long end = nanoTime.getAsLong() + longest.toNanos();
        while (aheadRunning >= running) {
            long left = end - nanoTime.getAsLong();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    /** Interrupts what is being pushed ahead, and waits for its end. What was not durable by then is not acknowledged. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        workers.shutdownNow();
        boolean interrupted = false;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_CLOSE_SECONDS);
        while (System.nanoTime() < end) {
            try {
                if (workers.awaitTermination(1, TimeUnit.SECONDS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
