package org.walarchive.postgres;

import java.nio.charset.StandardCharsets;

/** Reads any bytes as the history of a timeline. */
public final class HistoryFuzz {

    private HistoryFuzz() {}

    /** Reads the input; a history that is accepted answers every question. */
    public static void fuzzerTestOneInput(byte[] input) {
        TimelineId timeline = new TimelineId(0xFFFFFFFFL);
        TimelineHistory history;
        try {
            history = TimelineHistory.parse(timeline, new String(input, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (TimelineHistory.Ancestor ancestor : history.ancestors()) {
            text.append(ancestor.timeline())
                    .append('\t')
                    .append(ancestor.end())
                    .append('\t')
                    .append(ancestor.reason());
            text.append('\n');
            require(history.includes(ancestor.timeline(), ancestor.end()), "an ancestor's end is not of the past");
            require(history.endOf(ancestor.timeline()).isPresent(), "an ancestor has no end");
            require(history.timelineAt(ancestor.end()).compareTo(ancestor.timeline()) > 0, "a timeline is not left");
            for (int megabytes : new int[] {1, 16, 1024}) {
                WalSegmentSize size = WalSegmentSize.ofBytes((long) megabytes << 20);
                long number = WalSegmentName.containing(timeline, ancestor.end(), size)
                        .number(size);
                require(
                        history.segmentAt(number, size).timeline().compareTo(ancestor.timeline()) > 0,
                        "a segment is read from the timeline that was left in it");
            }
        }
        require(TimelineHistory.parse(timeline, text.toString()).equals(history), "it comes back as something else");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
