package org.walarchive.core.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.walarchive.core.inventory.SegmentRange;
import org.walarchive.core.verify.TimelinePath.Piece;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.verification.SegmentSpan;
import org.walarchive.verification.WalGap;

/**
 * What is missing of each timeline: between its segments, before its first one if it branched off another or a backup needs it,
 * and behind its last one if another timeline that has WAL branched off later.
 */
final class Gaps {

    private final WalMap wal;
    private final WalSegmentSize size;
    private final Map<TimelineId, Long> begins = new TreeMap<>();
    private final Map<TimelineId, Long> ends = new TreeMap<>();
    private final Map<TimelineId, NavigableSet<Long>> stops = new TreeMap<>();

    Gaps(WalMap wal, WalSegmentSize size, Timelines timelines) {
        this.wal = wal;
        this.size = size;
        for (TimelinePath path : timelines.paths()) {
            begins.put(path.timeline(), path.last().begin());
            if (wal.hasBetween(path.timeline(), path.last().begin(), Long.MAX_VALUE)) {
                for (Piece piece : path.pieces()) {
                    if (piece.end() < Long.MAX_VALUE && piece.begin() < piece.end()) {
                        ends.merge(piece.timeline(), piece.end(), Math::max);
                    }
                }
            }
        }
    }

    /** Notes that recovery from a backup stops for want of a segment, with others behind it. */
    void stopsAt(TimelineId timeline, long number) {
        stops.computeIfAbsent(timeline, key -> new TreeSet<>()).add(number);
    }

    List<WalGap> of(TimelineId timeline) {
        List<WalGap> gaps = new ArrayList<>();
        List<SegmentRange> ranges = wal.ranges(timeline);
        if (ranges.isEmpty()) {
            return gaps;
        }
        long begin = begins.getOrDefault(timeline, 0L);
        long next = begin == 0 ? Math.min(ranges.get(0).begin(), firstStop(timeline)) : begin;
        for (SegmentRange range : ranges) {
            add(gaps, timeline, next, range.begin());
            next = range.end();
        }
        add(gaps, timeline, next, ends.getOrDefault(timeline, 0L));
        return gaps;
    }

    /** Returns the first segment for want of which recovery stops. */
    private long firstStop(TimelineId timeline) {
        NavigableSet<Long> ofTimeline = stops.get(timeline);
        return ofTimeline == null ? Long.MAX_VALUE : ofTimeline.first();
    }

    private void add(List<WalGap> gaps, TimelineId timeline, long begin, long end) {
        if (begin < end) {
            boolean stopsRecovery = !stops.getOrDefault(timeline, new TreeSet<>())
                    .subSet(begin, end)
                    .isEmpty();
            gaps.add(new WalGap(
                    span(timeline, begin, end),
                    wal.damagedBetween(timeline, begin, end),
                    stopsRecovery ? WalGap.Effect.STOPS_RECOVERY : WalGap.Effect.NONE));
        }
    }

    private SegmentSpan span(TimelineId timeline, long begin, long end) {
        return span(timeline, new SegmentRange(begin, end), size);
    }

    static SegmentSpan span(TimelineId timeline, SegmentRange range, WalSegmentSize size) {
        return new SegmentSpan(
                WalSegmentName.at(timeline, range.begin(), size),
                WalSegmentName.at(timeline, range.end() - 1, size),
                range.count());
    }
}
