package org.walarchive;

import org.walarchive.stability.Stable;

/**
 * What becomes of one object.
 *
 * @param key its key, relative to the archive's prefix
 * @param sizeBytes its length
 * @param kind what it is
 * @param reason why it goes or stays
 * @param explanation the reason as a phrase, which names the backup that needs the object where there is one
 */
@Stable
public record DeletionDecision(String key, long sizeBytes, Kind kind, DeletionReason reason, String explanation) {

    /** What an object is. */
    public enum Kind {
        /** The sentinel of a base backup. */
        SENTINEL,
        /** The version text of a base backup. */
        VERSION,
        /** A tar partition of a base backup, or what else lies among them. */
        PARTITION,
        /** A WAL segment. */
        SEGMENT,
        /** A segment that was not full when its timeline was left. */
        PARTIAL,
        /** PostgreSQL's record of a base backup. */
        BACKUP_HISTORY,
        /** The history of a timeline. */
        TIMELINE_HISTORY,
        /** Part of a base backup in an old layout, what WAL-G keeps beside its partitions, or unknown and among base backups. */
        OTHER_BACKUP_OBJECT,
        /** Part of the WAL in an old layout, or unknown and among WAL files. */
        OTHER_WAL_OBJECT,
        /** The archive's record of its cluster, or a mark on a base backup. */
        RECORD
    }

    /**
     * Tells what becomes of the object.
     *
     * @return true if it goes
     */
    public boolean goes() {
        return reason.goes();
    }
}
