package org.walarchive.core.verify;

import java.util.ArrayList;
import java.util.List;
import org.walarchive.postgres.TimelineHistory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/**
 * Which timeline's segments recovery reads on its way to a timeline: for each place, those that
 * {@link TimelineHistory#segmentAt} names.
 *
 * @param history of the timeline that it leads to
 * @param pieces from the oldest timeline on, each beginning where the one before ends; the last never ends
 */
record TimelinePath(TimelineHistory history, List<Piece> pieces) {

    /**
     * Places that are read from one timeline.
     *
     * @param begin the first place
     * @param end the place after the last; {@link Long#MAX_VALUE} for the timeline that the path leads to
     */
    record Piece(TimelineId timeline, long begin, long end) {}

    static TimelinePath of(TimelineHistory history, WalSegmentSize size) {
        List<Piece> pieces = new ArrayList<>();
        long begin = 0;
        for (TimelineHistory.Ancestor ancestor : history.ancestors()) {
            long end = WalSegmentName.containing(ancestor.timeline(), ancestor.end(), size)
                    .number(size);
            pieces.add(new Piece(ancestor.timeline(), begin, end));
            begin = end;
        }
        pieces.add(new Piece(history.timeline(), begin, Long.MAX_VALUE));
        return new TimelinePath(history, List.copyOf(pieces));
    }

    TimelineId timeline() {
        return history.timeline();
    }

    /** Returns the piece of the timeline itself. */
    Piece last() {
        return pieces.get(pieces.size() - 1);
    }

    /** Returns the first place from the given one on whose segment is not there. */
    long runEnd(WalMap wal, long from) {
        long number = from;
        for (Piece piece : pieces) {
            if (piece.end() > number) {
                number = Math.min(wal.runEnd(piece.timeline(), number), piece.end());
                if (number < piece.end()) {
                    return number;
                }
            }
        }
        return number;
    }

    /** Tells whether any segment of the path is at or behind a place. */
    boolean hasFrom(WalMap wal, long number) {
        return pieces.stream()
                .anyMatch(piece -> piece.end() > number
                        && wal.hasBetween(piece.timeline(), Math.max(piece.begin(), number), piece.end()));
    }

    /** Returns the timeline whose segment is read at a place. */
    TimelineId timelineAt(long number) {
        for (Piece piece : pieces) {
            if (number < piece.end()) {
                return piece.timeline();
            }
        }
        return timeline();
    }
}
