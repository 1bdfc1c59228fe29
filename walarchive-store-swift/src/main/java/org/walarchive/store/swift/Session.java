package org.walarchive.store.swift;

import java.time.Duration;
import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * What a login gives. {@link #toString} does not print the token.
 *
 * @param token the token
 * @param storageUrl the address of the account, without a slash at its end
 * @param lifetime how long the token is good for, by the service's own clock
 * @param begunNanos when it was given, as {@link System#nanoTime} counts
 */
record Session(String token, HttpUrl storageUrl, Optional<Duration> lifetime, long begunNanos) {

    private static final Duration MARGIN = Duration.ofMinutes(1);

    /** Tells whether the token ends so soon that it is better renewed at once. */
    boolean endsSoon(long nowNanos) {
        if (lifetime.isEmpty()) {
            return false;
        }
        Duration margin = lifetime.get().dividedBy(10);
        Duration left = lifetime.get().minusNanos(nowNanos - begunNanos);
        return left.compareTo(margin.compareTo(MARGIN) < 0 ? margin : MARGIN) < 0;
    }

    @Override
    public String toString() {
        return "session at " + storageUrl;
    }
}
