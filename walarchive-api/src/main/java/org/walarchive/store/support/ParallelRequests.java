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
import java.util.concurrent.RejectedExecutionException;
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
     * @throws StoreException the first failure; of kind INTERRUPTED if the thread is interrupted, whose flag stays set
     * @throws IllegalStateException if the threads refuse
     */
    public static void send(String action, Collection<String> names, Executor threads, Request request)
            throws StoreException {
        ParallelRequests all = new ParallelRequests(action, names, request);
        if (names.size() < 2) {
            all.sendLeft();
        } else {
            all.sendBy(threads, Math.min(AT_ONCE, names.size()));
        }
    }

    private void sendBy(Executor threads, int count) throws StoreException {
        CountDownLatch ended = new CountDownLatch(count);
        List<FutureTask<Void>> workers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FutureTask<Void> worker = new FutureTask<>(() -> {
                sendLeft();
                return null;
            });
            try {
                start(threads, worker, ended);
                workers.add(worker);
            } catch (RejectedExecutionException | IllegalStateException e) {
                LongStream.range(i, count).forEach(missing -> ended.countDown());
                end(workers, ended);
                throw new IllegalStateException("the store was closed while " + action, e);
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

    private static void start(Executor threads, FutureTask<Void> worker, CountDownLatch ended) {
        threads.execute(() -> {
            worker.run();
            ended.countDown();
        });
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
