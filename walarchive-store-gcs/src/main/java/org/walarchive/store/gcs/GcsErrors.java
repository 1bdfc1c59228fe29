package org.walarchive.store.gcs;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.http.ConnectionClosedException;
import org.apache.http.MalformedChunkCodingException;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Turns failures of the service and of the way to it into failures of the store. Exceptions of libraries go no further. */
final class GcsErrors {

    private static final int MESSAGE_LENGTH = 300;

    /** With an unusual status, 403, for what other services answer with 429. */
    private static final Set<String> THROTTLING =
            Set.of("rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "quotaExceeded");

    /** As the service says it of a checksum, and of a body whose frame it does not recognise: ours is always well-formed. */
    private static final Pattern DAMAGE =
            Pattern.compile("crc32c|md5|checksum|hash value|malformed multipart", Pattern.CASE_INSENSITIVE);

    /** No message of the service is known to repeat these; one from something in between might. */
    private static final Pattern SECRET = Pattern.compile("(?i)bearer\\s+\\S+|upload_id=[^\\s&\"]+|ya29\\.\\S+");

    private GcsErrors() {}

    /**
     * Makes the exception for an answer that is no success.
     *
     * @param action what failed and where, such as {@code cannot get a/b in gs://…}
     */
    static StoreException translate(String action, Answer answer) {
        String message =
                answer.error().flatMap(error -> Answer.text(error, "message")).orElseGet(() -> plainText(answer));
        Set<String> reasons = answer.error().map(GcsErrors::reasons).orElse(Set.of());
        Kind kind = kind(answer, reasons, message);
        StringBuilder what = new StringBuilder(action).append(": ").append(answer.status());
        reasons.forEach(reason -> what.append(' ').append(reason));
        if (!message.isEmpty()) {
            what.append(": ").append(shortened(message));
        }
        return new StoreException(kind, what.toString(), hint(kind, reasons, message), null, retryAfter(answer));
    }

    /** The service's errors are JSON, but for some of uploads. */
    private static String plainText(Answer answer) {
        boolean plain = answer.header("content-type").orElse("").startsWith("text/plain");
        return plain && !answer.text().stripLeading().startsWith("<") ? answer.text() : "";
    }

    private static Set<String> reasons(JsonObject error) {
        Set<String> reasons = new HashSet<>();
        if (error.get("errors") instanceof JsonArray errors) {
            for (JsonElement each : errors) {
                if (each.isJsonObject()) {
                    Answer.text(each.getAsJsonObject(), "reason")
                            .filter(reason -> !reason.isEmpty())
                            .ifPresent(reasons::add);
                }
            }
        }
        return reasons;
    }

    private static Kind kind(Answer answer, Set<String> reasons, String message) {
        return switch (answer.status()) {
            case 400 -> DAMAGE.matcher(message).find() ? Kind.CORRUPT : Kind.INVALID;
            case 401 -> Kind.ACCESS_DENIED;
            case 403 -> reasons.stream().anyMatch(THROTTLING::contains) ? Kind.THROTTLED : Kind.ACCESS_DENIED;
            // A 404 that is not the service's comes from something in between, and says nothing of the bucket.
            case 404 -> answer.isNotFound() && !ofKms(message) ? Kind.NO_CONTAINER : Kind.UNAVAILABLE;
            case 408, 409, 410, 499 -> Kind.UNAVAILABLE;
            case 412 -> answer.isPresent() ? Kind.INVALID : Kind.UNAVAILABLE;
            case 429 -> Kind.THROTTLED;
            case 501 -> Kind.INVALID;
            case 503 -> retryAfter(answer) == null ? Kind.UNAVAILABLE : Kind.THROTTLED;
            case 507 -> Kind.NO_SPACE;
            default -> answer.status() >= 300 && answer.status() < 500 ? Kind.INVALID : Kind.UNAVAILABLE;
        };
    }

    private static boolean ofKms(String message) {
        return message.toLowerCase(Locale.ROOT).contains("kms");
    }

    private static @Nullable String hint(Kind kind, Set<String> reasons, String message) {
        if (ofKms(message)) {
            return "May the service agent of Cloud Storage use the KMS key to encrypt and decrypt, and does the key lie in"
                    + " the bucket's location?";
        }
        if (message.toLowerCase(Locale.ROOT).contains("requester pays")) {
            return "WALARCHIVE_GCS_USER_PROJECT names the project that pays.";
        }
        if (message.toLowerCase(Locale.ROOT).contains("storage class")) {
            return "Does WALARCHIVE_GCS_STORAGE_CLASS name a class, such as STANDARD or NEARLINE?";
        }
        if (reasons.contains("retentionPolicyNotMet") || reasons.contains("objectUnderActiveHold")) {
            return "The bucket's retention policy, or a hold, keeps the object: wait, or change it there.";
        }
        return switch (kind) {
            case ACCESS_DENIED ->
                reasons.contains("authError") || reasons.contains("required")
                        ? "The access token is missing, wrong or expired: does GOOGLE_APPLICATION_CREDENTIALS name the right"
                                + " file, and is this machine's clock right?"
                        : "Does the account have storage.objects.list, storage.objects.get, storage.objects.create and"
                                + " storage.objects.delete on the bucket? The role storage.objectUser has them.";
            case NO_CONTAINER -> "Is the bucket's name right, and has the bucket been made? It is not made here.";
            case NO_SPACE -> "Is there a quota on the bucket or the project?";
            case NOT_FOUND, THROTTLED, UNAVAILABLE, CORRUPT, FROZEN, INVALID, INTERRUPTED -> null;
        };
    }

    /** Reads the header in seconds; in the other form, a date, the service is not known to send it. */
    private static @Nullable Duration retryAfter(Answer answer) {
        return answer.header("retry-after")
                .filter(text -> text.matches("\\d{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(null);
    }

    /**
     * Makes the exception for a request without an answer, or with one that broke.
     *
     * @param action what failed and where
     */
    static StoreException translate(String action, IOException failure) {
        if (failure instanceof StoreException already) {
            return already;
        }
        if (Thread.currentThread().isInterrupted()) {
            return new StoreException(Kind.INTERRUPTED, action + ": interrupted");
        }
        Throwable cause = first(failure, UnknownHostException.class);
        if (cause != null) {
            return new StoreException(
                    Kind.UNAVAILABLE,
                    action + ": the host's name cannot be resolved: " + shortened(cause.getMessage()),
                    "Does DNS work here, and is the endpoint right, if one is set?",
                    cause);
        }
        cause = first(failure, CertificateException.class, SSLPeerUnverifiedException.class);
        if (cause != null) {
            return new StoreException(
                    Kind.INVALID,
                    action + ": the service's certificate is not trusted: " + shortened(cause.getMessage()),
                    "Is it of an authority of your own, such as a proxy's? Java must be told to trust it"
                            + " (-Djavax.net.ssl.trustStore).",
                    ofJava(cause));
        }
        cause = first(failure, SSLException.class);
        if (cause != null) {
            return new StoreException(
                    Kind.UNAVAILABLE,
                    action + ": TLS failed: " + shortened(cause.getMessage()),
                    "Does the endpoint speak TLS on this port?",
                    ofJava(cause));
        }
        return new StoreException(
                isCut(failure) ? Kind.CORRUPT : Kind.UNAVAILABLE,
                action + ": " + reason(failure),
                null,
                ofJava(failure) == null ? network(failure) : ofJava(failure));
    }

    /** Returns the first cause that is of one of some classes. */
    private static @Nullable Throwable first(Throwable failure, Class<?>... classes) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            for (Class<?> each : classes) {
                if (each.isInstance(cause)) {
                    return cause;
                }
            }
        }
        return null;
    }

    /** Tells whether an answer ended before its end. */
    private static boolean isCut(IOException failure) {
        return failure instanceof EOFException
                || failure instanceof MalformedChunkCodingException
                || (failure instanceof ConnectionClosedException
                        && String.valueOf(failure.getMessage()).startsWith("Premature end"));
    }

    static String reason(Throwable failure) {
        String name = failure.getClass().getSimpleName();
        if (failure instanceof InterruptedIOException && failure.getMessage() == null) {
            return "time-out";
        }
        return failure.getMessage() == null ? name : name + ": " + shortened(failure.getMessage());
    }

    /** Returns the first cause that is of the network, and of Java's own classes. */
    static @Nullable Throwable network(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && (ofJava(cause) == null || !isOfNetwork(cause))) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static boolean isOfNetwork(Throwable cause) {
        return cause instanceof SocketException
                || cause instanceof InterruptedIOException
                || cause instanceof UnknownHostException
                || cause instanceof SSLException
                || cause instanceof EOFException;
    }

    /** Returns the failure if its class, and those of its causes, are Java's own. */
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
        String line = SECRET.matcher(Optional.ofNullable(message).orElse(""))
                .replaceAll("…")
                .replaceAll("\\s+", " ")
                .strip();
        return line.length() > MESSAGE_LENGTH ? line.substring(0, MESSAGE_LENGTH) + "…" : line;
    }
}
