package org.walarchive.verification;

import java.util.Objects;
import java.util.Optional;
import org.walarchive.stability.Experimental;

/**
 * Something that is not as it should be.
 *
 * @param severity how bad
 * @param subject the key of the object that is damaged or missing; of several missing segments, of the first
 * @param message what is wrong with it: lower case, no full stop
 * @param hint what to do, in sentences, if something is known to help
 */
@Experimental
public record Finding(Severity severity, String subject, String message, Optional<String> hint) {

    /** How bad a finding is. */
    public enum Severity {
        /** A restore that the archive should make possible is not possible, or gives wrong data. */
        ERROR,
        /** A person should look: a restore may be hindered, or the archive holds what it should not. */
        WARNING,
        /** Worth knowing; no restore suffers. */
        NOTE
    }

    /** Checks for null. */
    public Finding {
        Objects.requireNonNull(severity);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(message);
        Objects.requireNonNull(hint);
    }
}
