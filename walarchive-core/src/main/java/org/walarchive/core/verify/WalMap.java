package org.walarchive.core.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.walarchive.core.inventory.SegmentRange;
import org.walarchive.core.inventory.WalIndex;
import org.walarchive.core.inventory.WalIndex.SegmentObject;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentSize;

/** Where there is WAL that can be used: ranges of places for each timeline. */
final class WalMap {

    private final Map<TimelineId, List<SegmentRange>> ranges = new TreeMap<>();
    private final DamagedSegments damaged;

    /** Takes the segments of an archive but for those that are damaged, and those that cannot exist at this size. */
    WalMap(WalIndex wal, WalSegmentSize size, DamagedSegments damaged) {
        this.damaged = damaged;
        for (TimelineId timeline : wal.timelines()) {
            Builder builder = new Builder();
            wal.forEach(timeline, segment -> {
                if (isPossible(segment, size)) {
                    long number = segment.name().number(size);
                    if (!damaged.contains(timeline, number)) {
                        builder.add(number);
                    }
                }
            });
            ranges.put(timeline, builder.finish());
        }
    }

    static boolean isPossible(SegmentObject segment, WalSegmentSize size) {
        return segment.name().segment() < size.segmentsPerXlogId();
    }

    /** Puts ascending numbers together. */
    private static final class Builder {

        private final List<SegmentRange> found = new ArrayList<>();
        private long begin = -1;
        private long end = -1;

        void add(long number) {
            if (number >= end) {
                if (number != end) {
                    flush();
                    begin = number;
                }
                end = number + 1;
            }
        }

        private void flush() {
            if (end > begin) {
                found.add(new SegmentRange(begin, end));
            }
        }

        List<SegmentRange> finish() {
            flush();
            return List.copyOf(found);
        }
    }

    /** Returns a timeline's ranges, in order. */
    List<SegmentRange> ranges(TimelineId timeline) {
        return ranges.getOrDefault(timeline, List.of());
    }

    /** Returns the first place from the given one on that has no segment. */
    long runEnd(TimelineId timeline, long number) {
        for (SegmentRange range : from(timeline, number)) {
            return range.begin() <= number ? range.end() : number;
        }
        return number;
    }

    /** Tells whether there is any segment from a place to before another. */
    boolean hasBetween(TimelineId timeline, long begin, long end) {
        for (SegmentRange range : from(timeline, begin)) {
            return range.begin() < end;
        }
        return false;
    }

    /** Returns how many damaged segments there are from a place to before another. */
    long damagedBetween(TimelineId timeline, long begin, long end) {
        return damaged.countBetween(timeline, begin, end);
    }

    /** Returns the ranges that do not end at or before a place. */
    private List<SegmentRange> from(TimelineId timeline, long number) {
        List<SegmentRange> all = ranges(timeline);
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (all.get(middle).end() <= number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return all.subList(low, all.size());
    }
}
