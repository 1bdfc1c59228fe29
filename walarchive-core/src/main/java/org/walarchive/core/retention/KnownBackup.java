package org.walarchive.core.retention;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.walarchive.BackupName;
import org.walarchive.DeletionPlan.BackupDecision.State;
import org.walarchive.core.inventory.BackupObjects;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.store.BlobInfo;

/**
 * What is known of a base backup.
 *
 * @param objects its objects
 * @param state whether it can be restored
 * @param flaw why not; empty if it can
 * @param time when it was finished by its own record, else when its newest object was put
 * @param firstNeeded the first segment that it may need
 * @param position whether its name says where it starts
 * @param cluster its cluster, where that is recorded
 * @param start where it starts, where that is recorded as a position
 * @param deltaFrom the backup that it holds the changes from, of WAL-G's delta backups: its name, or the beginning of that
 * @param permanent whether WAL-G marked it as permanent
 * @param sentinelUnread whether it has WAL-G's form of a name, and a sentinel that cannot be read here
 */
record KnownBackup(
        BackupObjects objects,
        State state,
        String flaw,
        Instant time,
        WalSegmentName firstNeeded,
        Position position,
        Optional<SystemIdentifier> cluster,
        Optional<Lsn> start,
        Optional<String> deltaFrom,
        boolean permanent,
        boolean sentinelUnread) {

    /** Oldest first; backups of the same moment by their place. */
    static final Comparator<KnownBackup> BY_TIME =
            Comparator.comparing(KnownBackup::time).thenComparing(KnownBackup::segment);

    /** Lowest first; backups of the same segment by their offset, and on timelines by their number. */
    static final Comparator<KnownBackup> BY_PLACE = Comparator.comparing(KnownBackup::segment)
            .thenComparing(backup -> backup.name().offset());

    /** Whether a backup's name can be believed. */
    enum Position {
        /** It says where the backup starts. */
        NAMED,
        /**
         * It may be one of WAL-E's offline backups, whose names may say a higher segment than the true one, and the
         * timeline in decimal digits ({@code docs/format.md}).
         */
        DOUBTFUL
    }

    BackupName name() {
        return objects.name();
    }

    WalSegmentName segment() {
        return name().segment();
    }

    TimelineId timeline() {
        return segment().timeline();
    }

    /** Returns when its newest object was put, the sentinel if it has one: by the store's clock. */
    Instant put() {
        return objects.sentinel().map(BlobInfo::lastModified).orElseGet(objects::lastModified);
    }

    /** Tells whether a delta backup of WAL-G's holds the changes from another backup. */
    boolean isDeltaOf(KnownBackup other) {
        return deltaFrom.isPresent()
                && (other.name().toString().equals(deltaFrom.get())
                        || other.name().toString().startsWith(deltaFrom.get() + "_"));
    }

    boolean isRestorable() {
        return state == State.RESTORABLE;
    }
}
