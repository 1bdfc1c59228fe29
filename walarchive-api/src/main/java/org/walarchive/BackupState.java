package org.walarchive;

import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.walarchive.stability.Stable;

/**
 * What the list of a backup's objects says of it. No partition is read for it: that all objects are there, and as long as they were,
 * does not prove that their content is whole.
 *
 * @param kind whether it can be restored
 * @param reason why it is {@link Kind#BROKEN}, a sentence; empty otherwise
 * @param partitions how many tar partitions there are
 * @param storedSizeBytes what all its objects take in the store
 * @param compressions how its partitions are compressed, by the extensions of their keys such as {@code lzo}
 */
@Stable
public record BackupState(
        Kind kind, Optional<String> reason, int partitions, long storedSizeBytes, SortedSet<String> compressions) {

    /** For how long after its newest object was put a backup without a sentinel counts as being taken: 24 hours. */
    public static final Duration IN_PROGRESS_LIMIT = Duration.ofHours(24);

    /** The kinds of backups. */
    public enum Kind {
        /** It has a sentinel, and all partitions that the sentinel records, or WAL-E's numbers demand. */
        COMPLETE,
        /** It has no sentinel, and its newest object is younger than {@link #IN_PROGRESS_LIMIT}, by this machine's clock. */
        IN_PROGRESS,
        /** It has no sentinel, and nothing was added to it for {@link #IN_PROGRESS_LIMIT}: it will never be complete. */
        ABANDONED,
        /** It has a sentinel, and cannot be restored. */
        BROKEN
    }

    /** Copies the set. */
    public BackupState {
        compressions = Collections.unmodifiableSortedSet(new TreeSet<>(compressions));
    }
}
