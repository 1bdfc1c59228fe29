package org.walarchive.core.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.WalFetchResult;
import org.walarchive.postgres.WalFileName;

/** What the agent does with the archive. Thread-safe. */
interface ArchiveWork extends AutoCloseable {

    /** Returns when the file is durable, or was dropped as the archive's limit demands; joins a push of it that is under way. */
    void push(WalFileName name) throws ArchiveException, InterruptedException;

    /**
     * Begins to push what is ready, as far as threads are free, and then waits as long as all threads are busy, a second at most.
     *
     * @return whether there may be more to begin at once
     */
    boolean ahead() throws InterruptedException;

    /** Tells in how long something that failed is tried again without being asked for; empty where nothing is. */
    Optional<Duration> untilRetry();

    /** Forgets the acknowledgements of what PostgreSQL has collected, and removes what killed processes left. */
    void sweep();

    /** Fetches a file, and lets the next ones come. */
    WalFetchResult fetch(WalFileName name, Path target) throws ArchiveException, InterruptedException;

    /** Tells how many files had been waiting when they were fetched. */
    long prefetched();

    /** Tells how many files were dropped and could not be noted. */
    long unnoted();

    /** Waits until nothing is being pushed ahead, or the time is over. */
    void awaitIdle(Duration longest) throws InterruptedException;

    /** Interrupts what is under way; what did not finish counts as not archived. */
    @Override
    void close();
}
