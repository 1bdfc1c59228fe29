package org.walarchive.core.store;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The clock, as far as waits and deadlines need it. */
interface Time {

    /** The system's. */
    Time SYSTEM = new Time() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void sleep(Duration time) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(TimeUnit.NANOSECONDS.convert(time));
        }

        @Override
        public Runnable alarm(Duration after, Runnable ring) {
            CompletableFuture<Boolean> alarm = new CompletableFuture<>();
            alarm.thenAccept(rung -> ring.run());
            alarm.completeOnTimeout(true, TimeUnit.NANOSECONDS.convert(after), TimeUnit.NANOSECONDS);
            return () -> alarm.cancel(false);
        }
    };

    /** Returns the nanoseconds since some moment. */
    long nanoTime();

    /** Waits. */
    void sleep(Duration time) throws InterruptedException;

    /**
     * Calls something later, in another thread, unless it is cancelled before.
     *
     * @param ring what is called; returns at once
     * @return what cancels it
     */
    Runnable alarm(Duration after, Runnable ring);
}
