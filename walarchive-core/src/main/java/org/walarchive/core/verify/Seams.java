package org.walarchive.core.verify;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/** Holds the segments of a timeline that follow each other together, in whatever order they are read. */
final class Seams {

    private final WalSegmentSize size;
    private final Predicate<WalSegmentName> isRead;
    private final Map<WalSegmentName, Waiting> waiting = new HashMap<>();

    /** Edges until both neighbours have come. */
    private static final class Waiting {
        private final @Nullable SegmentEdges edges;
        private boolean before;
        private boolean after;

        Waiting(@Nullable SegmentEdges edges) {
            this.edges = edges;
        }
    }

    /** A place where two segments do not fit. */
    record Misfit(WalSegmentName before, WalSegmentName after, String fault) {}

    /**
     * Makes an empty collection.
     *
     * @param isRead whether a segment will be read
     */
    Seams(WalSegmentSize size, Predicate<WalSegmentName> isRead) {
        this.size = size;
        this.isRead = isRead;
    }

    /** Takes a segment; null for one that is damaged. Returns what does not fit before it, or else behind it. */
    synchronized Optional<Misfit> add(WalSegmentName name, @Nullable SegmentEdges edges) {
        if (waiting.containsKey(name)) {
            return Optional.empty();
        }
        TimelineId timeline = name.timeline();
        long number = name.number(size);
        Waiting here = new Waiting(edges);
        waiting.put(name, here);
        Optional<Misfit> misfit = Optional.empty();
        if (number > 0) {
            WalSegmentName before = WalSegmentName.at(timeline, number - 1, size);
            here.before = !isRead.test(before);
            misfit = meet(before, name);
        } else {
            here.before = true;
        }
        Optional<Misfit> behind = Optional.empty();
        if (number < (size.segmentsPerXlogId() << 32) - 1) {
            WalSegmentName after = WalSegmentName.at(timeline, number + 1, size);
            here.after = !isRead.test(after);
            behind = meet(name, after);
        } else {
            here.after = true;
        }
        forget(name);
        return misfit.isPresent() ? misfit : behind;
    }

    private Optional<Misfit> meet(WalSegmentName before, WalSegmentName after) {
        Waiting left = waiting.get(before);
        Waiting right = waiting.get(after);
        if (left == null || right == null) {
            return Optional.empty();
        }
        left.after = true;
        right.before = true;
        Optional<String> fault =
                left.edges == null || right.edges == null ? Optional.empty() : left.edges.fault(right.edges);
        forget(before);
        forget(after);
        return fault.map(text -> new Misfit(before, after, text));
    }

    private void forget(WalSegmentName name) {
        Waiting one = waiting.get(name);
        if (one != null && one.before && one.after) {
            waiting.remove(name);
        }
    }
}
