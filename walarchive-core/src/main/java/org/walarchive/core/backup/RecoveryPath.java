package org.walarchive.core.backup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.walarchive.core.inventory.SegmentRange;
import org.walarchive.core.inventory.WalIndex;
import org.walarchive.postgres.TimelineHistory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/**
 * The WAL segments that recovery reads on its way along a timeline, by their places.
 *
 * @param history the timeline, and where it comes from
 * @param size the size of segments
 */
record RecoveryPath(TimelineHistory history, WalSegmentSize size) {

    /** A timeline's part: the places from begin to before end that are read from it. */
    private record Part(TimelineId timeline, long begin, long end) {}

    /** Returns the parts from oldest to newest; some may be empty, when timelines were left within a segment. */
    private List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        long begin = 0;
        for (TimelineHistory.Ancestor ancestor : history.ancestors()) {
            long end = Math.max(
                    begin,
                    WalSegmentName.containing(ancestor.timeline(), ancestor.end(), size)
                            .number(size));
            parts.add(new Part(ancestor.timeline(), begin, end));
            begin = end;
        }
        parts.add(new Part(history.timeline(), begin, Long.MAX_VALUE));
        return parts;
    }

    WalSegmentName segmentAt(long place) {
        return history.segmentAt(place, size);
    }

    /** Returns the place of the last segment that is there, but not one before the target timeline's first. */
    long newest(WalIndex wal) {
        long newest = 0;
        for (Part part : parts()) {
            newest = Math.max(newest, part.begin());
            Optional<Long> last = wal.lastOf(part.timeline(), 1).stream()
                    .findFirst()
                    .map(object -> object.name().number(size));
            if (last.isPresent()) {
                newest = Math.max(newest, Math.min(last.get(), part.end() - 1));
            }
        }
        return newest;
    }

    /** Returns the ranges within a range of places that are not there, in order. */
    List<SegmentRange> gaps(WalIndex wal, SegmentRange needed) {
        List<SegmentRange> gaps = new ArrayList<>();
        long at = needed.begin();
        for (SegmentRange present : present(wal, needed)) {
            if (present.begin() > at) {
                gaps.add(new SegmentRange(at, present.begin()));
            }
            at = present.end();
        }
        if (at < needed.end()) {
            gaps.add(new SegmentRange(at, needed.end()));
        }
        return gaps;
    }

    /** Returns the ranges within a range of places that are there, in order. */
    List<SegmentRange> present(WalIndex wal, SegmentRange needed) {
        List<SegmentRange> present = new ArrayList<>();
        for (Part part : parts()) {
            long from = Math.max(part.begin(), needed.begin());
            long to = Math.min(part.end(), needed.end());
            for (SegmentRange range : from < to ? wal.ranges(part.timeline(), size) : List.<SegmentRange>of()) {
                long begin = Math.max(range.begin(), from);
                long end = Math.min(range.end(), to);
                if (begin < end) {
                    present.add(new SegmentRange(begin, end));
                }
            }
        }
        return present;
    }

    /** Returns the timelines that a range of places is read from. */
    List<TimelineId> timelines(SegmentRange needed) {
        return parts().stream()
                .filter(part -> part.begin() < needed.end() && needed.begin() < part.end() && part.begin() < part.end())
                .map(Part::timeline)
                .toList();
    }
}
