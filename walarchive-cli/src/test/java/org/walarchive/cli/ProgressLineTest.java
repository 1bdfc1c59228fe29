package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.Progress;
import org.walarchive.Progress.Phase;

final class ProgressLineTest {

    private static final OptionalLong UNKNOWN = OptionalLong.empty();
    private static final Tempo TEMPO =
            new Tempo(OptionalLong.of(89_000_000), OptionalLong.of(20), Duration.ofSeconds(14));

    private static final Progress HALF =
            new Progress(Phase.SEND, 1_288_490_188, OptionalLong.of(3_113_851_289L), 7, OptionalLong.of(900));

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "120;0:14  sending  41% [========            ]  1.2 GiB of 2.9 GiB  84.9 MiB/s  ETA 0:20",
                "79;0:14  sending  41% [======          ]  1.2 GiB of 2.9 GiB  84.9 MiB/s  ETA 0:20",
                "71;0:14  sending  41% [===     ]  1.2 GiB of 2.9 GiB  84.9 MiB/s  ETA 0:20",
                "70;0:14  sending  41%  1.2 GiB of 2.9 GiB  84.9 MiB/s  ETA 0:20",
                "60;0:14  sending  41%  1.2 GiB of 2.9 GiB  84.9 MiB/s  ETA 0:20",
                "59;sending  41%  1.2 GiB of 2.9 GiB  84.9 MiB/s  ETA 0:20",
                "53;sending  41% [===     ]  1.2 GiB of 2.9 GiB  ETA 0:20",
                "33;sending  41% [===     ]  ETA 0:20",
                "20;sending  41%",
                "9;sending  ",
                "0;''",
            })
    void isAsLongAsThereIsRoomFor(int width, String line) {
        assertEquals(line.strip(), ProgressLine.of(HALF, TEMPO, width).strip());
    }

    @Test
    void isNeverLongerThanTheTerminalIsWide() {
        for (int width = 0; width < 200; width++) {
            assertTrue(ProgressLine.of(HALF, TEMPO, width).length() <= width, "" + width);
        }
    }

    @Test
    void whatIsNotKnownIsNotThere() {
        Tempo first = new Tempo(UNKNOWN, UNKNOWN, Duration.ZERO);
        assertEquals(
                "0:00  sending  0 B", ProgressLine.of(new Progress(Phase.SEND, 0, UNKNOWN, 0, UNKNOWN), first, 80));
        assertEquals(
                "0:00  listing the archive",
                ProgressLine.of(new Progress(Phase.LIST, 0, UNKNOWN, 0, UNKNOWN), first, 80));
    }

    @Test
    void whatHasNoBytesIsCountedInSegments() {
        assertEquals(
                "0:14  waiting for the WAL  1 of 3 segments",
                ProgressLine.of(
                        new Progress(Phase.AWAIT_WAL, 0, UNKNOWN, 1, OptionalLong.of(3)),
                        new Tempo(OptionalLong.of(0), UNKNOWN, Duration.ofSeconds(14)),
                        80));
        assertEquals(
                "0:14  replaying WAL  1 segment",
                ProgressLine.of(
                        new Progress(Phase.REPLAY, 0, UNKNOWN, 1, UNKNOWN),
                        new Tempo(OptionalLong.of(0), UNKNOWN, Duration.ofSeconds(14)),
                        80));
    }

    @Test
    void allIsAHundredPercentAndNearlyAllIsNot() {
        Progress nearly = new Progress(Phase.FETCH, 9_999, OptionalLong.of(10_000), 0, UNKNOWN);
        assertTrue(ProgressLine.of(nearly, TEMPO, 80).contains(" 99% "));
        Progress nothing = new Progress(Phase.VERIFY, 0, OptionalLong.of(0), 0, UNKNOWN);
        assertTrue(ProgressLine.of(nothing, TEMPO, 80).contains("100% [====="));
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "999,999 B",
        "1000,1.0 KiB",
        "102348,99.9 KiB",
        "102400,100 KiB",
        "1048576,1.0 MiB",
        "9223372036854775807,8192 PiB"
    })
    void sizes(long bytes, String text) {
        assertEquals(text, ProgressLine.size(bytes));
    }

    @ParameterizedTest
    @CsvSource({"0,0:00", "59,0:59", "60,1:00", "3599,59:59", "3600,1:00:00", "360061,100:01:01"})
    void times(long seconds, String text) {
        assertEquals(text, ProgressLine.clock(seconds));
    }
}
