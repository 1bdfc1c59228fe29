package org.walarchive.store.azure;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A token as it was issued.
 *
 * @param value the token; a secret
 * @param expiresAt when the service stops to take it
 * @param renewAt from when on a new one is wanted
 */
record IssuedToken(String value, Instant expiresAt, Instant renewAt) {

    /** What a token is good for at least, also if this machine's clock says that it has expired. */
    private static final Duration LEAST_LIFE = Duration.ofMinutes(2);

    /** A request made with a token must reach the service before the token expires. */
    private static final Duration TRAVEL = Duration.ofSeconds(30);

    private static final Duration LONG_LIFE = Duration.ofHours(2);
    private static final Duration LEAD = Duration.ofMinutes(5);

    /**
     * Makes a token. Where nothing says when to renew it, that is at half the life of one that lives for more than two
     * hours, as Microsoft's library does with those of managed identities, and else five minutes before it expires, or at
     * half its life if that is later.
     *
     * @param now when it was issued
     * @param life for how long it is good
     * @param refreshIn when a new one is wanted, if the issuer said so
     */
    static IssuedToken issuedAt(Instant now, String value, Duration life, Optional<Duration> refreshIn) {
        Duration lifetime = life.compareTo(LEAST_LIFE) < 0 ? LEAST_LIFE : life;
        Duration half = lifetime.dividedBy(2);
        Duration beforeEnd = lifetime.minus(LEAD);
        Duration usual = lifetime.compareTo(LONG_LIFE) > 0 || beforeEnd.compareTo(half) < 0 ? half : beforeEnd;
        Duration wait = refreshIn.filter(asked -> asked.compareTo(lifetime) < 0).orElse(usual);
        return new IssuedToken(value, now.plus(lifetime), now.plus(wait));
    }

    /** Tells whether a request made now may carry it. */
    boolean isGoodAt(Instant now) {
        return now.isBefore(expiresAt.minus(TRAVEL));
    }

    /** Tells whether a new one is wanted. */
    boolean isDueAt(Instant now) {
        return !now.isBefore(renewAt);
    }

    /** Returns the times, without the token. */
    @Override
    public String toString() {
        return "IssuedToken[expiresAt=" + expiresAt + ", renewAt=" + renewAt + "]";
    }
}
