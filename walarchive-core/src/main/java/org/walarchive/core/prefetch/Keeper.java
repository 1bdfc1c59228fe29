package org.walarchive.core.prefetch;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.core.spool.SpoolLock;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/**
 * Keeps the next segments coming while a server takes them away, and rests, with nothing left in the area, when it does not any more.
 * Rests until it is told where to begin. It looks after what was taken by itself, since whoever takes a file need not say so.
 */
final class Keeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private static final int LONGEST_CLOSE_SECONDS = 30;

    /** Beyond the segments that are prefetched, so many have to have room, for the server itself. */
    private static final int SPARE_SEGMENTS = 8;

    /**
     * How long things are waited for.
     *
     * @param lock to be given the lock by who has it, who may only be looking whether anybody does
     * @param nothingToGive a server that takes nothing, where nothing waits for it
     * @param unknownServer a server that takes nothing, where it is not known whether it runs
     * @param server a server that takes nothing, and runs
     * @param absence to ask again for a segment that was absent, though the server asks for others
     * @param failure to try again after a failure
     */
    record Patience(
            Duration lock,
            Duration nothingToGive,
            Duration unknownServer,
            Duration server,
            Duration absence,
            Duration failure) {

        static final Patience DEFAULT = new Patience(
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                Duration.ofSeconds(120),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5));
    }

    private static final long BUSY_POLL_MILLIS = 5;
    private static final long QUIET_POLL_MILLIS = 50;
    private static final Duration BUSY = Duration.ofSeconds(2);
    private static final Duration BETWEEN_LOOKS_AT_SERVER = Duration.ofMillis(200);

    private final PrefetchArea area;
    private final SegmentDownload download;
    private final Window window;
    private final Patience patience;
    private final int ahead;
    private final int threads;
    private final ExecutorService workers;
    private final Thread thread;
    private final Set<WalSegmentName> waiting = new HashSet<>();
    private final Map<WalSegmentName, Job> underWay = new HashMap<>();

    private WalSegmentSize size = WalSegmentSize.DEFAULT;
    private @Nullable SpoolLock lock;
    private boolean active;
    private boolean resting;
    private boolean begunWhileResting;
    private boolean closed;
    private long begunAt;
    private long movedAt;
    private long absentAt;
    private long failedAt;
    private boolean failed;
    private long lookedAt;
    private ServerState server = ServerState.UNKNOWN;

    Keeper(PrefetchArea area, SegmentDownload download, int ahead, int threads, Patience patience) {
        this.area = area;
        this.download = download;
        this.window = new Window(ahead);
        this.patience = patience;
        this.ahead = ahead;
        this.threads = threads;
        this.workers = Executors.newFixedThreadPool(threads, task -> daemon(task, "walarchive-prefetch"));
        this.thread = daemon(this::run, "walarchive-prefetch-keeper");
        thread.start();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Begins at a segment, or goes on there. */
    synchronized void begin(WalSegmentName first) {
        window.begin(first);
        failed = false;
        movedAt = System.nanoTime();
        begunWhileResting = resting;
        if (!active) {
            activate();
        }
        notifyAll();
    }

    private void activate() {
        active = true;
        begunAt = System.nanoTime();
        lookedAt = begunAt - BETWEEN_LOOKS_AT_SERVER.toNanos();
    }

    /** Learns that the server was given a segment. */
    synchronized void delivered(WalSegmentName segment, WalSegmentSize itsSize) {
        waiting.remove(segment);
        size = itsSize;
        window.delivered(segment, itsSize);
        movedAt = System.nanoTime();
        notifyAll();
    }

    /** Waits while a segment is being fetched, at most for a time. */
    synchronized void awaitFetched(WalSegmentName segment, Duration most) throws InterruptedException {
        long begun = System.nanoTime();
        long left;
        while (underWay.containsKey(segment) && (left = most.toNanos() - (System.nanoTime() - begun)) > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /** Waits until it rests. */
    synchronized void awaitRest() throws InterruptedException {
        while (active) {
            wait();
        }
    }

    /** Waits until all that is wanted waits, and nothing else. */
    synchronized void awaitFull() throws InterruptedException {
        while (!waiting.equals(Set.copyOf(window.wanted())) || !underWay.isEmpty()) {
            wait();
        }
    }

    private synchronized void run() {
        try {
            PrefetchRemains.remove(area);
            while (!closed) {
                if (active) {
                    turn();
                }
                if (active) {
                    boolean busy = System.nanoTime() - movedAt < BUSY.toNanos();
                    wait(busy ? BUSY_POLL_MILLIS : QUIET_POLL_MILLIS);
                } else {
                    wait();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            rest();
        }
    }

    private void turn() {
        try {
            if (!hasLock()) {
                if (System.nanoTime() - begunAt > patience.lock().toNanos()) {
                    LOG.debug("{} is filled by another process", area.walDirectory());
                    rest();
                }
                return;
            }
            area.asked().ifPresent(this::begin);
            noteTaken();
            dropUseless();
            if (isOver()) {
                rest();
            } else {
                fetch();
            }
        } catch (IOException e) {
            LOG.debug("prefetch beside {} ends: {}", area.walDirectory(), e.toString());
            rest();
        }
    }

    /** What an earlier process left is of use if it can be told what it is. */
    private boolean hasLock() throws IOException {
        if (lock == null) {
            area.make();
            lock = area.tryLock().orElse(null);
            if (lock != null) {
                area.sweep().forEach((segment, learned) -> {
                    waiting.add(segment);
                    learn(learned);
                });
            }
        }
        return lock != null;
    }

    private void noteTaken() throws IOException {
        List<WalSegmentName> taken = waiting.stream()
                .filter(segment -> !area.isThere(segment))
                .sorted()
                .toList();
        for (WalSegmentName segment : taken) {
            area.remove(segment);
            delivered(segment, size);
        }
    }

    private void dropUseless() throws IOException {
        for (WalSegmentName segment : List.copyOf(waiting)) {
            if (!window.covers(segment)) {
                waiting.remove(segment);
                area.remove(segment);
                notifyAll();
            }
        }
    }

    private boolean isOver() {
        long now = System.nanoTime();
        if (now - lookedAt >= BETWEEN_LOOKS_AT_SERVER.toNanos()) {
            lookedAt = now;
            server = ServerState.around(area.walDirectory());
        }
        if (server == ServerState.OVER) {
            return true;
        }
        Duration longest = server == ServerState.RECOVERING ? patience.server() : patience.unknownServer();
        if (waiting.isEmpty() && underWay.isEmpty()) {
            longest = patience.nothingToGive();
        }
        return now - movedAt > longest.toNanos();
    }

    private void fetch() throws IOException {
        long now = System.nanoTime();
        if (now - absentAt > patience.absence().toNanos() && movedAt > absentAt) {
            window.forgetAbsence();
        }
        if (failed && now - failedAt < patience.failure().toNanos()) {
            return;
        }
        for (WalSegmentName segment : window.wanted()) {
            if (waiting.contains(segment) || underWay.containsKey(segment)) {
                continue;
            }
            if (underWay.size() >= threads || !hasRoom()) {
                return;
            }
            if (!begin(new Job(segment))) {
                return;
            }
        }
    }

    private boolean begin(Job job) {
        underWay.put(job.segment, job);
        boolean begun = false;
        try {
            workers.execute(job);
            begun = true;
        } catch (OutOfMemoryError e) {
            LOG.debug("segment {} is not prefetched: {}", job.segment, e.toString());
            failed = true;
            failedAt = System.nanoTime();
        } finally {
            if (!begun) {
                underWay.remove(job.segment);
            }
        }
        return begun;
    }

    /** The disk must not become full because of what may never be needed. */
    private boolean hasRoom() throws IOException {
        return area.usableBytes() >= (long) (ahead + SPARE_SEGMENTS) * size.bytes();
    }

    /** One segment that is being fetched; its thread is interrupted when nobody needs it any more. */
    private final class Job implements Runnable {
        private final WalSegmentName segment;
        private @Nullable Thread worker;

        Job(WalSegmentName segment) {
            this.segment = segment;
        }

        @Override
        public void run() {
            SegmentDownload.Outcome outcome = SegmentDownload.Outcome.FAILURE;
            try {
                if (begins()) {
                    outcome = download.run(segment);
                }
            } finally {
                done(segment, outcome);
            }
        }

        private boolean begins() {
            synchronized (Keeper.this) {
                worker = Thread.currentThread();
                return !resting;
            }
        }

        void cancel() {
            if (worker != null) {
                worker.interrupt();
            }
        }
    }

    private synchronized void done(WalSegmentName segment, SegmentDownload.Outcome outcome) {
        underWay.remove(segment);
        outcome.size().ifPresent(this::learn);
        switch (outcome.end()) {
            case OFFERED -> waiting.add(segment);
            case ABSENT -> {
                window.absent(segment);
                absentAt = System.nanoTime();
            }
            case FAILED -> {
                failed = true;
                failedAt = System.nanoTime();
            }
        }
        notifyAll();
    }

    private void learn(WalSegmentSize value) {
        size = value;
        window.size(value);
    }

    /** Ends what is being fetched and removes what waits. */
    private void rest() {
        resting = true;
        try {
            awaitWorkers();
            if (lock != null) {
                area.clear();
            }
        } catch (IOException e) {
            LOG.debug("not all prefetched files beside {} could be removed: {}", area.walDirectory(), e.toString());
        } finally {
            waiting.clear();
            release();
            resting = false;
            active = false;
            if (begunWhileResting && !closed) {
                begunWhileResting = false;
                activate();
            }
            notifyAll();
        }
    }

    private void awaitWorkers() {
        underWay.values().forEach(Job::cancel);
        boolean interrupted = false;
        long begun = System.nanoTime();
        while (!underWay.isEmpty() && System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(LONGEST_CLOSE_SECONDS)) {
            try {
                wait(1000);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void release() {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            LOG.debug("the lock beside {} could not be closed: {}", area.walDirectory(), e.toString());
        }
        lock = null;
    }

    /** Ends it, and waits until nothing is written any more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        workers.shutdownNow();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
