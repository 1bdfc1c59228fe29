package org.walarchive.cli.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** Turns slf4j's calls into records. */
final class RecordLogger extends LegacyAbstractLogger implements LoggingEventAware {

    private static final String OUR_PACKAGE = "org.walarchive.";

    private final transient RecordLoggerFactory factory;
    private final String shortName;
    private final boolean ours;

    RecordLogger(String name, RecordLoggerFactory factory) {
        this.name = name;
        this.factory = factory;
        ours = name.startsWith(OUR_PACKAGE);
        shortName = ours ? shortened(name) : name;
    }

    /** {@code org.walarchive.core.wal.WalPush} becomes {@code walarchive.core.wal}. */
    private static String shortened(String name) {
        int dot = name.lastIndexOf('.');
        boolean endsInClass = Character.isUpperCase(name.charAt(Math.min(dot + 1, name.length() - 1)));
        int end = endsInClass ? dot : name.length();
        return name.substring("org.".length(), end);
    }

    /**
     * Other libraries' progress is of no interest to an operator, unless he looks for a fault; and what they say at the level
     * of debug holds secrets, such as the headers of requests.
     */
    private boolean isEnabled(Severity severity) {
        RecordLog log = factory.log();
        Severity lowest = log.isEnabled(Severity.DEBUG) ? Severity.INFO : Severity.WARNING;
        return log.isEnabled(severity) && (ours || severity.compareTo(lowest) >= 0);
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return isEnabled(Severity.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return isEnabled(Severity.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return isEnabled(Severity.WARNING);
    }

    @Override
    public boolean isErrorEnabled() {
        return isEnabled(Severity.ERROR);
    }

    @Override
    public void log(LoggingEvent event) {
        Map<String, String> pairs = new HashMap<>();
        List<KeyValuePair> given = event.getKeyValuePairs();
        if (given != null) {
            for (KeyValuePair pair : given) {
                pairs.put(pair.key, String.valueOf(pair.value));
            }
        }
        write(event.getLevel(), event.getMessage(), event.getArgumentArray(), event.getThrowable(), pairs);
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable failure) {
        write(level, pattern, arguments, failure, new HashMap<>());
    }

    private void write(
            Level level,
            String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable failure,
            Map<String, String> pairs) {
        String message = arguments == null ? pattern : MessageFormatter.basicArrayFormat(pattern, arguments);
        // Where the library says more than fits a line, it names the parts.
        String detail = pairs.remove("detail");
        String hint = pairs.remove("hint");
        String trace = failure == null ? null : stackTrace(failure);
        factory.log().write(new LogRecord(shortName, severity(level), message, detail, hint, pairs, trace));
    }

    private static Severity severity(Level level) {
        return switch (level) {
            case TRACE, DEBUG -> Severity.DEBUG;
            case INFO -> Severity.INFO;
            case WARN -> Severity.WARNING;
            case ERROR -> Severity.ERROR;
        };
    }

    private static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString().stripTrailing();
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }
}
