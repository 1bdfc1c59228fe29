package org.walarchive.verification;

import java.util.List;
import java.util.Optional;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;
import org.walarchive.stability.Experimental;

/**
 * A timeline and its WAL.
 *
 * @param timeline the timeline
 * @param parent the timeline that it branched off; empty for the first, and where the history file is missing or cannot be read
 * @param switchPoint where it branched off
 * @param segments its segments that are there and not known to be damaged, in order
 * @param gaps what is missing or damaged between them, and between them and where a timeline begins or is left
 * @param orphans those of its segments that recovery from no backup can use
 */
@Experimental
public record TimelineReport(
        TimelineId timeline,
        Optional<TimelineId> parent,
        Optional<Lsn> switchPoint,
        List<SegmentSpan> segments,
        List<WalGap> gaps,
        List<SegmentSpan> orphans) {

    /** Copies the lists. */
    public TimelineReport {
        segments = List.copyOf(segments);
        gaps = List.copyOf(gaps);
        orphans = List.copyOf(orphans);
    }

    /**
     * Returns how many segments there are.
     *
     * @return the sum over {@link #segments}
     */
    public long segmentCount() {
        return segments.stream().mapToLong(SegmentSpan::count).sum();
    }
}
