package org.walarchive.cli.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is too long for a datagram. */
final class SyslogTargetTest {

    private static final String LONG = "a\\n\\\\\\u00e9\\\"\u00e9";

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

    @Test
    void aLongLineSaysHowMuchIsMissing() {
        assertEquals("x".repeat(8000) + " [5 more bytes]", sent("x".repeat(8005)));
    }
}
