package org.walarchive.cli.log;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be logged.
 *
 * @param logger the logger's name as it is printed
 * @param severity how grave it is
 * @param message what happened: lower case, no full stop
 * @param detail the circumstances, or null
 * @param hint what to do, or null
 * @param pairs keys and values
 */
public record LogRecord(
        String logger,
        Severity severity,
        String message,
        @Nullable String detail,
        @Nullable String hint,
        Map<String, String> pairs) {

    /** Copies the pairs. */
    public LogRecord {
        pairs = Map.copyOf(pairs);
    }
}
