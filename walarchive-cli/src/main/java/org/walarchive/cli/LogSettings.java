package org.walarchive.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;

/** Opens the log as the environment and {@code --terse} ask for it. */
final class LogSettings {

    private LogSettings() {}

    static RecordLog open(CommandLine line, Map<String, String> environment, PrintStream err) {
        String levelText = environment.getOrDefault("WALARCHIVE_LOG_LEVEL", "");
        Severity level = severity(levelText);
        if (line.has(Option.TERSE) && level.compareTo(Severity.WARNING) < 0) {
            level = Severity.WARNING;
        }
        RecordLog log = new RecordLog(err, level);
        if (!levelText.isEmpty() && !severity(levelText).name().equalsIgnoreCase(levelText)) {
            warn(log, "WALARCHIVE_LOG_LEVEL is none of debug, info, warning, error, critical");
        }
        checkDestination(environment.getOrDefault("WALE_LOG_DESTINATION", ""), log);
        return log;
    }

    private static Severity severity(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "debug" -> Severity.DEBUG;
            case "warning" -> Severity.WARNING;
            case "error" -> Severity.ERROR;
            case "critical" -> Severity.CRITICAL;
            default -> Severity.INFO;
        };
    }

    /** WAL-E's default is both; where only syslog is asked for, silence would hide errors. */
    private static void checkDestination(String destination, RecordLog log) {
        boolean syslog = false;
        for (String word : destination.isEmpty() ? new String[] {"stderr", "syslog"} : destination.split(",")) {
            if (word.strip().equals("stderr")) {
                if (destination.contains("syslog")) {
                    log.write(Main.record(Severity.DEBUG, "logging to syslog is not available yet", null, null));
                }
                return;
            }
            syslog |= word.strip().equals("syslog");
        }
        warn(
                log,
                syslog
                        ? "logging to syslog is not available yet; logging to stderr"
                        : "WALE_LOG_DESTINATION names neither stderr nor syslog; logging to stderr");
    }

    private static void warn(RecordLog log, String message) {
        log.write(Main.record(Severity.WARNING, message, null, null));
    }
}
