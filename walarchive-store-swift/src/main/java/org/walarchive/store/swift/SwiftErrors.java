package org.walarchive.store.swift;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Turns answers and failures of the network into failures of the store. */
final class SwiftErrors {

    private static final int MESSAGE_LENGTH = 300;
    private static final int BODY_LENGTH = 4096;

    private SwiftErrors() {}

    /**
     * Makes the exception for an answer of Swift that is no success.
     *
     * @param action what failed and where, such as {@code cannot get a/b in swift://…}
     */
    static StoreException ofReply(String action, Reply reply) {
        String words = words(reply);
        Kind kind = kind(reply, words);
        return new StoreException(
                kind,
                action + ": " + reply.status() + (words.isEmpty() ? "" : " " + words)
                        + reply.requestId()
                                .map(id -> " (request " + id + ")")
                                .orElse(", and not from Swift, for the answer has no X-Trans-Id"),
                hint(kind, reply.status()),
                null,
                kind == Kind.THROTTLED ? retryAfter(reply).orElse(null) : null);
    }

    private static Kind kind(Reply reply, String words) {
        return switch (reply.status()) {
            case 401, 403, 407 -> Kind.ACCESS_DENIED;
            case 404 -> reply.isOfService() ? Kind.NO_CONTAINER : Kind.UNAVAILABLE;
            case 408, 409, 499 -> Kind.UNAVAILABLE;
            case 413 -> words.toLowerCase(Locale.ROOT).contains("quota") ? Kind.NO_SPACE : Kind.INVALID;
            case 422 -> Kind.CORRUPT;
            case 429, 498 -> Kind.THROTTLED;
            case 503 -> reply.header("Retry-After").isPresent() ? Kind.THROTTLED : Kind.UNAVAILABLE;
            case 507 -> Kind.NO_SPACE;
            case 501 -> Kind.INVALID;
            // A success that is none, for what stands between gave it.
            default -> reply.status() >= 300 && reply.status() < 500 ? Kind.INVALID : Kind.UNAVAILABLE;
        };
    }

    /** Makes the exception for the failure of one object in an answer that tells of many. */
    static StoreException ofStatus(String action, String status) {
        Kind kind = switch (status.length() < 3 ? "" : status.substring(0, 3)) {
            case "401", "403" -> Kind.ACCESS_DENIED;
            case "404" -> Kind.NO_CONTAINER;
            case "400", "405", "411", "412", "413" -> Kind.INVALID;
            case "429", "498" -> Kind.THROTTLED;
            case "507" -> Kind.NO_SPACE;
            default -> Kind.UNAVAILABLE;
        };
        return new StoreException(kind, action + ": " + shortened(status), hint(kind, 0), null);
    }

    private static @Nullable String hint(Kind kind, int status) {
        return switch (kind) {
            case ACCESS_DENIED ->
                status == 401
                        ? "Was the user's password or role changed while the token was in use?"
                        : "Has the user a role that may read and write the container, or do the container's ACLs name it?";
            case NO_CONTAINER -> "Is the container's name right, and has the container been made? It is not made here.";
            case NO_SPACE -> "Is there a quota on the container or the account, or is the cluster full?";
            case INVALID ->
                status >= 300 && status < 400
                        ? "The service sends elsewhere: is the address in Keystone's catalog right, http or https?"
                        : null;
            case NOT_FOUND, THROTTLED, UNAVAILABLE, CORRUPT, FROZEN, INTERRUPTED -> null;
        };
    }

    /** Makes the exception for a request that has no answer. */
    static StoreException ofFailure(String action, String host, IOException failure) {
        if (Thread.currentThread().isInterrupted()) {
            return new StoreException(Kind.INTERRUPTED, action + ": interrupted");
        }
        if (failure instanceof StoreException ours) {
            // Of the watch, which does not know what is sent.
            return new StoreException(
                    ours.kind(), action + ": " + ours.getMessage(), ours.hint().orElse(null), ours);
        }
        Optional<Throwable> certificate =
                cause(failure, CertificateException.class).or(() -> cause(failure, SSLPeerUnverifiedException.class));
        if (certificate.isPresent()) {
            return new StoreException(
                    Kind.INVALID,
                    action + ": the certificate of " + host + " is not trusted: "
                            + shortened(certificate.get().getMessage()),
                    "Is it of an authority of your own? WALARCHIVE_SWIFT_CA_FILE names a file of certificates to trust.",
                    ofJava(certificate.get()));
        }
        if (cause(failure, UnknownHostException.class).isPresent()) {
            return new StoreException(
                    Kind.UNAVAILABLE,
                    action + ": the name of host " + host + " cannot be resolved",
                    "Is SWIFT_AUTHURL right, and the address in Keystone's catalog, and does DNS work here?",
                    ofJava(failure));
        }
        if (cause(failure, SSLException.class).isPresent()) {
            return new StoreException(
                    Kind.UNAVAILABLE,
                    action + ": TLS with " + host + " failed: " + shortened(failure.getMessage()),
                    "Does the service speak TLS on this port?",
                    ofJava(failure));
        }
        String hint = failure instanceof ConnectException
                ? "Is SWIFT_AUTHURL right, and can this machine reach the address in Keystone's catalog?"
                : null;
        return new StoreException(Kind.UNAVAILABLE, action + ": " + reason(failure), hint, ofJava(failure));
    }

    private static Optional<Throwable> cause(Throwable failure, Class<? extends Throwable> type) {
        Throwable cause = failure;
        while (cause != null && !type.isInstance(cause)) {
            cause = cause.getCause();
        }
        return Optional.ofNullable(cause);
    }

    /** Makes the exception for a body that broke while it was read. */
    static StoreException ofBrokenBody(String action, IOException failure) {
        if (Thread.currentThread().isInterrupted()) {
            return new StoreException(Kind.INTERRUPTED, action + ": interrupted");
        }
        String reason = reason(failure);
        Kind kind = reason.contains("unexpected end of stream") ? Kind.CORRUPT : Kind.UNAVAILABLE;
        return new StoreException(kind, action + ": " + reason, null, ofJava(failure));
    }

    /** Returns what the answer's body says, without its HTML. */
    private static String words(Reply reply) {
        try {
            String text = new String(reply.bytes(BODY_LENGTH), StandardCharsets.UTF_8);
            return shortened(reply.scrubbed(text).replaceAll("<[^>]*>", " "));
        } catch (IOException e) {
            return "";
        }
    }

    private static Optional<Duration> retryAfter(Reply reply) {
        return reply.header("Retry-After").flatMap(text -> {
            if (text.matches("\\d{1,6}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
            }
            try {
                Duration wait = Duration.between(
                        Instant.now(),
                        ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant());
                return wait.isNegative() ? Optional.empty() : Optional.of(wait);
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        });
    }

    private static String reason(IOException failure) {
        if (failure instanceof SocketTimeoutException || failure instanceof InterruptedIOException) {
            return "time-out";
        }
        String name = failure.getClass().getSimpleName();
        return failure.getMessage() == null ? name : name + ": " + shortened(failure.getMessage());
    }

    /** Returns the failure if its class is Java's own. */
    private static @Nullable Throwable ofJava(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String name = cause.getClass().getName();
            if (!name.startsWith("java.") && !name.startsWith("javax.") && !name.startsWith("sun.")) {
                return null;
            }
        }
        return failure;
    }

    static String shortened(@Nullable String message) {
        String line =
                String.valueOf(message).replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() > MESSAGE_LENGTH ? line.substring(0, MESSAGE_LENGTH) + "…" : line;
    }
}
