package org.walarchive.core.testing;

import java.util.Map;
import java.util.TreeMap;

/** Settings as lines of {@code postgresql.conf} or {@code recovery.conf}. */
final class ServerSettings {

    /** Small and quick; nothing is synchronised, for no test cuts the power. */
    static final Map<String, String> FOR_TESTS = Map.ofEntries(
            Map.entry("fsync", "off"),
            Map.entry("full_page_writes", "on"),
            Map.entry("shared_buffers", "16MB"),
            Map.entry("max_connections", "20"),
            Map.entry("wal_level", "replica"),
            Map.entry("max_wal_senders", "4"),
            Map.entry("hot_standby", "on"),
            Map.entry("logging_collector", "off"),
            Map.entry("log_line_prefix", "%t [%p] "),
            Map.entry("timezone", "UTC"),
            Map.entry("log_timezone", "UTC"));

    private ServerSettings() {}

    static String format(Map<String, String> settings) {
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(settings)
                .forEach((name, value) ->
                        lines.append(name).append(" = ").append(quote(value)).append('\n'));
        return lines.toString();
    }

    /** Quotes a value; PostgreSQL reads backslashes in it as C does (guc-file.l). */
    private static String quote(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
