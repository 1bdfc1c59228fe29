package org.walarchive.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimelineHistoryTest {

    private static final WalSegmentSize MIB16 = WalSegmentSize.DEFAULT;

    /** Left within segment 5, then exactly at the beginning of segment 9. */
    private static final TimelineHistory THIRD = TimelineHistory.parse(
            timeline(3),
            "1\t0/5000100\tno recovery target specified\n\n# a comment\n2\t0/9000000\tbefore 2026-11-21\n");

    private static TimelineId timeline(long value) {
        return new TimelineId(value);
    }

    @Test
    void aFileIsRead() {
        assertEquals(
                List.of(
                        new TimelineHistory.Ancestor(
                                timeline(1), Lsn.parse("0/5000100"), "no recovery target specified"),
                        new TimelineHistory.Ancestor(timeline(2), Lsn.parse("0/9000000"), "before 2026-11-21")),
                THIRD.ancestors());
        assertEquals(TimelineHistory.ofFirst(timeline(7)), TimelineHistory.parse(timeline(7), ""));
        assertEquals(
                "",
                TimelineHistory.parse(timeline(2), "1 0/1\n").ancestors().get(0).reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "one\t0/1\tx",
                "1\tx\tx",
                "3\t0/1\tx",
                "4\t0/1\tx",
                "0\t0/1\tx",
                "2\t0/1\tx\n1\t0/2\tx",
                "99999999999\t0/1\tx"
            })
    void whatIsNoHistoryIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> TimelineHistory.parse(timeline(3), text));
    }

    @Test
    void aTimelineEndsWhereItWasLeft() {
        assertEquals(Optional.of(Lsn.parse("0/5000100")), THIRD.endOf(timeline(1)));
        assertEquals(Optional.empty(), THIRD.endOf(timeline(3)));
        assertThrows(IllegalArgumentException.class, () -> THIRD.endOf(timeline(4)));
    }

    @Test
    void thePastOfAnAncestorEndsWhereItWasLeft() {
        assertTrue(THIRD.includes(timeline(1), Lsn.parse("0/5000100")));
        assertFalse(THIRD.includes(timeline(1), Lsn.parse("0/5000101")));
        assertTrue(THIRD.includes(timeline(3), Lsn.parse("FF/0")));
        assertFalse(THIRD.includes(timeline(4), Lsn.parse("0/1")));
    }

    @ParameterizedTest
    @CsvSource({"0/0, 1", "0/50000FF, 1", "0/5000100, 2", "0/8FFFFFF, 2", "0/9000000, 3"})
    void aPositionIsOfOneTimeline(String lsn, long expected) {
        assertEquals(timeline(expected), THIRD.timelineAt(Lsn.parse(lsn)));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 000000010000000000000001",
        "4, 000000010000000000000004",
        "5, 000000020000000000000005",
        "8, 000000020000000000000008",
        "9, 000000030000000000000009",
        "256, 000000030000000100000000"
    })
    void theSegmentOfASwitchIsTheNewTimelines(long number, String expected) {
        assertEquals(expected, THIRD.segmentAt(number, MIB16).toString());
    }

    @Test
    void twoSwitchesInOneSegmentLeaveTheNewest() {
        TimelineHistory history = TimelineHistory.parse(timeline(3), "1\t0/5000100\tx\n2\t0/5000200\tx");
        assertEquals("000000030000000000000005", history.segmentAt(5, MIB16).toString());
        assertEquals("000000010000000000000004", history.segmentAt(4, MIB16).toString());
    }

    /** What PostgreSQL 13 writes when it follows timeline 2 and is to stop before that began. */
    @Test
    void aRecoveryThatEndedBeforeTheTimelineItFollowedIsOfTheOneBefore() {
        TimelineHistory history = TimelineHistory.parse(timeline(3), "1\t0/6000100\tx\n2\t0/5000200\ty");
        assertEquals(timeline(1), history.timelineAt(Lsn.parse("0/50001FF")));
        assertEquals(timeline(3), history.timelineAt(Lsn.parse("0/5000200")));
        assertEquals("000000010000000000000004", history.segmentAt(4, MIB16).toString());
        assertEquals("000000030000000000000005", history.segmentAt(5, MIB16).toString());
        assertFalse(history.includes(timeline(1), Lsn.parse("0/5000201")));
    }
}
