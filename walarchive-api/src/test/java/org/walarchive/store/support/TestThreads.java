package org.walarchive.store.support;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that are refused as Java refuses them. */
final class TestThreads {

    private TestThreads() {}

    /** What {@link Thread#start} throws where the system has no thread. */
    static OutOfMemoryError refusal() {
        return new OutOfMemoryError(
                "unable to create native thread: possibly out of memory or process/resource limits reached");
    }

    /** Starts some tasks, and none after that. */
    static Executor some(int count, Executor threads, Error refusal) {
        AtomicInteger left = new AtomicInteger(count);
        return task -> {
            if (left.getAndDecrement() <= 0) {
                throw refusal;
            }
            threads.execute(task);
        };
    }
}
