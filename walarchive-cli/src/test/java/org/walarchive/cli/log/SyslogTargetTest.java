package org.walarchive.cli.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is too long for a datagram. */
final class SyslogTargetTest {

    private static final String LONG = "a\\n\\\\\\u00e9\\\"\u00e9";

    /** What is escaped, and what has two bytes and three. */
    private static final String TEXT = "a\"b\\c\nd\te\u0000f\u00e9g\u20ach";

    private static final ObjectMapper STRICT =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static String sent(String text) {
        return new String(SyslogTarget.bytes(text), StandardCharsets.UTF_8);
    }

    @Test
    void aLongRecordOfJsonStaysAnObjectWhereverItIsCut() throws Exception {
        for (int shift = 0; shift < 40; shift++) {
            String sent = sent("{\"time\":\"" + "t".repeat(shift) + "\",\"message\":\"" + LONG.repeat(800) + "\"}");
            JsonNode record = new ObjectMapper().readTree(sent);
            assertEquals("t".repeat(shift), record.path("time").asText());
            assertTrue(record.path("message").asText().startsWith("a\n\\\u00e9\"\u00e9a"), sent);
            assertTrue(record.path("message").asText().endsWith(" more bytes]"), sent);
        }
    }

    private static LogRecord entry(
            String message, String detail, String hint, Map<String, String> pairs, String trace) {
        return new LogRecord("walarchive.core.wal", Severity.ERROR, message, detail, hint, pairs, trace);
    }

    /** Requires that what is sent is an object of the record's texts, of which some lack their ends. */
    private static JsonNode requireWhole(LogRecord entry) throws Exception {
        String sent = sent(RecordForm.JSON.format(entry, Instant.EPOCH, 4711));
        assertTrue(sent.getBytes(StandardCharsets.UTF_8).length <= 8000, sent);
        JsonNode record = STRICT.readTree(sent);
        assertEquals("1970-01-01T00:00:00.000Z", record.path("time").asText());
        assertEquals(4711, record.path("pid").asInt());
        requireBegin(entry.message(), record.path("message").asText());
        requireBegin(String.valueOf(entry.detail()), record.path("detail").asText());
        requireBegin(String.valueOf(entry.hint()), record.path("hint").asText());
        int there = 0;
        for (Map.Entry<String, String> pair : entry.pairs().entrySet()) {
            if (record.has(pair.getKey())) {
                there++;
                requireBegin(pair.getValue(), record.path(pair.getKey()).asText());
            }
        }
        int all = entry.pairs().size() + 1;
        assertEquals(
                all - there - (record.has("exception") ? 1 : 0),
                record.path("omitted").asInt(),
                sent);
        return record;
    }

    private static void requireBegin(String whole, String sent) {
        Matcher cut = Pattern.compile("(?s)(.*) \\[\\d+ more bytes]").matcher(sent);
        assertTrue(sent.equals(whole) || cut.matches() && whole.startsWith(cut.group(1)), sent);
    }

    @Test
    @DisplayName("a text that ends just before the limit leaves the names of the members behind it whole")
    void aRecordStaysAnObjectWhateverIsAtTheLimit() throws Exception {
        for (int length = 7600; length < 8100; length++) {
            JsonNode record = requireWhole(entry(
                    "m", "d".repeat(length), "Is it there?", Map.of("key", "wal_005/x", "state", "failed"), "trace"));
            assertEquals("Is it there?", record.path("hint").asText());
            assertEquals("failed", record.path("state").asText());
        }
        for (int shift = 0; shift < 4; shift++) {
            requireWhole(entry("a".repeat(shift) + "\ud83d\ude00".repeat(3000), "d", "h", Map.of(), "trace"));
        }
    }

    @Property(tries = 300)
    void anyRecordIsSentAsAnObject(
            @ForAll @IntRange(max = 20_000) int message,
            @ForAll @IntRange(max = 20_000) int detail,
            @ForAll @IntRange(max = 9_000) int hint,
            @ForAll @IntRange(max = 9_000) int value,
            @ForAll @IntRange(max = 200) int pairs,
            @ForAll @IntRange(max = 120) int name)
            throws Exception {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < pairs; i++) {
            many.put("n".repeat(name) + i, text(i == 0 ? value : i % 50));
        }
        requireWhole(entry(text(message), text(detail), text(hint), many, text(value)));
    }

    private static String text(int length) {
        return TEXT.repeat(length / TEXT.length() + 1).substring(0, length);
    }

    @Test
    void aLongLineSaysHowMuchIsMissing() {
        assertEquals("x".repeat(8000) + " [5 more bytes]", sent("x".repeat(8005)));
    }
}
