package org.walarchive.store.swift;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Looks after calls that are under way, because a thread that is blocked in a socket cannot be interrupted. A thread of its
 * own looks every {@value #POLL_MILLIS} ms while there are any.
 */
final class CallWatch implements AutoCloseable {

    private static final long POLL_MILLIS = 100;

    private final Set<WatchedCall> running = new LinkedHashSet<>();
    private boolean started;
    private boolean closed;

    synchronized void add(WatchedCall call) {
        running.add(call);
        if (!started) {
            started = true;
            Thread thread = new Thread(this::watch, "walarchive-swift-watch");
            thread.setDaemon(true);
            thread.start();
        }
        notifyAll();
    }

    synchronized void remove(WatchedCall call) {
        running.remove(call);
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
        Set<WatchedCall> snapshot;
        synchronized (this) {
            snapshot = Set.copyOf(running);
        }
        snapshot.forEach(WatchedCall::cancelIfInterrupted);
    }

    /** Ends the watching, and all calls that are still under way. */
    @Override
    public void close() {
        Set<WatchedCall> left;
        synchronized (this) {
            closed = true;
            left = Set.copyOf(running);
            notifyAll();
        }
        left.forEach(WatchedCall::cancel);
    }
}
