package org.walarchive.core.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.walarchive.core.inventory.SegmentRange;
import org.walarchive.core.verify.BackupFacts.Extent;
import org.walarchive.core.verify.TimelinePath.Piece;
import org.walarchive.postgres.TimelineId;

/** What recovery can reach from each backup, and what it uses on the way. */
final class Reach {

    private final WalMap wal;
    private final Timelines timelines;
    private final Gaps gaps;
    private final Map<TimelineId, List<SegmentRange>> used = new TreeMap<>();

    Reach(WalMap wal, Timelines timelines, Gaps gaps) {
        this.wal = wal;
        this.timelines = timelines;
        this.gaps = gaps;
    }

    /**
     * How far recovery gets on the way to a timeline.
     *
     * @param path the way
     * @param end the place after the last segment that is used
     * @param stopped whether there is WAL of the way behind that
     */
    record Run(TimelinePath path, long end, boolean stopped) {}

    /** Returns how far recovery from a backup gets, for each timeline that it can get to. */
    List<Run> from(Extent backup) {
        List<Run> runs = new ArrayList<>();
        for (TimelinePath path : timelines.paths()) {
            if (path.history().includes(backup.timeline(), backup.stop())) {
                long end = path.runEnd(wal, backup.firstSegment());
                boolean stopped = path.hasFrom(wal, end);
                boolean arrives = path.timeline().equals(backup.timeline())
                        || end > path.last().begin();
                if (stopped && end >= backup.firstSegment()) {
                    gaps.stopsAt(path.timelineAt(end), end);
                }
                if (arrives && end > backup.lastSegment()) {
                    runs.add(new Run(path, end, stopped));
                    use(path, backup.firstSegment(), end);
                }
            }
        }
        return runs;
    }

    /** Returns the first segment that a backup lacks on its own timeline. */
    long firstMissing(Extent backup) {
        return wal.runEnd(backup.timeline(), backup.firstSegment());
    }

    private void use(TimelinePath path, long begin, long end) {
        for (Piece piece : path.pieces()) {
            long from = Math.max(begin, piece.begin());
            long to = Math.min(end, piece.end());
            if (from < to) {
                used.computeIfAbsent(piece.timeline(), key -> new ArrayList<>()).add(new SegmentRange(from, to));
            }
        }
    }

    /** Returns the segments of a timeline that no backup uses. */
    List<SegmentRange> unused(TimelineId timeline) {
        List<SegmentRange> taken = new ArrayList<>(used.getOrDefault(timeline, List.of()));
        taken.sort(Comparator.comparingLong(SegmentRange::begin));
        List<SegmentRange> left = new ArrayList<>();
        for (SegmentRange range : wal.ranges(timeline)) {
            long next = range.begin();
            for (SegmentRange use : taken) {
                if (use.end() > next && use.begin() < range.end()) {
                    range(next, use.begin()).ifPresent(left::add);
                    next = Math.max(next, use.end());
                }
            }
            range(next, range.end()).ifPresent(left::add);
        }
        return left;
    }

    private static Optional<SegmentRange> range(long begin, long end) {
        return begin < end ? Optional.of(new SegmentRange(begin, end)) : Optional.empty();
    }
}
