package org.walarchive.core.progress;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.Progress;
import org.walarchive.ProgressListener;

/**
 * Counts what several threads do, and tells a listener how far they are. A thread that finds another one telling goes on with its work. Where nobody
 * listens, nothing is counted. Thread-safe, but a phase begins and ends while nothing is counted.
 */
public final class ProgressMeter {

    /** How long a listener is left alone. */
    static final Duration INTERVAL = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(ProgressMeter.class);
    private static final long UNKNOWN = -1;

    private final LongSupplier nanoTime;
    private final ReentrantLock telling = new ReentrantLock();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong items = new AtomicLong();
    private volatile @Nullable ProgressListener listener;
    private volatile Progress.Phase phase = Progress.Phase.LIST;
    private volatile long totalBytes = UNKNOWN;
    private volatile long totalItems = UNKNOWN;
    private volatile boolean settled;
    private volatile long due;

    /** Makes a meter for who listens, if anybody does. */
    public ProgressMeter(Optional<ProgressListener> listener) {
        this(listener, System::nanoTime);
    }

    ProgressMeter(Optional<ProgressListener> listener, LongSupplier nanoTime) {
        this.listener = listener.orElse(null);
        this.nanoTime = nanoTime;
    }

    /** Tells whether anybody listens. */
    public boolean isHeard() {
        return listener != null;
    }

    /** Begins a phase of which nothing is known, and tells so. */
    public void begin(Progress.Phase next) {
        begin(next, OptionalLong.empty(), OptionalLong.empty());
    }

    /** Begins a phase, and tells so. */
    public void begin(Progress.Phase next, OptionalLong knownBytes, OptionalLong knownItems) {
        phase = next;
        bytes.set(0);
        items.set(0);
        totalBytes = knownBytes.orElse(UNKNOWN);
        totalItems = knownItems.orElse(UNKNOWN);
        settled |= knownBytes.isPresent();
        tell();
    }

    /** Says how much there is, as far as can be said; of no effect once that is known. */
    public synchronized void estimate(long allBytes, long allItems) {
        if (!settled) {
            totalBytes = allBytes;
            totalItems = allItems;
        }
    }

    /** Says how much there is. */
    public synchronized void settle(long allBytes, long allItems) {
        settled = true;
        totalBytes = allBytes;
        totalItems = allItems;
    }

    /** Begins a part of the phase, which counts for as much when it is done, whatever was counted meanwhile. */
    public Part part(long plannedBytes, long plannedItems) {
        return new Part(plannedBytes, plannedItems);
    }

    /** Says how many items are done, where they are not counted in parts. */
    public void reached(long doneItems) {
        items.set(doneItems);
        tellIfDue();
    }

    /** Ends the phase, and tells how it ended. */
    public void end() {
        tell();
    }

    private void tellIfDue() {
        if (listener == null || nanoTime.getAsLong() - due < 0 || !telling.tryLock()) {
            return;
        }
        try {
            if (nanoTime.getAsLong() - due >= 0) {
                tell();
            }
        } finally {
            telling.unlock();
        }
    }

    private void tell() {
        telling.lock();
        try {
            ProgressListener told = listener;
            if (told != null) {
                told.onProgress(progress());
                due = nanoTime.getAsLong() + INTERVAL.toNanos();
            }
        } catch (Throwable e) { // in other languages a listener may throw anything
            listener = null;
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            LOG.warn("who listens to the progress has failed, and is told no more", e);
        } finally {
            telling.unlock();
        }
    }

    private Progress progress() {
        long doneBytes = bytes.get();
        long doneItems = items.get();
        return new Progress(phase, doneBytes, total(totalBytes, doneBytes), doneItems, total(totalItems, doneItems));
    }

    /** A server grows while it is backed up. */
    private static OptionalLong total(long total, long done) {
        return total == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(Math.max(total, done));
    }

    /** A part of a phase, such as a tar partition. Counted by one thread at a time. */
    public final class Part {
        private final long plannedBytes;
        private final long plannedItems;
        private final AtomicLong counted = new AtomicLong();

        private Part(long plannedBytes, long plannedItems) {
            this.plannedBytes = plannedBytes;
            this.plannedItems = plannedItems;
        }

        /** Begins anew: what was counted so far was in vain. */
        public void restart() {
            bytes.addAndGet(-counted.getAndSet(0));
        }

        /** Counts some bytes, up to what was planned. */
        public void add(long count) {
            if (listener != null) {
                long room = plannedBytes - counted.get();
                long counts = Math.min(count, room);
                counted.addAndGet(counts);
                bytes.addAndGet(counts);
                tellIfDue();
            }
        }

        /** Counts the rest. */
        public void done() {
            if (listener != null) {
                bytes.addAndGet(plannedBytes - counted.getAndSet(plannedBytes));
                items.addAndGet(plannedItems);
                tellIfDue();
            }
        }
    }
}
