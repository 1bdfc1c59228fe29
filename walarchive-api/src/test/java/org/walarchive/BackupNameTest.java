package org.walarchive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

final class BackupNameTest {

    /** The position, the size of segments in MiB, and the name. */
    @ParameterizedTest
    @CsvSource({
        "0/8000028, 16, base_000000010000000000000008_00000040",
        "0/8000028, 1, base_000000010000000000000080_00000040",
        "A/FF9F0D70, 16, base_000000010000000A000000FF_10423664",
        "A/FF9F0D70, 64, base_000000010000000A0000003F_60755312",
        // 530189680 and 1067060592 are cut to their first eight digits
        "A/1F9A0D70, 1024, base_000000010000000A00000000_53018968",
        "A/3F9A0D70, 1024, base_000000010000000A00000000_10670605",
        "0/0, 16, base_000000010000000000000000_00000000",
    })
    void namesThePositionInDecimal(String lsn, int megabytes, String name) {
        WalSegmentSize size = WalSegmentSize.ofBytes(megabytes << 20);
        Lsn start = Lsn.parse(lsn);
        assertEquals(
                name,
                BackupName.startingAt(WalSegmentName.containing(new TimelineId(1), start, size), start, size)
                        .toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "LATEST",
                "base_000000010000000000000008_0000004",
                "base_000000010000000000000008_",
                "base_000000010000000000000008_D",
                "base_000000010000000000000008_D_",
                "base_000000010000000000000008_D_0000000100000000000002",
                "base_000000010000000000000008_D_000000000000000000000002",
                "base_000000010000000000000008_D_000000010000000000000002_00000040",
                "base_000000010000000000000008_000000400",
                "base_00000001000000000000000g_00000040",
                "base_00000001000000000000000a_00000040",
                "base_000000000000000000000008_00000040",
                "base_000000010000000000000008-00000040",
                " base_000000010000000000000008_00000040",
                "base_000000010000000000000008_00000040\n",
                "../base_000000010000000000000008_00000040"
            })
    void refusesWhatIsNoName(String text) {
        assertFalse(BackupName.isValid(text));
        String message = assertThrows(IllegalArgumentException.class, () -> BackupName.parse(text))
                .getMessage();
        assertTrue(message.contains("\"" + text + "\""), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "D_",
                "D_000000010000000000000",
                "D_00000000000000000000000A",
                "0000004",
                "000000400",
                "0000004g",
                "+0000040",
                "0000/040"
            })
    void refusesBadOffsets(String offset) {
        WalSegmentName segment = WalSegmentName.parse("000000010000000000000008");
        assertThrows(IllegalArgumentException.class, () -> new BackupName(segment, offset));
    }

    @Property(tries = 1000)
    void everyNameIsReadAgain(
            @ForAll @LongRange(min = 1, max = 0xFFFFFFFFL) long timeline,
            @ForAll long position,
            @ForAll @IntRange(min = 20, max = 30) int power) {
        WalSegmentSize size = WalSegmentSize.ofBytes(1L << power);
        Lsn start = new Lsn(position);
        WalSegmentName segment = WalSegmentName.containing(new TimelineId(timeline), start, size);
        BackupName name = BackupName.startingAt(segment, start, size);
        assertTrue(BackupName.isValid(name.toString()));
        assertEquals(name, BackupName.parse(name.toString()));
        long offset = Long.parseUnsignedLong(name.offset());
        long exact = Long.remainderUnsigned(position, 1L << power);
        long unit = exact > 999_999_999 ? 100 : exact > 99_999_999 ? 10 : 1;
        assertEquals(exact / unit, offset);
    }

    @ParameterizedTest
    @CsvSource({
        "base_000000010000000000000008_00000040, 000000010000000000000008,",
        "base_000000010000000000000008, 000000010000000000000008,",
        "base_00000002000000000000000A_D_000000010000000000000008, 00000002000000000000000A, 000000010000000000000008",
    })
    void namesOfBothToolsAreReadAgain(String text, String segment, String deltaFrom) {
        BackupName name = BackupName.parse(text);
        assertEquals(text, name.toString());
        assertEquals(segment, name.segment().toString());
        assertEquals(Optional.ofNullable(deltaFrom), name.deltaFrom().map(WalSegmentName::toString));
        for (int length = 5; length <= text.length(); length++) {
            assertTrue(BackupName.isPrefix(text.substring(0, length)));
        }
    }

    @Property(tries = 1000)
    void lookingAtAnyTextIsHarmless(@ForAll String text) {
        assertEquals(
                BackupName.isValid(text),
                text.matches("base_(?!00000000)[0-9A-F]{24}(_([0-9A-F]{8}|D_(?!00000000)[0-9A-F]{24}))?"));
    }
}
