package org.walarchive.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ages as they are written on the command line: {@code 36h}, {@code 30d}, {@code 8w}. */
final class Age {

    private static final Pattern AGE = Pattern.compile("([0-9]{1,9})([hdw])");

    private Age() {}

    /** Returns an age of more than zero; empty for what is none. */
    static Optional<Duration> parse(String text) {
        Matcher matcher = AGE.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == 0) {
            return Optional.empty();
        }
        int number = Integer.parseInt(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "h" -> Duration.ofHours(number);
                    case "d" -> Duration.ofDays(number);
                    default -> Duration.ofDays(7L * number);
                });
    }
}
