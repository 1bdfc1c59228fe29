package org.walarchive.store.support;

import java.util.LinkedHashSet;
import java.util.Set;
import org.walarchive.stability.Experimental;

/**
 * Looks after requests that are under way, because a thread that is blocked in a socket cannot be interrupted, and a write
 * to one has no time-out. A thread of its own looks every {@value #POLL_MILLIS} ms while there are any. For many threads at once.
 */
@Experimental
public final class RequestWatch implements AutoCloseable {

    /** How often requests are looked at, in milliseconds. */
    public static final long POLL_MILLIS = 100;

    private final String name;
    private final Set<Request> running = new LinkedHashSet<>();
    private boolean started;
    private boolean closed;

    /** A request that is under way. */
    @Experimental
    public interface Request {

        /**
         * Ends the request if the thread that waits for it was interrupted, or if it has waited for too long. Called by the watch's thread, which
         * looks after the other requests too: it must not wait for anything, and what it throws is ignored.
         *
         * @param nanoTime now, as {@link System#nanoTime} tells it
         */
        void abortIfDue(long nanoTime);

        /** Ends the request, whose thread then gets an exception. May be called by any thread, more than once, and when it has ended. */
        void abort();
    }

    /**
     * Makes one that watches nothing yet. Its thread starts with the first request.
     *
     * @param threadName the name of its thread, such as {@code walarchive-s3-watch}
     */
    public RequestWatch(String threadName) {
        this.name = threadName;
    }

    /**
     * Begins to look after a request. A watch that is closed does nothing any more.
     *
     * @param request the request; two that are equal are one
     */
    public synchronized void add(Request request) {
        running.add(request);
        if (!started) {
            started = true;
            Thread thread = new Thread(this::watch, name);
            thread.setDaemon(true);
            thread.start();
        }
        notifyAll();
    }

    /**
     * Looks after a request no longer.
     *
     * @param request the request; one that is not looked after is passed over
     */
    public synchronized void remove(Request request) {
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
        Set<Request> snapshot;
        synchronized (this) {
            snapshot = Set.copyOf(running);
        }
        long now = System.nanoTime();
        for (Request request : snapshot) {
            try {
                request.abortIfDue(now);
            } catch (RuntimeException e) {
                // Of a request that is about to end; the others are looked after all the same.
            }
        }
    }

    /** Ends the watching, and all requests that are still under way. */
    @Override
    public void close() {
        Set<Request> left;
        synchronized (this) {
            closed = true;
            left = Set.copyOf(running);
            notifyAll();
        }
        left.forEach(Request::abort);
    }
}
