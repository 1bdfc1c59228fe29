package org.walarchive.core.backup;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.tar.Member;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentSize;

/** What a base backup asks of the server whose files it copies: a running one or a stopped one. */
interface BackupSession extends AutoCloseable {

    /** Returns the cluster. */
    SystemIdentifier systemIdentifier();

    /** Begins the backup: what is read from now on, with the WAL from the start on, makes a consistent whole. */
    Start begin() throws ArchiveException, InterruptedException;

    /** Fails if the backup has been lost on the server, so that it is known before the end. */
    void check() throws ArchiveException, InterruptedException;

    /**
     * Ends the backup; called when all other files have been stored.
     *
     * @return with the members that go into the last partition, {@code global/pg_control} last
     */
    Stop end() throws ArchiveException, IOException, InterruptedException;

    /** Ends the backup on the server if it was begun and not ended. Never throws. */
    @Override
    void close();

    /**
     * A backup that has begun.
     *
     * @param serverVersion {@code server_version_num}
     * @param versionText what goes into {@code extended_version.txt}
     * @param timeline the timeline
     * @param lsn where recovery begins
     * @param segmentSize the size of WAL segments
     * @param source what it is taken of
     */
    record Start(
            int serverVersion,
            String versionText,
            TimelineId timeline,
            Lsn lsn,
            WalSegmentSize segmentSize,
            BackupRecord.Source source) {}

    /**
     * A backup that has ended.
     *
     * @param lsn where it is consistent
     * @param members what completes it
     * @param archiverState how archiving stands on the server, for the message when WAL is missing; empty when no WAL has
     *     to be waited for because the backup holds it
     */
    record Stop(Lsn lsn, List<Member> members, Optional<ArchiverState> archiverState) {}

    /** Tells how archiving stands. */
    @FunctionalInterface
    interface ArchiverState {
        /** Returns a sentence; empty if it cannot be had. */
        String describe() throws InterruptedException;
    }
}
