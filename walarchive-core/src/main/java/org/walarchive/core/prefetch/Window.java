package org.walarchive.core.prefetch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/**
 * Which segments are wanted ahead of a server: the first that it was not given, and those that follow on the same timeline. Until the
 * size of segments is known that is one. Not thread-safe.
 */
final class Window {

    private final int ahead;
    private @Nullable WalSegmentName first;
    private @Nullable WalSegmentSize size;
    private @Nullable WalSegmentName absent;

    Window(int ahead) {
        this.ahead = ahead;
    }

    /** Begins at another place; nothing is known to be absent. */
    void begin(WalSegmentName segment) {
        first = segment;
        absent = null;
    }

    /** Goes on behind a segment that the server was given. What is absent stays so until {@link #forgetAbsence}. */
    void delivered(WalSegmentName segment, WalSegmentSize itsSize) {
        size = itsSize;
        first = next(segment, itsSize).orElse(null);
        if (absent != null && !absent.timeline().equals(segment.timeline())) {
            absent = null;
        }
    }

    /** Learns how large segments are. */
    void size(WalSegmentSize value) {
        size = value;
    }

    /** Learns that the archive has no such segment: neither it nor what follows is wanted. */
    void absent(WalSegmentName segment) {
        if (absent == null || segment.isBefore(absent)) {
            absent = segment;
        }
    }

    /** What was absent may have been archived meanwhile. */
    void forgetAbsence() {
        absent = null;
    }

    /** Returns the segments, in the order in which the server asks for them. */
    List<WalSegmentName> wanted() {
        List<WalSegmentName> all = span();
        int end = absent == null ? -1 : all.indexOf(absent);
        return end < 0 ? all : all.subList(0, end);
    }

    /** Tells whether a segment is of use to the server, whatever was found to be absent. */
    boolean covers(WalSegmentName segment) {
        return span().contains(segment);
    }

    private List<WalSegmentName> span() {
        List<WalSegmentName> span = new ArrayList<>();
        Optional<WalSegmentName> segment = Optional.ofNullable(first);
        while (segment.isPresent() && span.size() < ahead) {
            span.add(segment.get());
            segment = size == null ? Optional.empty() : next(segment.get(), size);
        }
        return span;
    }

    /**
     * Returns the segment behind another.
     *
     * @return empty behind the last one there can be, and where no segment of the size can have the name
     */
    static Optional<WalSegmentName> next(WalSegmentName segment, WalSegmentSize size) {
        boolean isLast = segment.segment() >= size.segmentsPerXlogId() - 1;
        return segment.segment() >= size.segmentsPerXlogId() || isLast && segment.xlogId() == 0xFFFFFFFFL
                ? Optional.empty()
                : Optional.of(segment.next(size));
    }
}
