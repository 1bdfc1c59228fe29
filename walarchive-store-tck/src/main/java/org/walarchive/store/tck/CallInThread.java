package org.walarchive.store.tck;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;

/** A call in a thread of its own, which may never end. */
final class CallInThread {

    private static final long SLICE_MILLIS = 50;

    private final Thread thread;
    private final long start = System.nanoTime();
    private volatile long end;
    private volatile boolean interrupted;
    private volatile @Nullable Throwable failure;

    private CallInThread(Executable call) {
        this.thread = new Thread(() -> run(call), "network-fault-contract");
        thread.setDaemon(true);
    }

    static CallInThread start(Executable call) {
        CallInThread running = new CallInThread(call);
        running.thread.start();
        return running;
    }

    private void run(Executable call) {
        try {
            call.execute();
        } catch (Throwable e) {
            // Thrown by result(), in the thread that asks.
            failure = e;
        }
        interrupted = Thread.currentThread().isInterrupted();
        end = System.nanoTime();
    }

    /**
     * Waits for the end, not longer than a time, and tells whether it has come. In slices, so that a pause of the whole machine counts
     * as one of them.
     */
    boolean ends(Duration atMost) throws InterruptedException {
        for (long left = atMost.toMillis(); left > 0 && thread.isAlive(); left -= SLICE_MILLIS) {
            thread.join(Math.min(left, SLICE_MILLIS));
        }
        return !thread.isAlive();
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Throws what the call threw. */
    void result() throws Throwable {
        if (failure != null) {
            throw failure;
        }
    }

    /** Tells whether the interrupt flag was set in the end. */
    boolean wasInterrupted() {
        return interrupted;
    }

    Duration elapsed() {
        return Duration.ofNanos(end - start);
    }
}
