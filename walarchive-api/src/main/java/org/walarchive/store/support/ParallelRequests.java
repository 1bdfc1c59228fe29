package org.walarchive.store.support;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.stream.LongStream;
import org.walarchive.stability.Experimental;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/**
 * A request for each of some names, a few at once; it ends at the first failure. It waits for all that are under way also then: one of them
 * might do later what the caller does not expect any more, such as delete what was put meanwhile. After an interrupt, or where threads are refused, it
 * waits for 3 s at most: requests end by the interrupt, and one that does not goes on without it.
 */
@Experimental
public final class ParallelRequests {

    private static final int AT_ONCE = 16;
    private static final Duration END_WAIT = Duration.ofSeconds(3);

    private final String action;
    private final Request request;
    private final Queue<String> left;

    /** What is done for a name. */
    @Experimental
    @FunctionalInterface
    public interface Request {

        /**
         * Sends the request and waits for its answer.
         *
         * @param name the name
         * @throws StoreException if it fails
         */
        void send(String name) throws StoreException;
    }

    private ParallelRequests(String action, Collection<String> names, Request request) {
        this.action = action;
        this.request = request;
        this.left = new ConcurrentLinkedQueue<>(names);
    }

    /**
     * Sends all requests. A single one is sent by the caller's own thread.
     *
     * @param action what messages call it, such as {@code keys were deleted in s3://bucket}
     * @param names the names
     * @param threads starts a thread for each task at once; it may refuse when the store is closed
     * @param request what to do for each
     * @throws StoreException the first failure; of kind INTERRUPTED if the thread is interrupted, whose flag stays set; of kind UNAVAILABLE if
     *     the system has no threads for it
     * @throws IllegalStateException if the store is closed
     */
    public static void send(String action, Collection<String> names, Executor threads, Request request)
            throws StoreException {
        send(action, names, AT_ONCE, threads, request);
    }

    /**
     * Does the same for a service that takes fewer requests at once, or more.
     *
     * @param action what messages call it, such as {@code keys were deleted in s3://bucket}
     * @param names the names
     * @param atOnce how many requests there are at once, at most; 16 otherwise
     * @param threads starts a thread for each task at once; it may refuse when the store is closed
     * @param request what to do for each
     * @throws StoreException as above
     * @throws IllegalStateException if the store is closed
     * @throws IllegalArgumentException if none may be sent at once
     */
    public static void send(String action, Collection<String> names, int atOnce, Executor threads, Request request)
            throws StoreException {
        if (atOnce < 1) {
            throw new IllegalArgumentException("requests at once: " + atOnce);
        }
        ParallelRequests all = new ParallelRequests(action, names, request);
        if (names.size() < 2) {
            all.sendLeft();
        } else {
            all.sendBy(threads, Math.min(atOnce, names.size()));
        }
    }

    private void sendBy(Executor threads, int count) throws StoreException {
        CountDownLatch ended = new CountDownLatch(count);
        List<FutureTask<Void>> workers = new ArrayList<>(count);
        try {
            while (workers.size() < count) {
                workers.add(start(threads, ended));
            }
        } finally {
            if (workers.size() < count) {
                LongStream.range(workers.size(), count).forEach(missing -> ended.countDown());
                end(workers, ended);
            }
        }
        try {
            ended.await();
            for (FutureTask<Void> worker : workers) {
                worker.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(workers, ended);
            throw new StoreException(Kind.INTERRUPTED, "interrupted while " + action, null, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException failure) {
                throw failure;
            }
            throw new IllegalStateException("failed while " + action, e.getCause());
        }
    }

    private FutureTask<Void> start(Executor threads, CountDownLatch ended) throws StoreException {
        FutureTask<Void> worker = new FutureTask<>(() -> {
            sendLeft();
            return null;
        });
        Runnable task = () -> {
            try {
                worker.run();
            } finally {
                ended.countDown();
            }
        };
        TaskThreads.start(threads, task, action);
        return worker;
    }

    private void end(List<FutureTask<Void>> workers, CountDownLatch ended) {
        left.clear();
        workers.forEach(worker -> worker.cancel(true));
        Latches.awaitUninterruptibly(ended, END_WAIT);
    }

    private void sendLeft() throws StoreException {
        try {
            for (String name = left.poll(); name != null; name = left.poll()) {
                request.send(name);
            }
        } finally {
            left.clear();
        }
    }
}
