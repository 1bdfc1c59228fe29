package org.walarchive.store.support;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.walarchive.stability.Experimental;

/** Waiting for other threads that an interrupt does not end, because it has ended something else already. */
@Experimental
public final class Latches {

    private Latches() {}

    /**
     * Waits for a while; what is not done then goes on without this thread, whose interrupt flag stays as it was.
     *
     * @param latch what to wait for
     * @param atMost how long at most
     */
    public static void awaitUninterruptibly(CountDownLatch latch, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        boolean interrupted = Thread.interrupted();
        boolean done = false;
        while (!done) {
            try {
                latch.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                done = true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
