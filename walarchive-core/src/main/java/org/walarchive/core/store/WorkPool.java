package org.walarchive.core.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Works on a few things at once, such as partitions. The first failure stops all; closing interrupts what still runs and waits for it, so
 * that nothing is written after a failure was reported.
 */
public final class WorkPool<T> implements AutoCloseable {

    /** A store that does not heed the interrupt for so long is left to end by itself. */
    private static final int LONGEST_CLOSE_SECONDS = 30;

    private final ExecutorService threads;
    private final CompletionService<T> running;
    private final int size;
    private final List<T> results = new ArrayList<>();
    private int pending;

    /** Makes a pool of as many threads, which have the name. */
    public WorkPool(int size, String name) {
        this.size = size;
        this.threads = Executors.newFixedThreadPool(size, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        this.running = new ExecutorCompletionService<>(threads);
    }

    /** Hands over work; waits while as many as the pool's size are running. */
    public void submit(Callable<T> work) throws ExecutionException, InterruptedException {
        while (pending >= size) {
            takeOne();
        }
        running.submit(work);
        pending++;
    }

    /** Waits for all, and returns their results in no particular order; null is none. */
    public List<T> await() throws ExecutionException, InterruptedException {
        while (pending > 0) {
            takeOne();
        }
        return results;
    }

    private void takeOne() throws ExecutionException, InterruptedException {
        T result = running.take().get();
        pending--;
        if (result != null) {
            results.add(result);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        boolean interrupted = false;
        try {
            for (int second = 0; second < LONGEST_CLOSE_SECONDS; second++) {
                try {
                    if (threads.awaitTermination(1, TimeUnit.SECONDS)) {
                        return;
                    }
                    threads.shutdownNow();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
