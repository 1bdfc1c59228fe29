package org.walarchive.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Interrupts the thread that made it when the virtual machine is told to end, and holds the end up until the work is
 * undone: a base backup is ended on the server, a file half written is removed.
 */
final class Cancellation {

    /** PostgreSQL's own patience with a child is about the same; a container's is ten seconds. */
    private static final int PATIENCE_SECONDS = 8;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;

    Cancellation() {
        Thread worker = Thread.currentThread();
        hook = new Thread(() -> cancel(worker), "cancel");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void cancel(Thread worker) {
        worker.interrupt();
        try {
            done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says that the work is over: done, failed, or undone. */
    void end() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The machine is ending already, and this let it.
            return;
        }
    }
}
