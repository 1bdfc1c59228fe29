package org.walarchive.store;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.stability.Stable;

/** A failure of a store. The message names the key or the location, never a secret. */
@Stable
public final class StoreException extends IOException {

    /** What failed; it decides whether the engine tries again. */
    public enum Kind {
        /** The store was read and has no such blob. */
        NOT_FOUND(false),
        /** The bucket, container or root directory does not exist: nothing can be said of any blob. */
        NO_CONTAINER(false),
        /** No credential, a wrong or expired one, or one without the right. */
        ACCESS_DENIED(false),
        /** The service asks to slow down. */
        THROTTLED(true),
        /** No connection, a time-out, a reset, a failure of the service: it may work later. */
        UNAVAILABLE(true),
        /** What arrived is not what was sent: a checksum that does not agree, a stream cut short. */
        CORRUPT(true),
        /** The blob lies in cold storage and must be thawed before it can be read. */
        FROZEN(false),
        /** No space or quota is left. */
        NO_SPACE(false),
        /** The request can never work: a key outside the grammar, an object too large, a wrong setting. */
        INVALID(false),
        /** The calling thread was interrupted; its flag is set. */
        INTERRUPTED(false);

        private final boolean retryable;

        Kind(boolean retryable) {
            this.retryable = retryable;
        }

        /**
         * Tells whether the same call may work when it is made again later.
         *
         * @return true if so
         */
        public boolean retryable() {
            return retryable;
        }
    }

    private final Kind kind;
    private final @Nullable String hint;
    private final @Nullable Duration retryAfter;

    /**
     * Makes an exception without hint and cause.
     *
     * @param kind what failed
     * @param message what and where: lower case, no full stop
     */
    public StoreException(Kind kind, String message) {
        this(kind, message, null, null, null);
    }

    /**
     * Makes an exception.
     *
     * @param kind what failed
     * @param message what and where: lower case, no full stop
     * @param hint what to do, a sentence; or null
     * @param cause the failure underneath; or null
     */
    public StoreException(Kind kind, String message, @Nullable String hint, @Nullable Throwable cause) {
        this(kind, message, hint, cause, null);
    }

    /**
     * Makes an exception of a service that says when to come back.
     *
     * @param kind what failed
     * @param message what and where: lower case, no full stop
     * @param hint what to do, a sentence; or null
     * @param cause the failure underneath; or null
     * @param retryAfter how long the service asks to wait; or null
     */
    public StoreException(
            Kind kind,
            String message,
            @Nullable String hint,
            @Nullable Throwable cause,
            @Nullable Duration retryAfter) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind);
        this.hint = hint;
        this.retryAfter = retryAfter;
    }

    /**
     * Returns what failed.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Returns what to do.
     *
     * @return a sentence, if there is something to say
     */
    public Optional<String> hint() {
        return Optional.ofNullable(hint);
    }

    /**
     * Returns how long the service asks to wait before the next call.
     *
     * @return the time, if the service told one
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
