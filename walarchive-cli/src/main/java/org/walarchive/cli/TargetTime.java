package org.walarchive.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a point in time. Without a zone it would mean another moment on another machine, so one has to be given. */
final class TargetTime {

    private static final Pattern FORM = Pattern.compile(
            "([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?) ?(.*)");
    private static final Pattern OFFSET = Pattern.compile("([+-])([0-9]{2})(?::?([0-9]{2}))?");

    private TargetTime() {}

    /** Reads a time as PostgreSQL and ISO 8601 write it, with an offset from UTC. */
    static Instant parse(String text) throws UsageException {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw error(text, "is not a time");
        }
        if (matcher.group(3).isEmpty()) {
            throw error(text, "has no zone");
        }
        try {
            return LocalDateTime.parse(matcher.group(1) + "T" + matcher.group(2))
                    .toInstant(offset(text, matcher.group(3)));
        } catch (DateTimeException e) {
            throw error(text, "is not a time: " + e.getMessage());
        }
    }

    private static ZoneOffset offset(String text, String zone) throws UsageException {
        if (zone.equals("Z") || zone.equals("z") || zone.equals("UTC") || zone.equals("GMT")) {
            return ZoneOffset.UTC;
        }
        Matcher matcher = OFFSET.matcher(zone);
        if (!matcher.matches()) {
            throw error(text, "has a zone that is not an offset from UTC: \"" + zone + "\"");
        }
        int sign = matcher.group(1).equals("-") ? -1 : 1;
        int minutes = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
        return ZoneOffset.ofHoursMinutes(sign * Integer.parseInt(matcher.group(2)), sign * minutes);
    }

    private static UsageException error(String text, String problem) {
        return new UsageException(
                "--target-time: \"" + text + "\" " + problem,
                "Give the time with its offset from UTC, such as \"2026-03-01 12:00:00+01\" or \"2026-03-01T11:00:00Z\".");
    }
}
