package org.walarchive.store.swift;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Keeps a token that all threads share, and gets a new one when it ends: one thread at a time, for all that wait. */
final class Sessions {

    private static final Logger log = LoggerFactory.getLogger(Sessions.class);

    private final Source source;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Session current;
    private volatile long attempts;
    private @Nullable StoreException lastFailure;

    /** Logs in. */
    @FunctionalInterface
    interface Source {
        /** Returns a new session. */
        Session login() throws StoreException;
    }

    Sessions(Source source) {
        this.source = source;
    }

    /** Returns a session whose token is believed to be good. */
    Session current() throws StoreException {
        Session session = current;
        return session == null || session.endsSoon(System.nanoTime()) ? renewed(session) : session;
    }

    /**
     * Returns another session.
     *
     * @param refused the one that is not good any more; if it has been replaced already, nothing is asked for
     */
    Session renewed(@Nullable Session refused) throws StoreException {
        long seen = attempts;
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.INTERRUPTED, "interrupted while waiting for a login", null, e);
        }
        try {
            Session session = current;
            if (session != null && session != refused) {
                return session;
            }
            StoreException failure = lastFailure;
            if (attempts > seen && failure != null) {
                // Another thread has just tried for this one too.
                throw new StoreException(
                        failure.kind(),
                        String.valueOf(failure.getMessage()),
                        failure.hint().orElse(null),
                        failure.getCause(),
                        failure.retryAfter().orElse(null));
            }
            return login();
        } finally {
            lock.unlock();
        }
    }

    private Session login() throws StoreException {
        try {
            Session session = source.login();
            current = session;
            lastFailure = null;
            attempts++;
            log.debug("action=login storage={} lifetime={}", session.storageUrl(), session.lifetime());
            return session;
        } catch (StoreException e) {
            if (e.kind() != Kind.INTERRUPTED) {
                lastFailure = e;
                attempts++;
            }
            throw e;
        }
    }

    /**
     * Has the next call log in anew. A service that refuses a token may close the connection before it has read the body of
     * the request, and the client then sees a broken connection and not the 401.
     */
    void suspect(Session session) {
        lock.lock();
        try {
            if (current == session) {
                current = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
