package org.walarchive.store.swift;

import java.io.IOException;
import java.util.function.Function;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Sends requests with a token that is good, and turns what goes wrong into the store's own failures. */
final class SwiftCalls implements AutoCloseable {

    private static final int UNAUTHORIZED = 401;
    private static final int ERROR_BODY_BYTES = 1 << 16;

    private final SwiftContainer container;
    private final SwiftHttp http;
    private final Sessions sessions;
    private volatile boolean closed;

    SwiftCalls(SwiftContainer container, SwiftHttp http, Sessions sessions) {
        this.container = container;
        this.http = http;
        this.sessions = sessions;
    }

    /** Throws if the store is closed or the thread is interrupted. */
    void check() throws StoreException {
        if (closed) {
            throw new IllegalStateException("store " + container + " is closed");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new StoreException(Kind.INTERRUPTED, "interrupted in " + container);
        }
    }

    /**
     * Sends a request and returns the answer, whatever it is. An answer of 401 is asked for once more with a new token.
     *
     * @param action what fails when it fails, without the location
     * @param request makes the request for an address of the account; called again for a new token
     */
    Reply send(String action, Function<HttpUrl, Request.Builder> request) throws StoreException {
        check();
        Session session = sessions.current();
        Reply reply = send(action, request, session);
        if (reply.status() != UNAUTHORIZED) {
            return reply;
        }
        discard(reply);
        return send(action, request, sessions.renewed(session));
    }

    private Reply send(String action, Function<HttpUrl, Request.Builder> maker, Session session) throws StoreException {
        Request request = maker.apply(session.storageUrl())
                .header("X-Auth-Token", session.token())
                .build();
        try {
            return http.send(request, session.token());
        } catch (IOException e) {
            if (request.body() != null) {
                sessions.suspect(session);
            }
            throw SwiftErrors.ofFailure(
                    action + " in " + container, request.url().host(), e);
        }
    }

    /** Has the next request log in anew. */
    void forgetSession() throws StoreException {
        sessions.suspect(sessions.current());
    }

    /** Reads a short answer to its end, so that its connection can be used again. */
    void discard(Reply reply) {
        try (reply) {
            reply.bytes(ERROR_BODY_BYTES);
        } catch (IOException e) {
            // The connection is not used again then.
        }
    }

    /** Makes the exception for an answer that is not the one hoped for, and closes the answer. */
    StoreException failure(String action, Reply reply) {
        StoreException failure = SwiftErrors.ofReply(action + " in " + container, reply);
        discard(reply);
        return failure;
    }

    @Override
    public void close() {
        closed = true;
        http.close();
    }
}
