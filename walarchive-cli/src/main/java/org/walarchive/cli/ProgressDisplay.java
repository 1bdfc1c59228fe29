package org.walarchive.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.walarchive.Progress;
import org.walarchive.ProgressListener;

/**
 * Shows how far it is, from a thread of its own: what works only leaves a note, and a terminal that stands still, or a second without news, is of no
 * importance to it.
 */
final class ProgressDisplay implements ProgressListener, AutoCloseable {

    private static final long LONGEST_CLOSE_MILLIS = 1000;

    private final Optional<ProgressView> view;
    private final LongSupplier nanoTime;
    private final long begun;
    private final Queue<Progress> ended = new ConcurrentLinkedQueue<>();
    private final Speed speed = new Speed();
    private volatile @Nullable Progress latest;
    private Progress.@Nullable Phase phase;
    private @Nullable Thread thread;
    private boolean closed;

    ProgressDisplay(Optional<ProgressView> view, LongSupplier nanoTime) {
        this.view = view;
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
    }

    /** Begins to show, if anything is to be shown. */
    static ProgressDisplay begin(Optional<ProgressView> view) {
        ProgressDisplay display = new ProgressDisplay(view, System::nanoTime);
        if (view.isPresent()) {
            Thread thread = new Thread(display::run, "walarchive-progress");
            thread.setDaemon(true);
            display.thread = thread;
            thread.start();
        }
        return display;
    }

    /** Returns who is to be told; empty where nothing is shown. */
    Optional<ProgressListener> listener() {
        return view.map(shown -> this);
    }

    @Override
    public void onProgress(Progress progress) {
        Progress before = latest;
        if (before != null && before.phase() != progress.phase()) {
            ended.add(before);
        }
        latest = progress;
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(view.orElseThrow().periodMillis());
                tick();
            }
        } catch (InterruptedException e) {
            // by close()
        }
    }

    /** Shows what is new. */
    synchronized void tick() {
        Progress now = latest;
        if (now != null && !closed) {
            showEnded();
            view.orElseThrow().show(now, tempo(now));
        }
    }

    private void showEnded() {
        for (Progress end = ended.poll(); end != null; end = ended.poll()) {
            view.orElseThrow().showEnd(end, tempo(end));
        }
    }

    private Tempo tempo(Progress progress) {
        long nanos = nanoTime.getAsLong();
        if (progress.phase() != phase) {
            phase = progress.phase();
            speed.reset();
        }
        speed.add(nanos, progress.bytes());
        OptionalLong rate = speed.bytesPerSecond();
        return new Tempo(rate, remaining(progress, rate), Duration.ofNanos(nanos - begun));
    }

    private static OptionalLong remaining(Progress progress, OptionalLong rate) {
        if (progress.totalBytes().isEmpty()) {
            return OptionalLong.empty();
        }
        long bytes = progress.totalBytes().getAsLong() - progress.bytes();
        if (bytes == 0) {
            return OptionalLong.of(0);
        }
        return rate.isEmpty() || rate.getAsLong() == 0
                ? OptionalLong.empty()
                : OptionalLong.of((bytes - 1) / rate.getAsLong() + 1);
    }

    /** Ends the display: what was shown on a terminal is gone, and the last line of JSON is written. Has no effect the second time. */
    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            join(running);
            if (running.isAlive()) {
                return; // it writes to a terminal that takes nothing, and nobody waits for that
            }
        }
        synchronized (this) {
            if (closed || view.isEmpty()) {
                return;
            }
            closed = true;
            showEnded();
            Progress last = latest;
            if (last != null) {
                view.get().showEnd(last, tempo(last));
            }
            view.get().close();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(LONGEST_CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
