package org.walarchive.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/** The rate of the last seconds. */
final class Speed {

    static final long WINDOW_NANOS = 15_000_000_000L;
    private static final long SHORTEST_NANOS = 1_000_000_000L;

    /** How many bytes were done when. */
    private record Sample(long nanos, long bytes) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** Forgets all. */
    void reset() {
        samples.clear();
    }

    /** Notes how many bytes are done now. */
    void add(long nanos, long bytes) {
        if (!samples.isEmpty() && samples.getLast().bytes() > bytes) {
            samples.clear(); // something was begun anew
        }
        samples.add(new Sample(nanos, bytes));
        while (samples.size() > 2 && nanos - samples.getFirst().nanos() > WINDOW_NANOS) {
            samples.removeFirst();
        }
    }

    /** Returns the rate; empty before there is a second to tell it from. */
    OptionalLong bytesPerSecond() {
        if (samples.isEmpty()) {
            return OptionalLong.empty();
        }
        long nanos = samples.getLast().nanos() - samples.getFirst().nanos();
        long bytes = samples.getLast().bytes() - samples.getFirst().bytes();
        return nanos < SHORTEST_NANOS ? OptionalLong.empty() : OptionalLong.of(Math.round(bytes / (nanos / 1e9)));
    }
}
