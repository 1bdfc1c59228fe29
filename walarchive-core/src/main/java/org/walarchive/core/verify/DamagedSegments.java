package org.walarchive.core.verify;

import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.walarchive.postgres.TimelineId;

/** The segments that are in the archive and cannot be used, by their places. Filled by several threads. */
final class DamagedSegments {

    private final Map<TimelineId, NavigableSet<Long>> byTimeline = new ConcurrentHashMap<>();

    void add(TimelineId timeline, long number) {
        byTimeline
                .computeIfAbsent(timeline, key -> new ConcurrentSkipListSet<>())
                .add(number);
    }

    boolean contains(TimelineId timeline, long number) {
        NavigableSet<Long> numbers = byTimeline.get(timeline);
        return numbers != null && numbers.contains(number);
    }

    /** Returns how many there are from a place to before another. */
    long countBetween(TimelineId timeline, long begin, long end) {
        NavigableSet<Long> numbers = byTimeline.get(timeline);
        return numbers == null ? 0 : numbers.subSet(begin, end).size();
    }
}
