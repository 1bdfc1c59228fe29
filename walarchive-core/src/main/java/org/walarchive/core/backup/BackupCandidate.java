package org.walarchive.core.backup;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.walarchive.BackupName;
import org.walarchive.core.inventory.PartitionSet;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/**
 * A backup that is complete.
 *
 * @param name its name
 * @param sentinel what is recorded of it
 * @param partitions its tar partitions, in order
 * @param sentinelPut when its sentinel was put
 */
record BackupCandidate(BackupName name, Sentinel sentinel, List<PartitionSet.Entry> partitions, Instant sentinelPut) {

    TimelineId timeline() {
        return name.segment().timeline();
    }

    /** Returns when it was complete: as it records, else when its sentinel was put. */
    Instant finished() {
        return sentinel.finished().orElse(sentinelPut);
    }

    /** Returns where it is consistent; empty where nothing tells. */
    Optional<Lsn> stop(Optional<WalSegmentSize> size) {
        return sentinel.stopLsn().or(() -> size.flatMap(this::recordedByWalE));
    }

    private Optional<Lsn> recordedByWalE(WalSegmentSize size) {
        String segment = sentinel.stopSegment().orElse("");
        String offset = sentinel.stopOffset().orElse("");
        if (!WalSegmentName.isValid(segment) || !offset.matches("[0-9]{1,8}")) {
            return Optional.empty();
        }
        try {
            long bytes = Long.parseLong(offset);
            // a stop on a boundary is recorded as offset 0 of the segment that ends there
            return Optional.of(WalSegmentName.parse(segment).startLsn(size).plus(bytes == 0 ? size.bytes() : bytes));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
