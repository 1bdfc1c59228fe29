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
 * @param exception the stack trace of what went wrong, or null
 */
public record LogRecord(
        String logger,
        Severity severity,
        String message,
        @Nullable String detail,
        @Nullable String hint,
        Map<String, String> pairs,
        @Nullable String exception) {

    /** Copies the pairs. */
    public LogRecord {
        pairs = Map.copyOf(pairs);
    }

    /**
     * Makes a record of what is no exception.
     *
     * @param logger the logger's name as it is printed
     * @param severity how grave it is
     * @param message what happened: lower case, no full stop
     * @param detail the circumstances, or null
     * @param hint what to do, or null
     * @param pairs keys and values
     */
    public LogRecord(
            String logger,
            Severity severity,
            String message,
            @Nullable String detail,
            @Nullable String hint,
            Map<String, String> pairs) {
        this(logger, severity, message, detail, hint, pairs, null);
    }

    LogRecord named(String name) {
        return new LogRecord(name, severity, message, detail, hint, pairs, exception);
    }
}
