package org.walarchive.store.azure;

import com.azure.core.util.Context;
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
import java.util.concurrent.RejectedExecutionException;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/**
 * The deletion of some blobs, one request for each, a few at once; it ends at the first failure. The service's batches cost as
 * much for each blob.
 */
final class Deletion {

    private static final int AT_ONCE = 16;
    private static final Duration END_WAIT = Duration.ofSeconds(3);

    private final AzureContainer container;
    private final AzureCalls calls;
    private final ExecutorService threads;
    private final Queue<String> left;

    Deletion(AzureContainer container, AzureCalls calls, ExecutorService threads, Collection<String> names) {
        this.container = container;
        this.calls = calls;
        this.threads = threads;
        this.left = new ConcurrentLinkedQueue<>(names);
    }

    void run() throws StoreException {
        if (left.size() < 2) {
            deleteLeft();
        } else {
            runTogether();
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
            start(worker, ended);
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
            throw new StoreException(Kind.INTERRUPTED, "interrupted while keys were deleted in " + container, null, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException failure) {
                throw failure;
            }
            throw new IllegalStateException("keys could not be deleted in " + container, e.getCause());
        }
    }

    private void start(FutureTask<Void> worker, CountDownLatch ended) {
        try {
            threads.execute(() -> {
                worker.run();
                ended.countDown();
            });
        } catch (RejectedExecutionException e) {
            left.clear();
            throw new IllegalStateException("store " + container + " is closed", e);
        }
    }

    private void deleteLeft() throws StoreException {
        try {
            for (String name = left.poll(); name != null; name = left.poll()) {
                delete(name);
            }
        } finally {
            left.clear();
        }
    }

    private void delete(String name) throws StoreException {
        try {
            calls.call(
                    "cannot delete " + container.key(name),
                    client -> client.getBlobClient(name).deleteWithResponse(null, null, null, Context.NONE));
        } catch (StoreException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }
}
