package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TargetTimeTest {

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T11:00:00Z,2026-03-01T11:00:00Z",
        "2026-03-01 11:00Z,2026-03-01T11:00:00Z",
        "2026-03-01 11:00:00 UTC,2026-03-01T11:00:00Z",
        "2026-03-01 12:00:00.123456+01,2026-03-01T11:00:00.123456Z",
        "2026-03-01 11:00:00.5-00,2026-03-01T11:00:00.5Z",
        "2026-03-01T05:30:00-05:30,2026-03-01T11:00:00Z",
        "2026-03-01 16:45:00+0545,2026-03-01T11:00:00Z",
    })
    void timesWithAZoneAreRead(String text, Instant expected) throws UsageException {
        assertEquals(expected, TargetTime.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01 11:00:00,has no zone",
        "2026-03-01T11:00:00.123,has no zone",
        "2026-03-01 11:00:00 Europe/Berlin,not an offset",
        "2026-03-01 11:00:00 CET,not an offset",
        "2026-02-30 11:00:00Z,is not a time",
        "2026-03-01 25:00:00Z,is not a time",
        "2026-03-01 11:00:00+99,is not a time",
        "2026-03-01,is not a time",
        "yesterday,is not a time",
    })
    void whatCouldMeanTwoMomentsIsRefused(String text, String problem) {
        UsageException e = assertThrows(UsageException.class, () -> TargetTime.parse(text));
        assertTrue(e.getMessage().contains(problem), e.getMessage());
        assertTrue(e.getMessage().contains(text), e.getMessage());
    }
}
