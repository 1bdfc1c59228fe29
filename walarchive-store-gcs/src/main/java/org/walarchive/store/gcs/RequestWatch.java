package org.walarchive.store.gcs;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Looks after requests that are under way, because a thread that is blocked in a socket cannot be interrupted, and a write
 * to one has no time-out. A thread of its own looks every {@value #POLL_MILLIS} ms while there are any.
 */
final class RequestWatch implements AutoCloseable {

    private static final long POLL_MILLIS = 100;

    private final Set<WatchedExchange> running = new LinkedHashSet<>();
    private boolean started;
    private boolean closed;

    synchronized void add(WatchedExchange request) {
        running.add(request);
        if (!started) {
            started = true;
            Thread thread = new Thread(this::watch, "walarchive-gcs-watch");
            thread.setDaemon(true);
            thread.start();
        }
        notifyAll();
    }

    synchronized void remove(WatchedExchange request) {
        running.remove(request);
    }

    private void watch() {
        try {
            while (awaitWork()) {
                look();
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean awaitWork() throws InterruptedException {
        while (running.isEmpty() && !closed) {
            wait();
        }
        return !closed;
    }

    private void look() {
        Set<WatchedExchange> snapshot;
        synchronized (this) {
            snapshot = Set.copyOf(running);
        }
        long now = System.nanoTime();
        snapshot.forEach(request -> request.abortIfDue(now));
    }

    /** Ends the watching, and all requests that are still under way. */
    @Override
    public void close() {
        Set<WatchedExchange> left;
        synchronized (this) {
            closed = true;
            left = Set.copyOf(running);
            notifyAll();
        }
        left.forEach(WatchedExchange::abort);
    }
}
