package org.walarchive.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The exit codes that depend on who called. The launcher asks for codes that a Java virtual machine which did not reach
 * {@link Main} cannot return by chance, and turns them into 0 and 1 itself.
 *
 * @param success for a subcommand that did its work
 * @param absent for a {@code wal-fetch} of a file that is not in the archive
 * @param fetchFailure for every other end of a {@code wal-fetch}
 */
record ExitSignals(int success, int absent, int fetchFailure) {

    static final String FETCH_FAILURE_VARIABLE = "WALARCHIVE_FETCH_FAILURE_EXIT";

    /** Recovery stops with an error at any code above 125 but 143. */
    static final int STOP_RECOVERY = 255;

    static ExitSignals of(Map<String, String> environment, @Nullable String success, @Nullable String absent) {
        if (success != null && absent != null) {
            return new ExitSignals(Integer.parseInt(success), Integer.parseInt(absent), STOP_RECOVERY);
        }
        return new ExitSignals(0, 1, fetchFailure(environment.getOrDefault(FETCH_FAILURE_VARIABLE, "")));
    }

    private static int fetchFailure(String text) {
        int number = 0;
        for (int i = 0; i < text.length() && number <= 255; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return STOP_RECOVERY;
            }
            number = number * 10 + digit - '0';
        }
        return number >= 1 && number <= 255 ? number : STOP_RECOVERY;
    }
}
