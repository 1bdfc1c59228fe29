package org.walarchive.store.gcs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** The deletion of some objects, one request for each, a few at once; it ends at the first failure. */
final class Deletion {

    private static final int AT_ONCE = 16;
    private static final Duration END_WAIT = Duration.ofSeconds(3);

    private final GcsBucket bucket;
    private final GcsCalls calls;
    private final GcsRequests requests;
    private final ExecutorService threads;
    private final Queue<String> left;
    private volatile @Nullable String absent;

    Deletion(
            GcsBucket bucket,
            GcsCalls calls,
            GcsRequests requests,
            ExecutorService threads,
            Collection<String> objects) {
        this.bucket = bucket;
        this.calls = calls;
        this.requests = requests;
        this.threads = threads;
        this.left = new ConcurrentLinkedQueue<>(objects);
    }

    void run() throws StoreException {
        if (left.size() < 2) {
            deleteLeft();
        } else {
            runTogether();
        }
        String object = absent;
        if (object != null) {
            String action = "cannot delete " + bucket.key(object);
            // The answer is the same when it is the bucket that is absent.
            calls.listed(action, calls.send(action, requests.look(object)));
        }
    }

    /**
     * Deletes in other threads, and waits for all of them also when one fails: a request that is still under way might
     * delete what the caller puts next.
     */
    private void runTogether() throws StoreException {
        int count = Math.min(AT_ONCE, left.size());
        CountDownLatch ended = new CountDownLatch(count);
        List<FutureTask<Void>> workers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FutureTask<Void> worker = new FutureTask<>(() -> {
                deleteLeft();
                return null;
            });
            workers.add(worker);
            threads.execute(() -> {
                worker.run();
                ended.countDown();
            });
        }
        try {
            ended.await();
            for (FutureTask<Void> worker : workers) {
                worker.get();
            }
        } catch (InterruptedException e) {
            left.clear();
            workers.forEach(worker -> worker.cancel(true));
            Thread.currentThread().interrupt();
            Latches.awaitUninterruptibly(ended, END_WAIT);
            throw new StoreException(Kind.INTERRUPTED, calls.in("interrupted while keys were deleted"), null, e);
        } catch (ExecutionException e) {
            throw GcsCalls.failure("keys could not be deleted", e.getCause());
        }
    }

    private void deleteLeft() throws StoreException {
        try {
            deleteAll();
        } finally {
            left.clear();
        }
    }

    private void deleteAll() throws StoreException {
        for (String object = left.poll(); object != null; object = left.poll()) {
            String action = "cannot delete " + bucket.key(object);
            Answer answer = calls.send(action, requests.delete(object));
            if (answer.isNotFound()) {
                absent = object;
            } else if (!answer.isSuccess()) {
                throw GcsErrors.translate(calls.in(action), answer);
            } else if (!isService(answer)) {
                throw new StoreException(
                        Kind.CORRUPT, calls.in(action) + ": the answer of success is not the service's");
            }
        }
    }

    /** Tells the service's own success from the page of something in between. */
    private static boolean isService(Answer answer) {
        return answer.status() == 204
                || answer.header("content-type").orElse("").startsWith("application/json");
    }
}
