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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.walarchive.stability.Experimental;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/**
 * The parts of one blob that are on their way to the service, a few at once, so that what they take in memory has a limit. Their answers come in the
 * order in which they were added. For one thread; the requests are sent by others.
 *
 * <p>It must be closed, however the put ends: where a part or the source fails, other parts are still being sent. Closing ends them and removes what
 * the service has of them, unless {@link #awaitAll} returned: from then on a blob may be made of them, and only who makes it knows when to
 * {@link #discard} them.
 *
 * @param <T> what the service answers, such as a tag
 */
@Experimental
public final class PartsInFlight<T> implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final Duration CLEANING_WAIT = Duration.ofSeconds(5);

    private final String key;
    private final Executor threads;
    private final @Nullable Cleaning cleaning;
    private final Consumer<Exception> left;
    private final Duration patience;
    private final Deque<Sending<T>> sending = new ArrayDeque<>();
    private final List<T> sent = new ArrayList<>();
    private State state = State.UNDER_WAY;

    private enum State {
        UNDER_WAY,
        ALL_THERE,
        DISCARDED
    }

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
     * Makes one without parts, of a service that forgets parts by itself which are in no blob.
     *
     * @param key what messages call the blob
     * @param threads starts a thread for each task at once; it refuses when the store is closed
     */
    public PartsInFlight(String key, Executor threads) {
        this(key, threads, null, none -> {}, GRACE);
    }

    /**
     * Makes one without parts.
     *
     * @param key what messages call the blob
     * @param threads starts a thread for each task at once; it refuses when the store is closed
     * @param cleaning removes the parts, also where there are none
     * @param left told, by the thread that closes or by another, why parts may be left
     */
    public PartsInFlight(String key, Executor threads, Cleaning cleaning, Consumer<Exception> left) {
        this(key, threads, cleaning, left, CLEANING_WAIT);
    }

    /** Waits so long for the cleaning, or, where the service forgets parts, for those that are about to end. */
    PartsInFlight(
            String key, Executor threads, @Nullable Cleaning cleaning, Consumer<Exception> left, Duration patience) {
        this.key = key;
        this.threads = threads;
        this.cleaning = cleaning;
        this.left = left;
        this.patience = patience;
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
     * @throws StoreException of kind UNAVAILABLE if the system has no thread for it
     * @throws IllegalStateException if the store is closed
     */
    public void add(long sizeBytes, Callable<T> request) throws StoreException {
        state = State.UNDER_WAY;
        Sending<T> next = new Sending<>(sizeBytes, new FutureTask<>(request), new CountDownLatch(1));
        start(next.part(), next.ended());
        sending.add(next);
    }

    private void start(Runnable task, CountDownLatch ended) throws StoreException {
        Runnable counted = () -> {
            try {
                task.run();
            } finally {
                ended.countDown();
            }
        };
        TaskThreads.start(threads, counted, key + " was put");
    }

    /**
     * Waits until all parts are there. When it has returned, closing leaves them.
     *
     * @return the answers in the order of the parts
     * @throws StoreException the first failure; of kind INTERRUPTED if the thread is interrupted, whose flag stays set
     * @throws IllegalStateException if a part failed otherwise
     */
    public List<T> awaitAll() throws StoreException {
        while (!sending.isEmpty()) {
            awaitOldest();
        }
        if (state == State.UNDER_WAY) {
            state = State.ALL_THERE;
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

    /** Does as {@link #discard} unless all parts are there. */
    @Override
    public void close() {
        if (state == State.UNDER_WAY) {
            discard();
        }
    }

    /**
     * Ends what is on its way and removes the parts, of which no blob is to be made. They are removed when the last request has ended, as one that arrives
     * after the removal would stay; by another thread, which goes on when this one, interrupted or not, has waited for 5 s.
     *
     * <p>Where the service forgets them by itself, requests that are about to end are let, for 1 s together, unless the thread is interrupted: their
     * connections can be used again, where one that is cut off while its answer arrives may break under the next request.
     */
    public void discard() {
        if (state == State.DISCARDED) {
            return;
        }
        state = State.DISCARDED;
        if (cleaning == null) {
            cancel();
        } else {
            cancelAndClean(cleaning);
        }
    }

    private void cancel() {
        long deadline = System.nanoTime() + patience.toNanos();
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

    private void cancelAndClean(Cleaning cleaning) {
        long deadline = System.nanoTime() + patience.toNanos();
        sending.forEach(each -> each.part().cancel(true));
        List<CountDownLatch> before = sending.stream().map(Sending::ended).toList();
        CountDownLatch ended = new CountDownLatch(1);
        List<CountDownLatch> awaited = List.of(ended);
        try {
            start(() -> clean(before, cleaning), ended);
        } catch (StoreException | IllegalStateException e) {
            left.accept(e);
            awaited = before;
        }
        for (CountDownLatch each : awaited) {
            Latches.awaitUninterruptibly(each, Duration.ofNanos(deadline - System.nanoTime()));
        }
    }

    private void clean(List<CountDownLatch> before, Cleaning cleaning) {
        try {
            for (CountDownLatch ended : before) {
                ended.await();
            }
            cleaning.run();
        } catch (InterruptedException | StoreException | RuntimeException e) {
            left.accept(e);
        } catch (Error e) {
            left.accept(new IllegalStateException("parts of " + key + " were not removed: " + e, e));
            throw e;
        }
    }
}
