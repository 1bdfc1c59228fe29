package org.walarchive;

import org.walarchive.stability.Stable;

/** What a push of a WAL file did. */
@Stable
public enum WalPushResult {
    /** The file is in the archive now. */
    ARCHIVED,
    /** The file was in the archive before, with the same content. */
    ALREADY_ARCHIVED,
    /**
     * The file is <strong>not</strong> in the archive, and PostgreSQL is to be told that it is: more waits than
     * {@link ArchiveConfig#walQueueLimit} allows. Never where no limit is set.
     */
    DROPPED,
    /**
     * The history of a timeline is not in the archive yet, and PostgreSQL is to be told that it is, as with {@link #DROPPED}. It stays where it is, and is
     * archived before any other file is.
     */
    POSTPONED
}
