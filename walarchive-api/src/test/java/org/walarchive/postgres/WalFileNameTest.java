package org.walarchive.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.walarchive.postgres.WalFileName.Kind;

final class WalFileNameTest {

    @Provide
    static Arbitrary<WalSegmentName> segments() {
        Arbitrary<Long> numbers = Arbitraries.longs().between(0, 0xFFFFFFFFL);
        return Combinators.combine(Arbitraries.longs().between(1, 0xFFFFFFFFL), numbers, numbers)
                .as((timeline, xlogId, segment) -> new WalSegmentName(new TimelineId(timeline), xlogId, segment));
    }

    @Property(tries = 500)
    void recognisesEachKind(@ForAll("segments") WalSegmentName segment, @ForAll int offset) {
        require(Kind.SEGMENT, segment.toString(), Optional.of(segment), segment.timeline());
        require(Kind.PARTIAL, segment + ".partial", Optional.of(segment), segment.timeline());
        require(Kind.BACKUP, segment + String.format(".%08X.backup", offset), Optional.of(segment), segment.timeline());
        require(Kind.HISTORY, segment.timeline().toHex() + ".history", Optional.empty(), segment.timeline());
        assertEquals(WalFileName.parse(segment.toString()), WalFileName.of(segment));
    }

    private static void require(Kind kind, String text, Optional<WalSegmentName> segment, TimelineId timeline) {
        WalFileName name = WalFileName.parse(text);
        assertEquals(new WalFileName(kind, text), name);
        assertEquals(segment, name.segment());
        assertEquals(timeline, name.timeline());
        assertEquals(text, name.toString());
        assertEquals(Optional.of(name), WalFileName.recognise(text));
        for (Kind other : Kind.values()) {
            if (other != kind) {
                assertThrows(IllegalArgumentException.class, () -> new WalFileName(other, text));
            }
        }
    }

    /** One character more, less or other than a right name. */
    @Property(tries = 2000)
    void refusesAnythingElse(@ForAll("damagedNames") String text) {
        boolean right = text.matches("[0-9A-F]{24}(\\.partial|\\.[0-9A-F]{8}\\.backup)?|[0-9A-F]{8}\\.history")
                && !text.startsWith("00000000");
        assertEquals(right, WalFileName.recognise(text).isPresent());
        if (!right) {
            assertThrows(IllegalArgumentException.class, () -> WalFileName.parse(text));
        }
    }

    @Provide
    static Arbitrary<String> damagedNames() {
        Arbitrary<String> good = Arbitraries.of(
                "0000000A0000000A000000FF",
                "0000000A0000000A000000FF.partial",
                "0000000A0000000A000000FF.00000028.backup",
                "0000000A.history");
        return Combinators.combine(
                        good,
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.integers().between(0, 1),
                        Arbitraries.strings()
                                .withChars("0Aag./\\\n\u0000\u0661")
                                .ofMaxLength(2))
                .as((name, position, removed, inserted) -> {
                    int at = Math.min(position, name.length());
                    return name.substring(0, at) + inserted + name.substring(Math.min(at + removed, name.length()));
                });
    }

    @Example
    void refusesWhatPostgresNeverAsksFor() {
        for (String text : new String[] {
            "",
            "RECOVERYXLOG",
            "00000000.history",
            "00000000000000000000000A",
            "0000000a.history",
            "../0000000A.history",
            "0000000A.history\n",
            "0000000A0000000A000000FF.lzo",
            "0000000A0000000A000000FF.PARTIAL"
        }) {
            assertEquals(Optional.empty(), WalFileName.recognise(text), text);
        }
    }
}
