package org.walarchive.store.support;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.walarchive.stability.Experimental;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/**
 * Starts tasks, for which there may be no thread: the store is closed, or the system has no more of them. Java tells the latter by the error
 * that also tells of a full heap; only this one stays an error here.
 */
@Experimental
public final class TaskThreads {

    private static final String HINT =
            "Is a limit on processes and threads reached, such as ulimit -u or the pids.max of a container?";

    private TaskThreads() {}

    /**
     * Starts a task in another thread.
     *
     * @param threads starts a thread for each task at once; it may refuse when the store is closed
     * @param task the task; it is not run if an exception is thrown
     * @param during what messages call it, such as {@code keys were deleted in s3://bucket}
     * @throws StoreException of kind UNAVAILABLE if the system has no thread for it
     * @throws IllegalStateException if the store is closed
     */
    public static void start(Executor threads, Runnable task, String during) throws StoreException {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the store was closed while " + during, e);
        } catch (OutOfMemoryError e) {
            throw refused("no thread could be started while " + during, e);
        }
    }

    /** Makes the exception for a thread that the system refused; if it is another memory that ended, the error goes on. */
    static StoreException refused(String message, OutOfMemoryError failure) {
        // "unable to create native thread: …"; of the heap and other memory Java never speaks so
        if (failure.getMessage() == null || !failure.getMessage().contains("thread")) {
            throw failure;
        }
        return new StoreException(Kind.UNAVAILABLE, message, HINT, failure);
    }
}
