package org.walarchive.cli.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RecordFormatTest {

    private static final Instant TIME = Instant.parse("2026-11-21T00:36:13.507384999Z");

    /** A record of WAL-E itself, {@code s3-delete-before-2nd.stderr}, but for the severity's place. */
    @Test
    void messageAndPairs() {
        LogRecord entry =
                new LogRecord("wal_e.main", Severity.INFO, "performing dry run of data deletion", null, null, Map.of());
        assertEquals(
                "wal_e.main   INFO     MSG: performing dry run of data deletion\n"
                        + "        STRUCTURED: time=2026-11-21T00:36:13.507384-00 pid=18112\n",
                RecordFormat.format(entry, TIME, 18112));
    }

    /** Of a terminal: its title, colours, the beginning of the line; and what is no control. */
    @Test
    void namesDoNotMoveTheCursor() {
        LogRecord entry = new LogRecord(
                "w",
                Severity.INFO,
                "\u001b]0;x\u0007",
                "a\rb\u009b2J",
                null,
                Map.of("key", "\u0000\u007f\té\ud83d\ude00"));
        assertEquals("""
                w            INFO     MSG: \\u001b]0;x\\u0007
                        DETAIL: a\\u000db\\u009b2J
                        STRUCTURED: time=2026-11-21T00:36:13.507384-00 pid=1 key=\\u0000\\u007f\té\ud83d\ude00
                """, RecordFormat.format(entry, TIME, 1));
    }

    @Test
    void everyLineButTheFirstIsIndentedAndPairsAreSorted() {
        LogRecord entry = new LogRecord(
                "wal_e.operator.backup",
                Severity.CRITICAL,
                "two\nlines",
                "more\nof them",
                "hint",
                Map.of("state", "begin", "action", "wal-fetch", "a", "1\n2"));
        assertEquals("""
                wal_e.operator.backup CRITICAL MSG: two
                        lines
                        DETAIL: more
                        of them
                        HINT: hint
                        STRUCTURED: time=2026-01-02T03:04:05.000006-00 pid=1 a=1
                        2 action=wal-fetch state=begin
                """, RecordFormat.format(entry, Instant.parse("2026-01-02T03:04:05.000006Z"), 1));
    }
}
