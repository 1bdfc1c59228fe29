package org.walarchive.store.support;

import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import org.walarchive.stability.Experimental;
import org.walarchive.store.StoreException;

/**
 * Looks after requests that are under way, because a thread that is blocked in a socket cannot be interrupted, and a write
 * to one has no time-out. A thread of its own looks every {@value #POLL_MILLIS} ms while there are any. For many threads at once.
 */
@Experimental
public final class RequestWatch implements AutoCloseable {

    /** How often requests are looked at, in milliseconds. */
    public static final long POLL_MILLIS = 100;

    private final ThreadFactory threads;
    private final Set<Request> running = new LinkedHashSet<>();
    private boolean started;
    private boolean closed;
    private boolean told;

    /** A request that is under way. */
    @Experimental
    public interface Request {

        /**
         * Ends the request if the thread that waits for it was interrupted, or if it has waited for too long. Called by the watch's thread, which
         * looks after the other requests too: it must not wait for anything. What it throws keeps the watch from nothing; the first that a watch sees is logged.
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
        this(task -> new Thread(task, threadName));
    }

    RequestWatch(ThreadFactory threads) {
        this.threads = threads;
    }

    /**
     * Begins to look after a request. A watch that is closed does nothing any more.
     *
     * @param request the request; two that are equal are one
     * @throws StoreException of kind UNAVAILABLE if the system has no thread for the watch: the request, which nothing would end, must not be sent
     */
    public synchronized void add(Request request) throws StoreException {
        if (closed) {
            return;
        }
        if (!started) {
            start();
        }
        running.add(request);
        notifyAll();
    }

    private void start() throws StoreException {
        Thread thread = threads.newThread(this::watch);
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            throw TaskThreads.refused("no thread could be started that watches requests", e);
        }
        started = true;
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
                pause();
            }
        } finally {
            ended();
        }
    }

    /** The next request starts another thread, which looks after those that are under way, too. */
    private synchronized void ended() {
        started = false;
    }

    private synchronized boolean awaitWork() {
        while (running.isEmpty() && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                // As in a pause: it is closing that ends the watch, and nothing else.
            }
        }
        return !closed;
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            // Requests that are under way need the watch also where somebody interrupts all threads.
        }
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
            } catch (Throwable e) {
                // The others, and this one the next time, are looked after all the same.
                tell(e);
            }
        }
    }

    private void tell(Throwable failure) {
        if (!told) {
            told = true;
            // Asked for only here: to find a logger takes time.
            System.getLogger(RequestWatch.class.getName())
                    .log(Level.WARNING, "a request could not be looked after", failure);
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
