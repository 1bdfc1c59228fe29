package org.walarchive.examples.controlplane;

import java.time.Instant;
import java.util.Optional;
import org.walarchive.ArchiveException;

/** What can be done for a cluster. Each call opens and closes the archive, so that one that is gone today is found tomorrow. */
interface ClusterWork {

    /**
     * What came of it.
     *
     * @param good whether nobody has to look
     * @param message what was done, or what is wrong
     */
    record Result(boolean good, String message) {}

    /** Tells when the last base backup of the archive was complete, whoever took it. */
    Optional<Instant> lastBackup() throws ArchiveException, InterruptedException;

    /** Takes a base backup. */
    Result backUp() throws ArchiveException, InterruptedException;

    /** Deletes what the policy lets go. */
    Result retain() throws ArchiveException, InterruptedException;

    /** Proves that the newest base backup restores. */
    Result drill() throws ArchiveException, InterruptedException;
}
