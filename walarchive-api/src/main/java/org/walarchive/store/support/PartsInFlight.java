package org.walarchive.store.support;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.walarchive.stability.Experimental;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/**
 * The parts of one blob that are on their way to the service, a few at once, so that what they take in memory has a limit. Their answers come in the
 * order in which they were added. For one thread; the requests are sent by others. After {@link #cancel} and {@link #cancelAndClean} it is of no more use.
 *
 * @param <T> what the service answers, such as a tag
 */
@Experimental
public final class PartsInFlight<T> {

    private final String key;
    private final Executor threads;
    private final Deque<Sending<T>> sending = new ArrayDeque<>();
    private final List<T> sent = new ArrayList<>();

    /** A part on its way; the latch opens when its thread is done with it, which a cancelled future does not tell. */
    private record Sending<T>(long sizeBytes, FutureTask<T> part, CountDownLatch ended) {}

    /** What is to be done about parts that are in no blob. */
    @Experimental
    @FunctionalInterface
    public interface Cleaning {

        /**
         * Removes them.
         *
         * @throws StoreException if that fails
         */
        void run() throws StoreException;
    }

    /**
     * Makes one without parts.
     *
     * @param key what messages call the blob
     * @param threads starts a thread for each task at once; it refuses when the store is closed
     */
    public PartsInFlight(String key, Executor threads) {
        this.key = key;
        this.threads = threads;
    }

    /**
     * Returns how many parts were added.
     *
     * @return the number, which is that of the last part if they are counted from 1 on
     */
    public int added() {
        return sent.size() + sending.size();
    }

    /**
     * Waits until there is room for a part.
     *
     * @param partBytes the part's size
     * @param roomBytes what all parts on their way may take together; one alone may take more
     * @throws StoreException the failure of a part before; of kind INTERRUPTED if the thread is interrupted, whose flag stays set
     * @throws IllegalStateException if a part before failed otherwise
     */
    public void awaitRoom(long partBytes, long roomBytes) throws StoreException {
        long held = sending.stream().mapToLong(Sending::sizeBytes).sum();
        while (!sending.isEmpty()
                && (held + partBytes > roomBytes || sending.element().part().isDone())) {
            held -= sending.element().sizeBytes();
            awaitOldest();
        }
    }

    /**
     * Sends a part in another thread.
     *
     * @param sizeBytes its size
     * @param request sends it, and returns the service's answer; throws a {@link StoreException}
     * @throws IllegalStateException if the store is closed
     */
    public void add(long sizeBytes, Callable<T> request) {
        Sending<T> next = new Sending<>(sizeBytes, new FutureTask<>(request), new CountDownLatch(1));
        start(next.part(), next.ended());
        sending.add(next);
    }

    private void start(Runnable task, CountDownLatch ended) {
        try {
            threads.execute(() -> {
                try {
                    task.run();
                } finally {
                    ended.countDown();
                }
            });
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("store was closed while " + key + " was put", e);
        }
    }

    /**
     * Waits until all parts are there.
     *
     * @return the answers in the order of the parts
     * @throws StoreException the first failure; of kind INTERRUPTED if the thread is interrupted, whose flag stays set
     * @throws IllegalStateException if a part failed otherwise
     */
    public List<T> awaitAll() throws StoreException {
        while (!sending.isEmpty()) {
            awaitOldest();
        }
        return List.copyOf(sent);
    }

    private void awaitOldest() throws StoreException {
        try {
            sent.add(sending.element().part().get());
            sending.remove();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.INTERRUPTED, "interrupted while " + key + " was put", null, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException failure) {
                throw failure;
            }
            throw new IllegalStateException("part of " + key + " failed", e.getCause());
        }
    }

    /**
     * Ends what is on its way. Requests that are about to end by themselves are let: their connections can be used again, where
     * one that is cut off while its answer arrives may break under the next request.
     *
     * @param grace how long they are let, together; an interrupted thread lets none
     */
    public void cancel(Duration grace) {
        long deadline = System.nanoTime() + grace.toNanos();
        for (Sending<T> each : sending) {
            if (!Thread.currentThread().isInterrupted()) {
                awaitEnd(each.part(), deadline - System.nanoTime());
            }
            each.part().cancel(true);
        }
    }

    private static void awaitEnd(FutureTask<?> part, long nanos) {
        try {
            part.get(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | CancellationException e) {
            // The put has failed, and has its message: how this part ends is of no interest.
        }
    }

    /**
     * Ends what is on its way, and removes the parts when the last request has ended: one that arrives after the removal would stay. Another thread
     * does so, which goes on when this one, interrupted or not, has waited for long enough.
     *
     * @param cleaning removes the parts
     * @param atMost how long to wait for it
     * @param left told, by either thread, why parts may be left
     */
    public void cancelAndClean(Cleaning cleaning, Duration atMost, Consumer<Exception> left) {
        sending.forEach(each -> each.part().cancel(true));
        List<CountDownLatch> before = sending.stream().map(Sending::ended).toList();
        CountDownLatch ended = new CountDownLatch(1);
        try {
            start(() -> clean(before, cleaning, left), ended);
            Latches.awaitUninterruptibly(ended, atMost);
        } catch (IllegalStateException e) {
            left.accept(e);
        }
    }

    private static void clean(List<CountDownLatch> before, Cleaning cleaning, Consumer<Exception> left) {
        try {
            for (CountDownLatch ended : before) {
                ended.await();
            }
            cleaning.run();
        } catch (InterruptedException | StoreException | RuntimeException e) {
            left.accept(e);
        }
    }
}
