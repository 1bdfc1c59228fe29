package org.walarchive;

import org.walarchive.stability.Stable;

/** A word that lets a deletion go beyond what is safe by default. */
@Stable
public enum DeletionOverride {
    /**
     * Fewer backups may stay than {@link ArchiveConfig#retentionFloor} says, even none, and none that reaches the newest timeline.
     */
    BELOW_FLOOR,
    /** Backups with a keep mark go too; with {@link DeletionPolicy.Everything} only. */
    INCLUDING_KEPT,
    /** Backups that may be being taken go too; with {@link DeletionPolicy.Everything} only. Whoever takes one finds it gone. */
    INCLUDING_UNFINISHED
}
