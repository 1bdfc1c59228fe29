package org.walarchive.cli.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JsonFormatTest {

    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.006999Z");

    private static String format(LogRecord entry) {
        return RecordForm.JSON.format(entry, TIME, 7);
    }

    @Test
    void aRecordIsALine() {
        assertEquals(
                "{\"time\":\"2026-01-02T03:04:05.006Z\",\"level\":\"WARNING\",\"logger\":\"walarchive.core.wal\",\"message\":\"m\","
                        + "\"detail\":\"d\",\"hint\":\"h\",\"pid\":7,\"action\":\"push-wal\",\"segment\":\"S\",\"state\":\"begin\","
                        + "\"exception\":\"java.lang.Error\\n\\tat x\"}\n",
                format(new LogRecord(
                        "walarchive.core.wal",
                        Severity.WARNING,
                        "m",
                        "d",
                        "h",
                        Map.of("state", "begin", "action", "push-wal", "seg", "S"),
                        "java.lang.Error\n\tat x")));
    }

    @Test
    void whatIsNotThereIsNotSaid() {
        assertEquals(
                "{\"time\":\"2026-01-02T03:04:05.006Z\",\"level\":\"INFO\",\"logger\":\"l\",\"message\":\"m\",\"pid\":7}\n",
                format(new LogRecord("l", Severity.INFO, "m", null, null, Map.of())));
    }

    @Test
    void everythingIsEscapedThatMustBe() {
        assertEquals(
                "{\"time\":\"2026-01-02T03:04:05.006Z\",\"level\":\"INFO\",\"logger\":\"l\","
                        + "\"message\":\"\\\"\\\\\\n\\t\\u000d\\u0000\\u001b\\u007f\\u009b é\ud83d\ude00/\",\"pid\":7,\"a\\\"b\":\"c\"}\n",
                format(new LogRecord(
                        "l",
                        Severity.INFO,
                        "\"\\\n\t\r\u0000\u001b\u007f\u009b é\ud83d\ude00/",
                        null,
                        null,
                        Map.of("a\"b", "c"))));
    }

    @Test
    void aKeyDoesNotHideAMember() {
        assertEquals(
                "{\"time\":\"2026-01-02T03:04:05.006Z\",\"level\":\"INFO\",\"logger\":\"l\",\"message\":\"m\",\"pid\":7,"
                        + "\"message_\":\"x\",\"pid_\":\"8\"}\n",
                format(new LogRecord("l", Severity.INFO, "m", null, null, Map.of("pid", "8", "message", "x"))));
    }

    @Test
    void calledAsWalETheLoggersHaveItsNames() {
        for (String[] names : new String[][] {
            {"walarchive.cli", "wal_e.main"}, {"walarchive.core.wal", "wal_e.core.wal"}, {"com.example", "com.example"}
        }) {
            String text =
                    RecordForm.WAL_E.format(new LogRecord(names[0], Severity.INFO, "m", null, null, Map.of()), TIME, 7);
            assertEquals(names[1], text.substring(0, text.indexOf(' ')));
        }
    }
}
