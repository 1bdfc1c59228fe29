package org.walarchive;

import org.jspecify.annotations.Nullable;
import org.walarchive.stability.Stable;

/** The PostgreSQL server cannot be reached, refuses, or is not the one expected. */
@Stable
public final class ServerException extends ArchiveException {

    /**
     * Makes an exception.
     *
     * @param message what and where: lower case, no full stop
     * @param detail the circumstances, or null
     * @param hint what to do, in sentences, or null
     */
    public ServerException(String message, @Nullable String detail, @Nullable String hint) {
        this(message, detail, hint, null);
    }

    /**
     * Makes an exception with a cause.
     *
     * @param message what and where: lower case, no full stop
     * @param detail the circumstances, or null
     * @param hint what to do, in sentences, or null
     * @param cause the failure underneath, or null
     */
    public ServerException(String message, @Nullable String detail, @Nullable String hint, @Nullable Throwable cause) {
        super(message, detail, hint, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
