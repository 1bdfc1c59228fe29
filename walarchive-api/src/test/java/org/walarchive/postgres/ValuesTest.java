package org.walarchive.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class ValuesTest {

    @Property(tries = 1000)
    void lsnTextAndBack(@ForAll long value) {
        Lsn lsn = new Lsn(value);
        assertEquals(lsn, Lsn.parse(lsn.toString()));
        assertEquals(lsn, Lsn.parse(lsn.toString().toLowerCase()));
        assertEquals(String.format("%X/%X", (int) (value >>> 32), (int) value), lsn.toString());
    }

    @Property(tries = 1000)
    void lsnsAreUnsigned(@ForAll long one, @ForAll long two) {
        assertEquals(unsigned(one).compareTo(unsigned(two)), Integer.signum(new Lsn(one).compareTo(new Lsn(two))));
        assertEquals(new Lsn(one), new Lsn(one).plus(two).plus(-two));
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    @Provide
    static Arbitrary<String> almostLsns() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withChars("09AFaf/-+g \n\u0661").ofMaxLength(19), Arbitraries.strings());
    }

    @Property(tries = 2000)
    void anythingElseIsNoLsn(@ForAll("almostLsns") String text) {
        if (text.matches("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}")) {
            String[] halves = text.split("/");
            assertEquals(
                    Long.parseLong(halves[0], 16) << 32 | Long.parseLong(halves[1], 16),
                    Lsn.parse(text).value());
        } else {
            assertThrows(IllegalArgumentException.class, () -> Lsn.parse(text));
        }
    }

    @Property(tries = 1000)
    void sizesArePowersOfTwo(@ForAll("almostSizes") long bytes) {
        boolean right = bytes >= 1 << 20 && bytes <= 1 << 30 && Long.bitCount(bytes) == 1;
        if (right) {
            assertEquals(bytes, WalSegmentSize.ofBytes(bytes).bytes());
            assertEquals((1L << 32) / bytes, WalSegmentSize.ofBytes(bytes).segmentsPerXlogId());
            assertEquals((1L << 32) / bytes - 1, new WalSegmentSize((int) bytes, true).segmentsPerXlogId());
        } else {
            assertThrows(IllegalArgumentException.class, () -> WalSegmentSize.ofBytes(bytes));
        }
    }

    @Provide
    static Arbitrary<Long> almostSizes() {
        Arbitrary<Long> powers = Arbitraries.integers().between(0, 63).map(shift -> 1L << shift);
        return Arbitraries.oneOf(
                powers, powers.map(power -> power + 1), powers.map(power -> -power), Arbitraries.longs());
    }

    @Property(tries = 500)
    void timelinesAreHexadecimal(@ForAll("timelines") long value) {
        TimelineId timeline = new TimelineId(value);
        assertEquals(timeline, TimelineId.parseHex(timeline.toHex()));
        assertEquals(8, timeline.toHex().length());
        assertEquals(value, Long.parseLong(timeline.toHex(), 16));
    }

    @Provide
    static Arbitrary<Long> timelines() {
        return Arbitraries.longs().between(1, 0xFFFFFFFFL);
    }

    @Example
    void timelinesBeyondTheEnds() {
        assertEquals("0000000A", new TimelineId(10).toHex());
        for (long value : new long[] {0, -1, 0x1_0000_0000L, Long.MIN_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> new TimelineId(value));
        }
        for (String text : new String[] {"", "1", "00000000", "0000000a", "0000000A\n", "+0000001", "100000000"}) {
            assertThrows(IllegalArgumentException.class, () -> TimelineId.parseHex(text), text);
        }
    }

    @Property(tries = 500)
    void systemIdentifiersAreUnsigned(@ForAll long value) {
        String text = unsigned(value).toString();
        assertEquals(text, new SystemIdentifier(value).toString());
        assertEquals(new SystemIdentifier(value), SystemIdentifier.parse(text));
    }

    @Example
    void noSystemIdentifiers() {
        for (String text : new String[] {"", "-1", "+1", " 1", "1\n", "18446744073709551616", "0x1", "\u0661"}) {
            assertThrows(IllegalArgumentException.class, () -> SystemIdentifier.parse(text), text);
        }
    }
}
