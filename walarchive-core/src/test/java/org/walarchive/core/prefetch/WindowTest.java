package org.walarchive.core.prefetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

final class WindowTest {

    private static WalSegmentName name(String text) {
        return WalSegmentName.parse(text);
    }

    private static List<String> wanted(Window window) {
        return window.wanted().stream().map(WalSegmentName::toString).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 000000010000000000000FFF, 000000010000000100000000",
        "16, 0000000100000000000000FE, 0000000100000000000000FF",
        "16, 0000000100000000000000FF, 000000010000000100000000",
        "64, 0000000A000000120000003F, 0000000A0000001300000000",
        "1024, 000000010000000000000003, 000000010000000100000000",
        "16, 00000001FFFFFFFF000000FF,",
        "16, 000000010000000000000100,",
    })
    void theNextSegment(int megabytes, String segment, String next) {
        assertEquals(
                Optional.ofNullable(next),
                Window.next(name(segment), WalSegmentSize.ofBytes((long) megabytes << 20))
                        .map(WalSegmentName::toString));
    }

    @Test
    void old92NeverUsesTheLast() {
        assertEquals(
                Optional.of(name("000000010000000100000000")),
                Window.next(name("0000000100000000000000FE"), new WalSegmentSize(16 << 20, true)));
    }

    @Test
    void oneUntilTheSizeIsKnown() {
        Window window = new Window(3);
        assertEquals(List.of(), wanted(window));
        window.begin(name("000000010000000000000003"));
        assertEquals(List.of("000000010000000000000003"), wanted(window));
        window.size(WalSegmentSize.ofBytes(1 << 30));
        assertEquals(
                List.of("000000010000000000000003", "000000010000000100000000", "000000010000000100000001"),
                wanted(window));
    }

    @Test
    void whatIsAbsentEndsItUntilItIsForgotten() {
        Window window = new Window(3);
        window.delivered(name("000000010000000000000001"), Recovery.SIZE);
        window.absent(name("000000010000000000000004"));
        window.absent(name("000000010000000000000003"));
        window.absent(name("000000010000000000000004"));
        assertEquals(List.of("000000010000000000000002"), wanted(window));
        assertTrue(window.covers(name("000000010000000000000003")));
        window.delivered(name("000000010000000000000002"), Recovery.SIZE);
        assertEquals(List.of(), wanted(window));
        window.forgetAbsence();
        assertEquals(3, window.wanted().size());
        window.absent(name("000000010000000000000003"));
        window.begin(name("000000010000000000000003"));
        assertEquals(3, window.wanted().size());
    }

    @Test
    void absenceIsOfOneTimeline() {
        Window window = new Window(2);
        window.delivered(name("000000010000000000000001"), Recovery.SIZE);
        window.absent(name("000000010000000000000003"));
        window.delivered(name("000000020000000000000002"), Recovery.SIZE);
        assertEquals(List.of("000000020000000000000003", "000000020000000000000004"), wanted(window));
        assertFalse(window.covers(name("000000010000000000000003")));
    }

    /** Against positions as plain numbers. */
    @Property(tries = 1000)
    void agreesWithAModel(
            @ForAll @IntRange(min = 0, max = 10) int sizeShift,
            @ForAll @LongRange(min = 0, max = 1L << 44) long position,
            @ForAll @IntRange(min = 1, max = 40) int ahead,
            @ForAll @LongRange(min = 1, max = 0xFFFFFFFFL) long timeline,
            @ForAll @IntRange(min = 0, max = 60) int absentAfter,
            @ForAll boolean nearTheEnd) {
        long bytes = (1L << 20) << sizeShift;
        WalSegmentSize size = WalSegmentSize.ofBytes(bytes);
        long last = Long.divideUnsigned(-1L, bytes);
        long number = nearTheEnd ? last - Long.remainderUnsigned(position, 50) : position / bytes;
        Window window = new Window(ahead);
        window.delivered(byHand(timeline, number, bytes), size);
        List<WalSegmentName> model = new ArrayList<>(LongStream.rangeClosed(number + 1, Math.min(last, number + ahead))
                .mapToObj(n -> byHand(timeline, n, bytes))
                .toList());
        assertEquals(model, window.wanted());
        if (number + 1 + absentAfter <= last) {
            window.absent(byHand(timeline, number + 1 + absentAfter, bytes));
            assertEquals(model.subList(0, Math.min(absentAfter, model.size())), window.wanted());
        }
    }

    /** PostgreSQL's XLogFileName, with the division done on the position. */
    private static WalSegmentName byHand(long timeline, long number, long bytes) {
        long position = number * bytes;
        return new WalSegmentName(new TimelineId(timeline), position >>> 32, (position & 0xFFFFFFFFL) / bytes);
    }
}
