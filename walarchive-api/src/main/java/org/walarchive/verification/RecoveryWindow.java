package org.walarchive.verification;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.stability.Experimental;

/**
 * To where recovery from a backup can get.
 *
 * @param timeline the timeline that recovery goes to ({@code recovery_target_timeline})
 * @param from the first position: where the backup is consistent
 * @param fromTime when that was, by the clock of the host that took the backup, or where that is not recorded, when its sentinel
 *     was put
 * @param lastSegment the last segment that can be used
 * @param to the end of that segment. The last record in it may end before
 * @param toTime when that segment was archived, by the store's clock: everything committed some seconds before is in it
 * @param end why the window ends there
 */
@Experimental
public record RecoveryWindow(
        TimelineId timeline,
        Lsn from,
        Instant fromTime,
        WalSegmentName lastSegment,
        Lsn to,
        Optional<Instant> toTime,
        End end) {

    /** Why a window ends. */
    public enum End {
        /** There is no later WAL of the timeline. */
        END_OF_WAL,
        /** There is later WAL, and some is missing or damaged before it. */
        GAP
    }

    /** Checks for null. */
    public RecoveryWindow {
        Objects.requireNonNull(timeline);
        Objects.requireNonNull(from);
        Objects.requireNonNull(fromTime);
        Objects.requireNonNull(lastSegment);
        Objects.requireNonNull(to);
        Objects.requireNonNull(toTime);
        Objects.requireNonNull(end);
    }
}
