package org.walarchive.core.verify;

import java.util.List;
import java.util.Optional;
import org.walarchive.core.inventory.BackupObjects;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.tar.TarDialect;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;
import org.walarchive.store.BlobInfo;
import org.walarchive.verification.BackupReport.State;

/**
 * What is known of a backup before its WAL is looked at.
 *
 * @param objects its objects
 * @param state {@link State#GOOD} as long as nothing is known to be wrong
 * @param reason why it is not good
 * @param sentinel what is recorded of it
 * @param extent which WAL it needs; empty where that cannot be known
 * @param partitions its tar partitions that are there
 */
record BackupFacts(
        BackupObjects objects,
        State state,
        Optional<String> reason,
        Optional<Sentinel> sentinel,
        Optional<Extent> extent,
        List<StoredPartition> partitions) {

    /**
     * The WAL that makes a backup consistent.
     *
     * @param timeline of start and stop
     * @param start where recovery begins
     * @param stop where the backup is consistent
     * @param firstSegment the place of the first segment needed
     * @param lastSegment the place of the last segment needed
     */
    record Extent(TimelineId timeline, Lsn start, Lsn stop, long firstSegment, long lastSegment) {}

    /**
     * A tar partition that is there.
     *
     * @param extension how it is compressed
     * @param record what the sentinel says of it; empty for WAL-E's and WAL-G's
     * @param dialect how its tar archive is written
     */
    record StoredPartition(
            int number, BlobInfo blob, String extension, Optional<BackupRecord.Partition> record, TarDialect dialect) {}

    boolean isOfWalG() {
        return sentinel.flatMap(Sentinel::walG).isPresent();
    }

    Optional<BackupRecord> record() {
        return sentinel.flatMap(Sentinel::record);
    }

    /** Tells whether nothing is known to be wrong; it need not have been readable here. */
    boolean mayBeRestored() {
        return state == State.GOOD || state == State.NOT_READABLE_HERE;
    }

    BackupFacts bad(State worse, String why) {
        return mayBeRestored() ? new BackupFacts(objects, worse, Optional.of(why), sentinel, extent, partitions) : this;
    }
}
