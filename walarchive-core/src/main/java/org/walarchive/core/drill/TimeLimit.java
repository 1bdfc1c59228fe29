package org.walarchive.core.drill;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Interrupts the thread that made it when its time is over, unless it was lifted before. */
final class TimeLimit {

    private final Thread worker = Thread.currentThread();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "walarchive-drill-time");
        thread.setDaemon(true);
        return thread;
    });
    private boolean lifted;
    private boolean passed;

    TimeLimit(Duration limit) {
        clock.schedule(this::ring, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void ring() {
        if (!lifted) {
            passed = true;
            worker.interrupt();
        }
    }

    /**
     * Takes the limit away.
     *
     * @return true if it had been passed; the thread's interrupt flag is not set then
     */
    boolean lift() {
        synchronized (this) {
            lifted = true;
        }
        clock.shutdownNow();
        boolean over = passed();
        if (over) {
            Thread.interrupted();
        }
        return over;
    }

    private synchronized boolean passed() {
        return passed;
    }
}
