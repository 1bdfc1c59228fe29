package org.walarchive.core.server;

import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Makes calls of JDBC, which an interrupt does not end while a TCP socket blocks, on a thread of its own, so that the
 * caller can be interrupted.
 */
final class InterruptibleCalls {

    private final ExecutorService worker = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "walarchive-server");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * Makes a call and waits for its result.
     *
     * @param late is given the result if the caller was interrupted and the call succeeded all the same
     * @throws InterruptedException if the caller was interrupted; the call may still be under way
     */
    <T> T call(Callable<T> call, Consumer<T> late) throws SQLException, InterruptedException {
        CompletableFuture<T> result = submit(call);
        waiting.incrementAndGet();
        try {
            return result.get();
        } catch (InterruptedException e) {
            result.thenAccept(late);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            waiting.decrementAndGet();
        }
    }

    private <T> CompletableFuture<T> submit(Callable<T> call) throws SQLException {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            worker.execute(() -> {
                try {
                    result.complete(call.call());
                } catch (Throwable e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            throw new SQLException("the session is closed", "08003", e);
        }
        return result;
    }

    /** Tells whether a caller waits for its result. */
    boolean isBusy() {
        return waiting.get() > 0;
    }

    /** Lets the thread end after the call under way. */
    void finish() {
        worker.shutdown();
    }
}
