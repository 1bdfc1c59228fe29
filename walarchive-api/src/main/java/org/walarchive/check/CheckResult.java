package org.walarchive.check;

import java.util.Objects;
import java.util.Optional;
import org.walarchive.stability.Experimental;

/**
 * What one check found.
 *
 * @param name of the check, in lower case with hyphens, such as {@code archive-command}; it stays the same from version to version
 * @param status how it went
 * @param message what was found, in one line: lower case, no full stop
 * @param hint what to do, in sentences; empty if there is nothing to do
 */
@Experimental
public record CheckResult(String name, Status status, String message, Optional<String> hint) {

    /** How a check went, from good to bad. */
    public enum Status {
        /** As it should be. */
        OK,
        /** It could not be looked at here, or was not asked for; nothing is known to be wrong. */
        SKIPPED,
        /** It works, and a person should look. */
        WARN,
        /** Something is not archived, or could not be restored. */
        FAIL
    }

    /** Checks for null. */
    public CheckResult {
        Objects.requireNonNull(name);
        Objects.requireNonNull(status);
        Objects.requireNonNull(message);
        Objects.requireNonNull(hint);
    }
}
