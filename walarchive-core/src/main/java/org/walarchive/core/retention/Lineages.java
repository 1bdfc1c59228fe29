package org.walarchive.core.retention;

import java.util.List;
import java.util.Optional;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.retention.KnownBackup.Position;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineHistory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentSize;

/** Which backups reach which timelines. Where that is not known, the answer is the one by which more stays. */
final class Lineages {

    private final Inventory inventory;
    private final Optional<WalSegmentSize> size;

    Lineages(Inventory inventory) {
        this.inventory = inventory;
        this.size = inventory.segmentSize();
    }

    /** Tells whether it is known where a timeline comes from. */
    boolean isKnown(TimelineId timeline) {
        return !histories(timeline).isEmpty();
    }

    /**
     * Tells whether a recovery from a backup may read WAL of a timeline: the backup's own, one that comes from it after the
     * backup, or one that it comes from (whose last segment has the beginning of the next timeline's first).
     */
    boolean mayNeed(KnownBackup backup, TimelineId timeline) {
        TimelineId own = backup.timeline();
        if (own.equals(timeline) || backup.position() == Position.DOUBTFUL || size.isEmpty()) {
            return true;
        }
        boolean later = own.compareTo(timeline) < 0;
        List<TimelineHistory> histories = histories(later ? timeline : own);
        return histories.isEmpty()
                || histories.stream()
                        .anyMatch(history -> later ? includes(history, backup) : isAncestor(history, timeline));
    }

    /** Tells whether a backup is known to lie in a timeline's past or on it, so that recovery can go from it to there. */
    boolean reaches(KnownBackup backup, TimelineId timeline) {
        return backup.position() == Position.NAMED
                && size.map(known -> backup.segment().segment() < known.segmentsPerXlogId())
                        .orElse(true)
                && (backup.timeline().equals(timeline)
                        || size.isPresent()
                                && histories(timeline).stream()
                                        .anyMatch(history -> history.includes(backup.timeline(), start(backup))));
    }

    /** As exactly as the name tells; offsets of nine digits are cut. */
    private Lsn start(KnownBackup backup) {
        if (backup.start().isPresent()) {
            return backup.start().get();
        }
        WalSegmentSize known = size.orElseThrow();
        String offset = backup.name().offset();
        Lsn segment = backup.segment().startLsn(known);
        return known.bytes() < 100_000_000 && offset.matches("[0-9]+") ? segment.plus(Long.parseLong(offset)) : segment;
    }

    private boolean includes(TimelineHistory history, KnownBackup backup) {
        WalSegmentSize known = size.orElseThrow();
        if (backup.segment().segment() >= known.segmentsPerXlogId()) {
            return true;
        }
        Lsn start = backup.segment().startLsn(known);
        return history.includes(backup.timeline(), start);
    }

    private static boolean isAncestor(TimelineHistory history, TimelineId timeline) {
        return history.ancestors().stream()
                .anyMatch(ancestor -> ancestor.timeline().equals(timeline));
    }

    /** Its own history, else what the histories of timelines that come from it say of it. */
    private List<TimelineHistory> histories(TimelineId timeline) {
        Optional<TimelineHistory> own = inventory.history(timeline);
        return own.isPresent()
                ? List.of(own.get())
                : inventory.histories().values().stream()
                        .filter(history -> isAncestor(history, timeline))
                        .map(history -> upTo(history, timeline))
                        .distinct()
                        .toList();
    }

    private static TimelineHistory upTo(TimelineHistory history, TimelineId timeline) {
        return new TimelineHistory(
                timeline,
                history.ancestors().stream()
                        .takeWhile(ancestor -> !ancestor.timeline().equals(timeline))
                        .toList());
    }
}
