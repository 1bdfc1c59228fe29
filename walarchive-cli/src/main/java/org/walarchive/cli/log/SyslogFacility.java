package org.walarchive.cli.log;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kinds of programs that syslog knows (RFC 3164, 4.1.1), under the names that WAL-E takes. */
public enum SyslogFacility {
    /** The kernel. */
    KERN(0),
    /** User programs: the default. */
    USER(1),
    /** Mail. */
    MAIL(2),
    /** Daemons. */
    DAEMON(3),
    /** Logins. */
    AUTH(4),
    /** Syslog itself. */
    SYSLOG(5),
    /** Printers. */
    LPR(6),
    /** News. */
    NEWS(7),
    /** UUCP. */
    UUCP(8),
    /** Cron. */
    CRON(9),
    /** Logins, for few readers. */
    AUTHPRIV(10),
    /** FTP. */
    FTP(11),
    /** For local use. */
    LOCAL0(16),
    /** For local use. */
    LOCAL1(17),
    /** For local use. */
    LOCAL2(18),
    /** For local use. */
    LOCAL3(19),
    /** For local use. */
    LOCAL4(20),
    /** For local use. */
    LOCAL5(21),
    /** For local use. */
    LOCAL6(22),
    /** For local use. */
    LOCAL7(23);

    private final int code;

    SyslogFacility(int code) {
        this.code = code;
    }

    /**
     * Finds a facility.
     *
     * @param name in letters of any case
     * @return none if there is none of that name
     */
    public static Optional<SyslogFacility> named(String name) {
        return Arrays.stream(values())
                .filter(facility -> facility.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst();
    }

    /**
     * Lists the names.
     *
     * @return as they are written
     */
    public static String names() {
        return Arrays.stream(values())
                .map(facility -> facility.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    /** Returns the number that a message begins with. */
    int priority(Severity severity) {
        return code * 8
                + switch (severity) {
                    case CRITICAL -> 2;
                    case ERROR -> 3;
                    case WARNING -> 4;
                    case INFO -> 6;
                    case DEBUG -> 7;
                };
    }
}
