package org.walarchive.core.backup;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.walarchive.ArchiveException;
import org.walarchive.RecoveryTarget;
import org.walarchive.RestorePlan;
import org.walarchive.RestorePlan.LastSegment;
import org.walarchive.core.inventory.BackupObjects;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.inventory.SegmentRange;
import org.walarchive.core.inventory.WalIndex;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.postgres.TimelineHistory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/** Works out which WAL segments a recovery reads, and which of them are in the archive. */
final class NeededWal {

    private final Inventory inventory;
    private final BackupChoice backups;
    private final BackupCandidate backup;
    private final TimelineHistory history;
    private final WalSegmentSize size;
    private final RecoveryPath path;

    NeededWal(Inventory inventory, BackupChoice backups, BackupChoice.Chosen chosen, WalSegmentSize size) {
        this.inventory = inventory;
        this.backups = backups;
        this.backup = chosen.backup();
        this.history = chosen.history();
        this.size = size;
        this.path = new RecoveryPath(history, size);
    }

    /** The last place, and how well it is known. */
    private record Last(long place, LastSegment known) {}

    /** Returns the WAL from the backup's start to the target. */
    RestorePlan.Wal to(RecoveryTarget target) throws ArchiveException, InterruptedException {
        long begin = backup.name().segment().number(size);
        Last last = last(target);
        SegmentRange needed = new SegmentRange(begin, Math.max(last.place(), Math.max(consistent(), begin)) + 1);
        return describe(needed, last.known());
    }

    private Last last(RecoveryTarget target) throws ArchiveException, InterruptedException {
        if (target instanceof RecoveryTarget.Immediate) {
            return new Last(consistent(), LastSegment.KNOWN);
        }
        if (target instanceof RecoveryTarget.LsnAt at) {
            // recovery ends at the first record that begins at the position or after it
            return new Last(
                    WalSegmentName.containing(history.timeline(), at.lsn(), size)
                            .number(size),
                    LastSegment.KNOWN);
        }
        if (target instanceof RecoveryTarget.Time at) {
            OptionalLong bound = boundByLaterBackup(at.time());
            if (bound.isPresent()) {
                return new Last(bound.getAsLong(), LastSegment.AT_MOST);
            }
        }
        return new Last(path.newest(inventory.wal()), LastSegment.NEWEST_IN_ARCHIVE);
    }

    /** Returns the place of the last segment that the backup itself needs. */
    private long consistent() {
        long begin = backup.name().segment().number(size);
        return backup.stop(Optional.of(size))
                .map(stop ->
                        WalSegmentName.endingAt(backup.timeline(), stop, size).number(size))
                .filter(place -> place >= begin)
                .orElse(begin);
    }

    /**
     * Where a backup of a primary was begun after a time, all that was committed up to the time lies before the backup's start. That
     * of a standby begins at an earlier checkpoint, and WAL-E does not record when its backups began.
     */
    private OptionalLong boundByLaterBackup(Instant time) throws ArchiveException, InterruptedException {
        List<BackupObjects> later = inventory.backups().stream()
                .filter(objects -> objects.sentinel().isPresent())
                .filter(objects ->
                        objects.name().segment().compareTo(backup.name().segment()) >= 0)
                .sorted(Comparator.comparing(objects -> objects.name().segment()))
                .toList();
        for (BackupObjects objects : later) {
            Optional<BackupCandidate> candidate = backups.complete(objects);
            Optional<BackupRecord> record =
                    candidate.flatMap(found -> found.sentinel().record());
            if (record.isPresent()
                    && record.get().source() == BackupRecord.Source.PRIMARY
                    && record.get().started().isAfter(time)
                    && history.includes(record.get().timeline(), record.get().startLsn())) {
                return OptionalLong.of(WalSegmentName.containing(
                                history.timeline(), record.get().startLsn(), size)
                        .number(size));
            }
        }
        return OptionalLong.empty();
    }

    private RestorePlan.Wal describe(SegmentRange needed, LastSegment known) {
        WalIndex wal = inventory.wal();
        long present = 0;
        long storedBytes = 0;
        for (SegmentRange range : path.present(wal, needed)) {
            present += range.count();
            for (long place = range.begin(); place < range.end(); place++) {
                storedBytes += wal.storedBytes(path.segmentAt(place)).orElse(0);
            }
        }
        List<RestorePlan.Gap> gaps = path.gaps(wal, needed).stream()
                .map(gap ->
                        new RestorePlan.Gap(path.segmentAt(gap.begin()), path.segmentAt(gap.end() - 1), gap.count()))
                .toList();
        WalSegmentName last = path.segmentAt(needed.end() - 1);
        boolean newest = wal.lastOf(last.timeline(), 1).stream()
                .anyMatch(object -> object.name().equals(last));
        return new RestorePlan.Wal(
                path.segmentAt(needed.begin()),
                last,
                known,
                needed.count(),
                present,
                storedBytes,
                gaps,
                newest ? wal.lastPut(last.timeline()) : Optional.empty());
    }

    /** Returns the timelines that the WAL is read from. */
    List<TimelineId> timelines(RestorePlan.Wal wal) {
        return path.timelines(
                new SegmentRange(wal.first().number(size), wal.last().number(size) + 1));
    }
}
