package org.walarchive.verification;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.walarchive.BackupName;
import org.walarchive.postgres.Lsn;
import org.walarchive.stability.Experimental;

/**
 * A base backup, or what is left of one.
 *
 * @param name its name
 * @param state whether it can be restored
 * @param reason why it cannot, or why that is not known; empty if it can
 * @param startLsn where recovery begins
 * @param stopLsn where the backup is consistent
 * @param started when it began, where that is recorded
 * @param finished when its last partition was stored, where that is recorded
 * @param lastModified when the newest of its objects was put, by the store's clock
 * @param serverVersion {@code server_version_num}, where that is recorded
 * @param partitions how many tar partitions there are
 * @param storedBytes what its objects take in the store
 * @param windows to where recovery from it can get, by timeline; none unless its state is {@link State#GOOD} or
 *     {@link State#NOT_READABLE_HERE}
 */
@Experimental
public record BackupReport(
        BackupName name,
        State state,
        Optional<String> reason,
        Optional<Lsn> startLsn,
        Optional<Lsn> stopLsn,
        Optional<Instant> started,
        Optional<Instant> finished,
        Instant lastModified,
        OptionalInt serverVersion,
        int partitions,
        long storedBytes,
        List<RecoveryWindow> windows) {

    /** Whether a backup can be restored. */
    public enum State {
        /** All of it is there, as far as it was looked at, with the WAL that makes it consistent. */
        GOOD,
        /** A segment from its start to its stop is missing or damaged. */
        LACKS_WAL,
        /** A tar partition is missing, too many, or not of the recorded length. */
        INCOMPLETE,
        /** What it holds is damaged. Found by {@link VerifyRequest.Depth#DEEP} only. */
        DAMAGED,
        /**
         * All of it is there, with the WAL that makes it consistent, but it could not be looked into where this was done, for want of a
         * key or of a library: it may be whole. Found by {@link VerifyRequest.Depth#DEEP} only.
         */
        NOT_READABLE_HERE,
        /** Its sentinel cannot be understood. */
        UNREADABLE,
        /** It has no sentinel yet, and something was put not long ago. */
        IN_PROGRESS,
        /** It has no sentinel, and nothing was put for long: no backup, but it takes space. */
        ABANDONED
    }

    /** Copies the list. */
    public BackupReport {
        Objects.requireNonNull(name);
        Objects.requireNonNull(state);
        windows = List.copyOf(windows);
    }
}
