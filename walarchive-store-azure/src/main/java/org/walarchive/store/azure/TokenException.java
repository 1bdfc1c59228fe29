package org.walarchive.store.azure;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** No token could be had. Unchecked, because it passes through the SDK. The message holds neither a secret nor a token. */
final class TokenException extends RuntimeException {

    private final Kind kind;
    private final @Nullable String hint;
    private final @Nullable Duration retryAfter;

    /**
     * Makes an exception.
     *
     * @param kind what failed
     * @param message what and where: lower case, no full stop
     * @param hint what to do, a sentence; or null
     * @param cause the failure underneath, of a class of Java's own; or null
     * @param retryAfter how long the issuer asks to wait; or null
     */
    TokenException(
            Kind kind,
            String message,
            @Nullable String hint,
            @Nullable Throwable cause,
            @Nullable Duration retryAfter) {
        super(message, cause);
        this.kind = kind;
        this.hint = hint;
        this.retryAfter = retryAfter;
    }

    Kind kind() {
        return kind;
    }

    Optional<String> hint() {
        return Optional.ofNullable(hint);
    }

    Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /**
     * Makes the same failure for another thread that waited for it.
     *
     * @return one with that thread's stack
     */
    TokenException again() {
        return new TokenException(kind, String.valueOf(getMessage()), hint, getCause(), retryAfter);
    }

    /**
     * Makes the store's exception.
     *
     * @param action what failed and where, such as {@code cannot get a/b in azure://…}
     */
    StoreException toStoreException(String action) {
        return new StoreException(kind, action + ": " + getMessage(), hint, getCause(), retryAfter);
    }
}
