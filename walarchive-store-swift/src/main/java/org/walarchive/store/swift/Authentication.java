package org.walarchive.store.swift;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Logs in: sends the request of an API and reads its answer. */
final class Authentication implements Sessions.Source {

    private final Login login;
    private final SwiftHttp http;

    /** One API. */
    interface Api {

        /** Makes the request. */
        Request request() throws StoreException;

        /**
         * Reads the answer of success.
         *
         * @throws StoreException if the answer leads nowhere
         * @throws IOException if it cannot be read
         */
        Granted read(Reply reply) throws IOException;
    }

    /**
     * What an answer holds.
     *
     * @param token the token
     * @param storageUrl the address of the account
     * @param lifetime how long the token is good for
     */
    record Granted(String token, String storageUrl, Optional<Duration> lifetime) {

        @Override
        public String toString() {
            return "token for " + storageUrl;
        }
    }

    Authentication(Login login, SwiftHttp http) {
        this.login = login;
        this.http = http;
    }

    @Override
    public Session login() throws StoreException {
        String action = "cannot log in as " + login;
        Api api = switch (login.version()) {
            case V1 -> new TempAuth(login);
            case V2 -> new KeystoneV2(login);
            case V3 -> new KeystoneV3(login);
        };
        long begun = System.nanoTime();
        try (Reply reply = http.send(api.request(), login.password())) {
            if (!reply.isSuccess()) {
                throw refused(action, reply);
            }
            Granted granted = api.read(reply);
            HttpUrl storage = HttpUrl.parse(granted.storageUrl());
            if (storage == null) {
                throw new StoreException(
                        Kind.INVALID,
                        action + ": the account's address \"" + granted.storageUrl() + "\" is none of HTTP");
            }
            if (!granted.token().chars().allMatch(c -> c > ' ' && c <= '~')) {
                throw notUnderstood(login, "a token that no header can have");
            }
            return new Session(granted.token(), storage, granted.lifetime(), begun);
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw SwiftErrors.ofFailure(action, login.url().host(), e);
        }
    }

    private static StoreException refused(String action, Reply reply) {
        StoreException failure = SwiftErrors.ofReply(action, reply);
        return switch (reply.status()) {
            case 401, 403 ->
                new StoreException(
                        Kind.ACCESS_DENIED,
                        String.valueOf(failure.getMessage()),
                        "Are SWIFT_USER, SWIFT_PASSWORD, SWIFT_TENANT and the domains right, and is SWIFT_AUTH_VERSION that"
                                + " of SWIFT_AUTHURL?",
                        null);
            case 300, 404, 405 ->
                new StoreException(
                        // What stands between may answer so for a while, while the service is away.
                        reply.isOfService() ? Kind.INVALID : Kind.UNAVAILABLE,
                        String.valueOf(failure.getMessage()),
                        "Is SWIFT_AUTHURL the address of the API that SWIFT_AUTH_VERSION names: …/auth/v1.0, …/v2.0 or …/v3?",
                        null);
            default -> failure;
        };
    }

    /** Makes the exception for an answer of success that is not understood. */
    static StoreException notUnderstood(Login login, String what) {
        return new StoreException(
                Kind.CORRUPT,
                "cannot log in as " + login + ": the answer of success has " + what,
                "Is SWIFT_AUTHURL the address of the API that SWIFT_AUTH_VERSION names: …/auth/v1.0, …/v2.0 or …/v3?",
                null);
    }

    /** Makes the exception for a catalog without an address that is wanted. */
    static StoreException notInCatalog(Login login, Object offered) {
        return new StoreException(
                Kind.INVALID,
                "cannot log in as " + login + ": the catalog has no object store"
                        + login.region().map(region -> " in region " + region).orElse("") + " with an address of type "
                        + login.endpointType() + "; it has " + offered,
                "Are SWIFT_REGION, SWIFT_ENDPOINT_TYPE and SWIFT_TENANT right?",
                null);
    }

    /** Returns how long a token is good for by the clock of the service that says when it ends. */
    static Optional<Duration> lifetime(Reply reply, Instant expires) {
        return reply.header("Date").flatMap(date -> {
            try {
                return Optional.of(Duration.between(
                        ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant(),
                        expires));
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        });
    }
}
