package org.walarchive;

import org.walarchive.stability.Stable;

/** Why an object goes or stays. Further reasons may come in any release. */
@Stable
public enum DeletionReason {
    /** Goes: a base backup that the policy does not retain. */
    NOT_RETAINED(true),
    /** Goes: of a base backup that has no sentinel and is not being taken any more. */
    ABANDONED(true),
    /** Goes: what an earlier deletion that was interrupted left. */
    LEFT_OVER(true),
    /** Goes: WAL that no backup that stays can need. */
    NOT_NEEDED(true),
    /** Goes: the whole archive does. */
    EVERYTHING(true),
    /** Goes: of a layout before WAL-E 0.5. */
    OLD_VERSION(true),

    /** Stays: a base backup that the policy retains. */
    RETAINED(false),
    /** Stays: a base backup that starts before the place that the policy names, but was taken later than what is there. */
    NEWER(false),
    /** Stays: a base backup with a keep mark, or that WAL-G marked as permanent. */
    KEPT(false),
    /** Stays: without it fewer backups would be left than the floor says. */
    FLOOR(false),
    /** Stays: the newest timeline can be reached from no newer backup. */
    NEWEST_TIMELINE(false),
    /** Stays: a base backup that is being taken, as far as can be told. */
    IN_PROGRESS(false),
    /** Stays: a base backup that cannot be restored, but is not older than those that are retained. */
    BROKEN(false),
    /** Stays: a base backup of another cluster, whose positions say nothing about this one's. */
    OTHER_CLUSTER(false),
    /** Stays: WAL that a backup that stays may need, or a base backup that a delta backup of WAL-G which stays builds upon. */
    NEEDED(false),
    /** Stays: WAL of a timeline whose history is missing, so that nobody knows what needs it. */
    HISTORY_MISSING(false),
    /** Stays: WAL after the oldest backup that stays, of a timeline that none of them can reach. */
    UNREACHED(false),
    /** Stays: it does not lie before the place that the policy names, or there is no backup to measure by. */
    NOT_BEFORE(false),
    /** Stays: histories of timelines are small, and needed for ever. */
    HISTORY(false),
    /** Stays: nobody knows what it is. */
    UNKNOWN(false);

    private final boolean goes;

    DeletionReason(boolean goes) {
        this.goes = goes;
    }

    /**
     * Tells which of both it is a reason for.
     *
     * @return true if the object goes
     */
    public boolean goes() {
        return goes;
    }
}
