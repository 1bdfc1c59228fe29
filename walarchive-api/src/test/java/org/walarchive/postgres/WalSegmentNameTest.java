package org.walarchive.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class WalSegmentNameTest {

    private static final TimelineId ONE = new TimelineId(1);
    private static final WalSegmentSize OLD_16_MIB = new WalSegmentSize(16 << 20, true);

    private record Sized(WalSegmentName name, WalSegmentSize size) {}

    /** Every size from 1 MiB to 1 GiB, of both sides of 9.3. */
    @Provide
    static Arbitrary<WalSegmentSize> sizes() {
        return Combinators.combine(Arbitraries.integers().between(20, 30), Arbitraries.of(true, false))
                .as((shift, skipsLast) -> new WalSegmentSize(1 << shift, skipsLast));
    }

    @Provide
    static Arbitrary<TimelineId> timelines() {
        return Arbitraries.longs().between(1, 0xFFFFFFFFL).map(TimelineId::new);
    }

    @Provide
    static Arbitrary<Sized> names() {
        return sizes().flatMap(size -> Combinators.combine(
                        timelines(),
                        Arbitraries.longs().between(0, 0xFFFFFFFFL),
                        Arbitraries.longs().between(0, size.segmentsPerXlogId() - 1))
                .as((timeline, xlogId, segment) -> new Sized(new WalSegmentName(timeline, xlogId, segment), size)));
    }

    @Property(tries = 500)
    void textAndBack(@ForAll("names") Sized sized) {
        String text = sized.name.toString();
        assertTrue(text.matches("[0-9A-F]{24}"), text);
        assertEquals(sized.name, WalSegmentName.parse(text));
        assertEquals(
                Long.toString(sized.name.timeline().value(), 16).toUpperCase(),
                text.substring(0, 8).replaceFirst("^0*", ""));
    }

    @Property(tries = 2000)
    void everyByteOfASegmentIsInIt(@ForAll("names") Sized sized, @ForAll int anywhere) {
        WalSegmentSize size = sized.size;
        Lsn start = sized.name.startLsn(size);
        assertEquals(0, Long.remainderUnsigned(start.value(), size.bytes()));
        for (long offset : new long[] {0, Integer.remainderUnsigned(anywhere, size.bytes()), size.bytes() - 1}) {
            assertEquals(sized.name, WalSegmentName.containing(sized.name.timeline(), start.plus(offset), size));
            Lsn end = start.plus(offset + 1);
            if (end.value() != 0) { // 2^64, which no position can be
                assertEquals(sized.name, WalSegmentName.endingAt(sized.name.timeline(), end, size));
            }
        }
    }

    @Property(tries = 2000)
    void theNextBeginsWhereThisOneEnds(@ForAll("names") Sized sized) {
        WalSegmentSize size = sized.size;
        WalSegmentName name = sized.name;
        boolean lastOfXlogId = name.segment() == size.segmentsPerXlogId() - 1;
        if (lastOfXlogId && name.xlogId() == 0xFFFFFFFFL) {
            assertThrows(IllegalArgumentException.class, () -> name.next(size));
            return;
        }
        WalSegmentName next = name.next(size);
        long gap = lastOfXlogId && size.skipsLast() ? size.bytes() : 0;
        assertEquals(name.startLsn(size).plus(size.bytes() + gap), next.startLsn(size));
        assertEquals(name.number(size) + 1, next.number(size));
        assertEquals(name.timeline(), next.timeline());
        assertTrue(name.compareTo(next) < 0 && next.compareTo(name) > 0);
        assertEquals(name, WalSegmentName.endingAt(name.timeline(), next.startLsn(size), size));
    }

    @Property(tries = 1000)
    void ordersByPositionThenTimeline(
            @ForAll("names") Sized one, @ForAll("names") Sized two, @ForAll("timelines") TimelineId timeline) {
        WalSegmentSize size = one.size;
        if (two.name.segment() < size.segmentsPerXlogId()) {
            int byNumber = Long.compare(one.name.number(size), two.name.number(size));
            int expected = byNumber != 0 ? byNumber : one.name.timeline().compareTo(two.name.timeline());
            assertEquals(Integer.signum(expected), Integer.signum(one.name.compareTo(two.name)));
            int byStart = one.name.startLsn(size).compareTo(two.name.startLsn(size));
            assertEquals(Integer.signum(byNumber), Integer.signum(byStart));
        }
        WalSegmentName moved = one.name.on(timeline);
        assertEquals(one.name.startLsn(size), moved.startLsn(size));
        assertEquals(
                Integer.signum(one.name.timeline().compareTo(timeline)), Integer.signum(one.name.compareTo(moved)));
    }

    @Property(tries = 500)
    void noSegmentIsBeyondTheLast(@ForAll("sizes") WalSegmentSize size) {
        WalSegmentName beyond = new WalSegmentName(ONE, 3, size.segmentsPerXlogId());
        assertThrows(IllegalArgumentException.class, () -> beyond.startLsn(size));
        assertThrows(IllegalArgumentException.class, () -> beyond.number(size));
        assertThrows(IllegalArgumentException.class, () -> beyond.next(size));
    }

    @Property(tries = 500)
    void from93OnSegmentsTileTheWal(@ForAll("sizes") WalSegmentSize any, @ForAll long position) {
        WalSegmentSize size = new WalSegmentSize(any.bytes(), false);
        WalSegmentName name = WalSegmentName.containing(ONE, new Lsn(position), size);
        assertEquals(Long.divideUnsigned(position, size.bytes()), name.number(size));
    }

    @Property(tries = 500)
    void positionsInTheGapOfOldReleases(
            @ForAll("sizes") WalSegmentSize any, @ForAll("timelines") TimelineId timeline, @ForAll int random) {
        WalSegmentSize size = new WalSegmentSize(any.bytes(), true);
        long inGap = 0x1_0000_0000L - 1 - Integer.remainderUnsigned(random, size.bytes());
        Lsn lsn = new Lsn(7L << 32 | inGap);
        assertThrows(IllegalArgumentException.class, () -> WalSegmentName.containing(timeline, lsn, size));
        WalSegmentName last = new WalSegmentName(timeline, 7, size.segmentsPerXlogId() - 1);
        assertEquals(last, WalSegmentName.endingAt(timeline, lsn, size));
        assertEquals(last, WalSegmentName.endingAt(timeline, new Lsn(8L << 32), size));
    }

    @Property(tries = 2000)
    void anythingElseIsRefused(@ForAll("almostNames") String text) {
        boolean right = Pattern.matches("[0-9A-F]{24}", text) && !text.startsWith("00000000");
        assertEquals(right, WalSegmentName.isValid(text));
        if (right) {
            assertEquals(text, WalSegmentName.parse(text).toString());
        } else {
            assertThrows(IllegalArgumentException.class, () -> WalSegmentName.parse(text));
        }
    }

    @Provide
    static Arbitrary<String> almostNames() {
        Arbitrary<String> digits = Arbitraries.strings()
                .withChars("0123456789ABCDEF")
                .ofMinLength(22)
                .ofMaxLength(26);
        Arbitrary<String> mixed =
                Arbitraries.strings().withChars("09AFafgG-+. \n\u0661\uFF21").ofLength(24);
        return Arbitraries.oneOf(
                digits, mixed, Arbitraries.strings(), digits.map(text -> "00000000" + text.substring(8)));
    }

    @Example
    void knownNames() {
        WalSegmentSize size = WalSegmentSize.DEFAULT;
        WalSegmentName name = WalSegmentName.parse("0000000A0000000A000000FF");
        assertEquals(10, name.timeline().value());
        assertEquals(Lsn.parse("A/FF000000"), name.startLsn(size));
        assertEquals("0000000A0000000B00000000", name.next(size).toString());
        assertEquals(
                "000000010000000000000001",
                WalSegmentName.endingAt(ONE, Lsn.parse("0/2000000"), size).toString());
        assertEquals(
                "000000010000000000000002",
                WalSegmentName.containing(ONE, Lsn.parse("0/2000000"), size).toString());
        assertEquals(
                "000000010000000100000000",
                WalSegmentName.parse("0000000100000000000000FE")
                        .next(OLD_16_MIB)
                        .toString());
        assertThrows(IllegalArgumentException.class, () -> WalSegmentName.endingAt(ONE, new Lsn(0), size));
        assertFalse(WalSegmentName.isValid("000000000000000A000000FF"));
    }
}
