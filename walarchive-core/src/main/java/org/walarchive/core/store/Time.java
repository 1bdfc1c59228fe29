package org.walarchive.core.store;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

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

        /** In a thread of its own: one that the JDK shares would hold on to the class loader of whoever used it first. */
        @Override
        public Runnable alarm(Duration after, Runnable ring) {
            AtomicBoolean over = new AtomicBoolean();
            Thread thread = new Thread(
                    () -> {
                        try {
                            sleep(after);
                        } catch (InterruptedException e) {
                            return;
                        }
                        if (over.compareAndSet(false, true)) {
                            ring.run();
                        }
                    },
                    "walarchive-alarm");
            thread.setDaemon(true);
            thread.start();
            return () -> {
                if (over.compareAndSet(false, true)) {
                    thread.interrupt();
                }
            };
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
