package org.walarchive.core.codec;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Threads that compress blocks for any number of streams, and the memory that they may use for it. A stream goes on without
 * them, at the speed of its reader, where there is no memory left. To be closed after the streams.
 */
public final class CompressionWorkers implements AutoCloseable {

    /** The part of the heap that blocks may take beyond the one that every stream has. */
    private static final int HEAP_FRACTION = 5;

    private static final int UNIT_BYTES = 256 * 1024;
    private static final int LONGEST_CLOSE_SECONDS = 30;

    private final ExecutorService threads;
    private final Semaphore units;
    private final int blocksPerStream;

    /** Makes as many threads. */
    public CompressionWorkers(int count) {
        this(count, Runtime.getRuntime().maxMemory() / HEAP_FRACTION);
    }

    CompressionWorkers(int count, long memoryBytes) {
        threads = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "walarchive-compress");
            thread.setDaemon(true);
            return thread;
        });
        units = new Semaphore((int) Math.min(Integer.MAX_VALUE, memoryBytes / UNIT_BYTES));
        // one that is read, one that is written, and one for each thread
        blocksPerStream = count + 2;
    }

    /** Returns how many blocks a stream has at once, at most. */
    int blocksPerStream() {
        return blocksPerStream;
    }

    Executor executor() {
        return threads;
    }

    /** Takes memory for a further block, if there is some. */
    boolean tryReserve(int bytes) {
        return units.tryAcquire(unitsOf(bytes));
    }

    void release(int bytes) {
        units.release(unitsOf(bytes));
    }

    private static int unitsOf(int bytes) {
        return bytes / UNIT_BYTES + 1;
    }

    /** Waits for the blocks that are being compressed. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LONGEST_CLOSE_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
