package org.walarchive.cli.log;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;

/**
 * WAL-E's form of a record: name and severity in columns; lines {@code MSG}, {@code DETAIL}, {@code HINT} and
 * {@code STRUCTURED}, all but the first indented. Written without formatters: it runs in a process that lives for one
 * WAL segment.
 */
final class RecordFormat {

    static final int MILLISECONDS = 3;
    private static final int MICROSECONDS = 6;
    private static final int NAME_WIDTH = 12;
    private static final int SEVERITY_WIDTH = 8;
    private static final String NEXT_LINE = "\n        ";

    private RecordFormat() {}

    static String format(LogRecord entry, Instant time, long processId) {
        StringBuilder text = new StringBuilder(256);
        column(text, entry.logger(), NAME_WIDTH);
        column(text, entry.severity().name(), SEVERITY_WIDTH);
        line(text, "MSG: ", entry.message());
        if (entry.detail() != null) {
            line(text.append(NEXT_LINE), "DETAIL: ", entry.detail());
        }
        if (entry.exception() != null) {
            line(text.append(NEXT_LINE), entry.detail() == null ? "DETAIL: " : "", entry.exception());
        }
        if (entry.hint() != null) {
            line(text.append(NEXT_LINE), "HINT: ", entry.hint());
        }
        text.append(NEXT_LINE).append("STRUCTURED: time=");
        time(text, LocalDateTime.ofInstant(time, ZoneOffset.UTC), MICROSECONDS);
        text.append("-00 pid=").append(processId);
        for (String pair : sorted(entry.pairs())) {
            line(text, " ", pair);
        }
        return text.append('\n').toString();
    }

    private static void column(StringBuilder text, String content, int width) {
        text.append(content);
        for (int i = content.length(); i < width; i++) {
            text.append(' ');
        }
        text.append(' ');
    }

    private static void line(StringBuilder text, String label, String content) {
        text.append(label);
        for (int i = 0; i < content.length(); i++) {
            char c = content.charAt(i);
            if (c == '\n') {
                text.append(NEXT_LINE);
            } else if (c == '\t') {
                text.append(c);
            } else {
                Printable.append(text, c);
            }
        }
    }

    private static String[] sorted(Map<String, String> pairs) {
        String[] texts = new String[pairs.size()];
        int count = 0;
        for (Map.Entry<String, String> pair : pairs.entrySet()) {
            texts[count++] = pair.getKey() + "=" + pair.getValue();
        }
        Arrays.sort(texts);
        return texts;
    }

    /** Appends a time with so many digits of the second's fraction. */
    static void time(StringBuilder text, LocalDateTime utc, int fraction) {
        digits(text, utc.getYear(), 4).append('-');
        digits(text, utc.getMonthValue(), 2).append('-');
        digits(text, utc.getDayOfMonth(), 2).append('T');
        digits(text, utc.getHour(), 2).append(':');
        digits(text, utc.getMinute(), 2).append(':');
        digits(text, utc.getSecond(), 2).append('.');
        digits(text, fraction == MILLISECONDS ? utc.getNano() / 1_000_000 : utc.getNano() / 1000, fraction);
    }

    private static StringBuilder digits(StringBuilder text, int number, int width) {
        String digits = Integer.toString(number);
        for (int i = digits.length(); i < width; i++) {
            text.append('0');
        }
        return text.append(digits);
    }
}
