package org.walarchive.cli;

import org.jspecify.annotations.Nullable;

/** The command line cannot be understood, or asks for what is not available yet. */
final class UsageException extends Exception {

    private final @Nullable String hint;

    /**
     * Makes an exception.
     *
     * @param message what is wrong: lower case, no full stop, no secret
     * @param hint what to do, in sentences, or null
     */
    UsageException(String message, @Nullable String hint) {
        super(message);
        this.hint = hint;
    }

    @Nullable
    String hint() {
        return hint;
    }

    static UsageException notAvailableYet(String what) {
        return new UsageException(what + " is not available yet", null);
    }
}
