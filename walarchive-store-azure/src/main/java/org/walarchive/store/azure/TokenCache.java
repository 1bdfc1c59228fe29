package org.walarchive.store.azure;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.StoreException.Kind;

/**
 * Keeps the token for one scope and renews it before it expires. May be used by many threads, of which one renews: the others
 * use the old token, and wait if there is none that is good.
 */
final class TokenCache {

    private static final Logger LOG = LoggerFactory.getLogger(TokenCache.class);

    /** How long after a renewal that failed the next one is tried, as long as the old token is good. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final Supplier<IssuedToken> issuer;
    private final Clock clock;
    private final ReentrantLock renewal = new ReentrantLock();
    private volatile @Nullable IssuedToken token;
    private volatile Instant nextRenewal = Instant.MIN;
    private volatile long failures;
    private @Nullable TokenException lastFailure;

    /**
     * Makes a cache.
     *
     * @param issuer asks for a token; fails with {@link TokenException}
     */
    TokenCache(Supplier<IssuedToken> issuer, Clock clock) {
        this.issuer = issuer;
        this.clock = clock;
    }

    /**
     * Returns a token that is good now.
     *
     * @throws TokenException if none can be had
     */
    IssuedToken get() {
        IssuedToken current = token;
        Instant now = clock.instant();
        if (current == null || !current.isGoodAt(now)) {
            return await();
        }
        if (!current.isDueAt(now) || now.isBefore(nextRenewal) || !renewal.tryLock()) {
            return current;
        }
        try {
            return renewed(current);
        } finally {
            renewal.unlock();
        }
    }

    /** Replaces a token that is still good. The lock is held. */
    private IssuedToken renewed(IssuedToken old) {
        IssuedToken current = token;
        if (current != null && current != old) {
            return current;
        }
        try {
            return renew();
        } catch (TokenException e) {
            if (!e.kind().retryable()) {
                throw e;
            }
            Duration pause =
                    e.retryAfter().filter(asked -> asked.compareTo(PAUSE) > 0).orElse(PAUSE);
            nextRenewal = clock.instant().plus(pause);
            LOG.warn("token not renewed, the old one serves until {}: {}", old.expiresAt(), e.getMessage());
            return old;
        }
    }

    /** Gets a token where there is none that is good. Who waited while somebody else failed to get it fails alike. */
    private IssuedToken await() {
        long failuresBefore = failures;
        try {
            renewal.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TokenException(Kind.INTERRUPTED, "interrupted while waiting for a token", null, null, null);
        }
        try {
            IssuedToken current = token;
            if (current != null && current.isGoodAt(clock.instant())) {
                return current;
            }
            TokenException failure = lastFailure;
            if (failures != failuresBefore && failure != null) {
                throw failure.again();
            }
            return renew();
        } finally {
            renewal.unlock();
        }
    }

    /** Asks for a token. The lock is held. */
    private IssuedToken renew() {
        try {
            IssuedToken issued = issuer.get();
            token = issued;
            lastFailure = null;
            return issued;
        } catch (TokenException e) {
            // That this thread was interrupted says nothing to those that wait.
            if (e.kind() != Kind.INTERRUPTED) {
                lastFailure = e;
                failures++;
            }
            throw e;
        }
    }
}
