package org.walarchive.cli.log;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A record as a JSON object on one line. Its own members come first, keys and values after them; {@code seg}, as WAL-E abbreviates it, is
 * {@code segment}. A key that is the name of a member of ours gets an underscore.
 */
final class JsonFormat {

    /** How many members a message of syslog lacks, which had no room for them. */
    static final String OMITTED = "omitted";

    private static final String BEGIN = "{\"time\":\"";

    private static final Set<String> MEMBERS =
            Set.of("time", "level", "logger", "message", "detail", "hint", "pid", "exception", OMITTED);

    private JsonFormat() {}

    static String format(LogRecord entry, Instant time, long processId) {
        StringBuilder text = new StringBuilder(256).append(BEGIN);
        RecordFormat.time(text, LocalDateTime.ofInstant(time, ZoneOffset.UTC), RecordFormat.MILLISECONDS);
        text.append("Z\",\"level\":\"").append(entry.severity().name()).append('"');
        member(text, "logger", entry.logger());
        member(text, "message", entry.message());
        member(text, "detail", entry.detail());
        member(text, "hint", entry.hint());
        text.append(",\"pid\":").append(processId);
        for (Map.Entry<String, String> pair : new TreeMap<>(entry.pairs()).entrySet()) {
            member(text, name(pair.getKey()), pair.getValue());
        }
        member(text, "exception", entry.exception());
        return text.append("}\n").toString();
    }

    /** Tells a record of this form from one of another. */
    static boolean isRecord(String text) {
        return text.startsWith(BEGIN);
    }

    private static String name(String key) {
        if (MEMBERS.contains(key)) {
            return key + "_";
        }
        return key.equals("seg") ? "segment" : key;
    }

    private static void member(StringBuilder text, String name, @Nullable String value) {
        if (value != null) {
            string(text.append(','), name);
            string(text.append(':'), value);
        }
    }

    private static void string(StringBuilder text, String content) {
        text.append('"');
        for (int i = 0; i < content.length(); i++) {
            char c = content.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> Printable.append(text, c);
            }
        }
        text.append('"');
    }
}
