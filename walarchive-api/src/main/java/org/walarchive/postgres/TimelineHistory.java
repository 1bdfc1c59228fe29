package org.walarchive.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.walarchive.stability.Stable;

/**
 * Where a timeline comes from: the content of its history file. PostgreSQL: {@code readTimeLineHistory} in {@code timeline.c}.
 *
 * @param timeline the timeline
 * @param ancestors the timelines before it, oldest first; empty for one that initdb began
 */
@Stable
public record TimelineHistory(TimelineId timeline, List<Ancestor> ancestors) {

    /**
     * A timeline that was left.
     *
     * @param timeline which
     * @param end the position at which it was left: the first that is the next timeline's
     * @param reason why, as PostgreSQL noted it
     */
    public record Ancestor(TimelineId timeline, Lsn end, String reason) {}

    /**
     * Copies the list and checks its order.
     *
     * @throws IllegalArgumentException if a timeline is not above the one before it, or was left before it
     */
    public TimelineHistory {
        ancestors = List.copyOf(ancestors);
        for (int i = 0; i < ancestors.size(); i++) {
            TimelineId next = i + 1 < ancestors.size() ? ancestors.get(i + 1).timeline() : timeline;
            if (ancestors.get(i).timeline().compareTo(next) >= 0) {
                throw new IllegalArgumentException("history of timeline " + timeline + " has "
                        + ancestors.get(i).timeline() + " before " + next);
            }
            if (i > 0 && ancestors.get(i - 1).end().compareTo(ancestors.get(i).end()) > 0) {
                throw new IllegalArgumentException("history of timeline " + timeline + " goes back from "
                        + ancestors.get(i - 1).end() + " to " + ancestors.get(i).end());
            }
        }
    }

    /**
     * Returns the history of a timeline that has no ancestor.
     *
     * @param timeline the timeline
     * @return the history
     */
    public static TimelineHistory ofFirst(TimelineId timeline) {
        return new TimelineHistory(timeline, List.of());
    }

    /**
     * Reads the content of a history file. A recovery that follows a timeline and ends before that was begun leaves a history in
     * which a later timeline ends at an earlier position; PostgreSQL then takes the earlier position for the end of both
     * ({@code tliOfPointInHistory}), and so does this.
     *
     * @param timeline the timeline that the file's name says
     * @param text the content: a line for each ancestor, of its number in decimal, a position and a reason, separated by white
     *     space; lines that are empty or begin with {@code #} mean nothing
     * @return the history
     * @throws IllegalArgumentException if a line cannot be understood, or the ancestors are not in order
     */
    public static TimelineHistory parse(TimelineId timeline, String text) {
        List<Ancestor> ancestors = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String entry = line.strip();
            if (!entry.isEmpty() && !entry.startsWith("#")) {
                ancestors.add(ancestor(timeline, entry));
            }
        }
        for (int i = ancestors.size() - 2; i >= 0; i--) {
            Ancestor ancestor = ancestors.get(i);
            if (ancestor.end().compareTo(ancestors.get(i + 1).end()) > 0) {
                ancestors.set(
                        i,
                        new Ancestor(ancestor.timeline(), ancestors.get(i + 1).end(), ancestor.reason()));
            }
        }
        return new TimelineHistory(timeline, ancestors);
    }

    private static Ancestor ancestor(TimelineId timeline, String entry) {
        String[] fields = entry.split("\\s+", 3);
        if (fields.length < 2 || !fields[0].matches("[0-9]{1,10}")) {
            throw new IllegalArgumentException("history of timeline " + timeline + " has the line \"" + entry + "\"");
        }
        return new Ancestor(
                new TimelineId(Long.parseLong(fields[0])), Lsn.parse(fields[1]), fields.length > 2 ? fields[2] : "");
    }

    /**
     * Returns the position at which a timeline was left on the way to this one.
     *
     * @param ancestor a timeline
     * @return the position; empty for this timeline itself
     * @throws IllegalArgumentException if it is neither this timeline nor an ancestor
     */
    public Optional<Lsn> endOf(TimelineId ancestor) {
        if (ancestor.equals(timeline)) {
            return Optional.empty();
        }
        return Optional.of(ancestors.stream()
                .filter(candidate -> candidate.timeline().equals(ancestor))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "timeline " + ancestor + " is no ancestor of timeline " + timeline))
                .end());
    }

    /**
     * Tells whether a position of a timeline is part of this one's past.
     *
     * @param on the timeline
     * @param lsn the position
     * @return true on this timeline itself, and on an ancestor up to and including where it was left
     */
    public boolean includes(TimelineId on, Lsn lsn) {
        return on.equals(timeline)
                || ancestors.stream()
                        .anyMatch(ancestor -> ancestor.timeline().equals(on) && lsn.compareTo(ancestor.end()) <= 0);
    }

    /**
     * Returns the timeline that a position's WAL is read from.
     *
     * @param lsn the position
     * @return the oldest timeline that was not left at or before it
     */
    public TimelineId timelineAt(Lsn lsn) {
        for (Ancestor ancestor : ancestors) {
            if (lsn.compareTo(ancestor.end()) < 0) {
                return ancestor.timeline();
            }
        }
        return timeline;
    }

    /**
     * Returns the segment that recovery reads for a segment's place. Where a timeline is left within a segment, that is the new
     * timeline's, which begins with a copy of the old one's.
     *
     * @param number the place, see {@link WalSegmentName#number}
     * @param size the size of segments
     * @return the segment
     */
    public WalSegmentName segmentAt(long number, WalSegmentSize size) {
        TimelineId found = ancestors.isEmpty() ? timeline : ancestors.get(0).timeline();
        for (int i = 0; i < ancestors.size(); i++) {
            TimelineId next = i + 1 < ancestors.size() ? ancestors.get(i + 1).timeline() : timeline;
            if (WalSegmentName.containing(next, ancestors.get(i).end(), size).number(size) <= number) {
                found = next;
            }
        }
        return WalSegmentName.at(found, number, size);
    }
}
