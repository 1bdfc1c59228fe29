package org.walarchive.store.s3;

import java.io.InterruptedIOException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.InvalidObjectStateException;

/** Turns failures of the SDK into failures of the store. The SDK's own exceptions go no further than here. */
final class S3Errors {

    private static final int MESSAGE_LENGTH = 300;

    private static final Map<String, Kind> KINDS = new HashMap<>();

    static {
        all(
                Kind.ACCESS_DENIED,
                "AccessDenied",
                "AccessForbidden",
                "AccountProblem",
                "AllAccessDisabled",
                "AuthFailure",
                "ExpiredToken",
                "InvalidAccessKeyId",
                "InvalidClientTokenId",
                "InvalidPayer",
                "InvalidSecurity",
                "InvalidToken",
                "InvalidTokenId",
                "MissingSecurityHeader",
                "NotSignedUp",
                "RequestExpired",
                "RequestTimeTooSkewed",
                "SignatureDoesNotMatch",
                "TokenRefreshRequired",
                "UnauthorizedAccess",
                "XAdminUserNotFound");
        all(Kind.NO_CONTAINER, "NoSuchBucket");
        all(Kind.NOT_FOUND, "NoSuchKey");
        all(Kind.FROZEN, "InvalidObjectState");
        all(
                Kind.THROTTLED,
                "BandwidthLimitExceeded",
                "RequestLimitExceeded",
                "ServiceUnavailable",
                "SlowDown",
                "SlowDownRead",
                "SlowDownWrite",
                "Throttling",
                "ThrottlingException",
                "TooManyRequests");
        all(
                Kind.UNAVAILABLE,
                "ConditionalRequestConflict",
                "InternalError",
                "NoSuchUpload",
                "OperationAborted",
                "RequestTimeout");
        all(
                Kind.CORRUPT,
                "BadDigest",
                "IncompleteBody",
                "InvalidDigest",
                "XAmzContentChecksumMismatch",
                "XAmzContentSHA256Mismatch");
        all(Kind.NO_SPACE, "QuotaExceeded", "StorageFull", "XMinioStorageFull");
        all(
                Kind.INVALID,
                "AuthorizationHeaderMalformed",
                "EntityTooLarge",
                "EntityTooSmall",
                "ExistingObjectIsDirectory",
                "IllegalLocationConstraintException",
                "InvalidBucketName",
                "InvalidStorageClass",
                "KeyTooLongError",
                "ObjectParentIsFile",
                "PermanentRedirect",
                "PreconditionFailed",
                "TemporaryRedirect");
    }

    /** Codes that do not say what was wrong with a request, so that an unknown header may have been. */
    private static final Set<String> VAGUE = Set.of(
            "",
            "BadRequest",
            "InvalidArgument",
            "InvalidEncryptionAlgorithmError",
            "InvalidRequest",
            "MalformedRequest",
            "NotImplemented",
            "400",
            "501");

    private S3Errors() {}

    private static void all(Kind kind, String... codes) {
        for (String code : codes) {
            KINDS.put(code, kind);
        }
    }

    /** Tells whether a service refused a request as such, which it may do because of a header that it does not know. */
    static boolean isRefusal(AwsServiceException failure) {
        return failure.statusCode() == 501 || (failure.statusCode() == 400 && VAGUE.contains(code(failure)));
    }

    /** Tells whether a put was not made because there is a blob. */
    static boolean isPresent(AwsServiceException failure) {
        return failure.statusCode() == 412 && code(failure).equals("PreconditionFailed");
    }

    /**
     * Makes the exception for a failure.
     *
     * @param action what failed and where, such as {@code cannot get a/b in s3://…}
     */
    static StoreException translate(String action, SdkException failure) {
        if (Thread.currentThread().isInterrupted()) {
            return new StoreException(Kind.INTERRUPTED, action + ": interrupted");
        }
        if (failure instanceof AwsServiceException answer) {
            return translateAnswer(action, answer);
        }
        return translateFailure(action, failure);
    }

    /** Makes the exception for the failure of one key in an answer that is none. */
    static StoreException ofCode(String action, String code, String message) {
        Kind kind = kind(code, 0);
        return new StoreException(kind, action + ": " + code + ": " + shortened(message), hint(kind, code), null);
    }

    private static StoreException translateAnswer(String action, AwsServiceException answer) {
        String code = code(answer);
        Kind kind = kind(code, answer.statusCode());
        if (kind == Kind.NOT_FOUND) {
            return new StoreException(kind, action + ": there is no such blob");
        }
        String hint = hint(kind, code);
        Optional<String> region = header(answer, "x-amz-bucket-region");
        String what = action + ": " + describe(answer);
        if (region.isPresent() && kind == Kind.INVALID) {
            hint = "The bucket lies in " + region.get() + ": set AWS_REGION to it.";
        }
        if (answer instanceof InvalidObjectStateException frozen && frozen.storageClassAsString() != null) {
            what += ", its storage class is " + frozen.storageClassAsString();
        }
        return new StoreException(kind, what, hint, null, retryAfter(answer));
    }

    private static Kind kind(String code, int status) {
        Kind kind = KINDS.get(code);
        if (kind != null) {
            return kind;
        }
        if (isOfKms(code)) {
            return Kind.ACCESS_DENIED;
        }
        return switch (status) {
            case 401, 403 -> Kind.ACCESS_DENIED;
            case 429, 503 -> Kind.THROTTLED;
            case 507 -> Kind.NO_SPACE;
            case 501 -> Kind.INVALID;
            // A 404 or 412 without a code of S3 comes from something in between, and says nothing of the blob.
            case 404, 408, 409, 412 -> Kind.UNAVAILABLE;
            default -> status >= 300 && status < 500 ? Kind.INVALID : Kind.UNAVAILABLE;
        };
    }

    /** Amazon's codes begin with the first, MinIO's with the second. */
    private static boolean isOfKms(String code) {
        return code.startsWith("KMS.") || code.startsWith("kms:");
    }

    private static @Nullable String hint(Kind kind, String code) {
        return switch (code) {
            case "ExpiredToken", "TokenRefreshRequired", "RequestExpired" ->
                "The temporary credential has expired: is something meant to renew it?";
            case "InvalidAccessKeyId", "InvalidClientTokenId", "XAdminUserNotFound" ->
                "Is AWS_ACCESS_KEY_ID of this account and still active?";
            case "SignatureDoesNotMatch" ->
                "Does AWS_SECRET_ACCESS_KEY belong to AWS_ACCESS_KEY_ID, without blanks or line ends around it?";
            case "RequestTimeTooSkewed" ->
                "Is this machine's clock right? It must be within 15 minutes of the service's.";
            case "AuthorizationHeaderMalformed",
                    "PermanentRedirect",
                    "TemporaryRedirect",
                    "IllegalLocationConstraintException" -> "Is AWS_REGION the region of the bucket?";
            case "NotImplemented", "InvalidEncryptionAlgorithmError" ->
                "Does the service lack server-side encryption or a storage class that is asked for? WALARCHIVE_S3_SSE=none"
                        + " asks for no encryption.";
            case "InvalidStorageClass" -> "Does the service have the class that WALE_S3_STORAGE_CLASS names?";
            default ->
                switch (kind) {
                    case ACCESS_DENIED ->
                        isOfKms(code)
                                ? "May the credential use the KMS key to encrypt and to decrypt?"
                                : "Does the credential have s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject and"
                                        + " s3:AbortMultipartUpload? Without s3:ListBucket an absent object looks forbidden.";
                    case NO_CONTAINER ->
                        "Is the bucket's name right, and has the bucket been made? It is not made here.";
                    case FROZEN -> "Restore the object from its archive tier first, for as long as the fetch takes.";
                    case NO_SPACE -> "Is there a quota on the bucket or the account, or is the service full?";
                    case NOT_FOUND, THROTTLED, UNAVAILABLE, CORRUPT, INVALID, INTERRUPTED -> null;
                };
        };
    }

    private static StoreException translateFailure(String action, SdkException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StoreException ours) {
                // Of the watch, which does not know what is sent.
                return new StoreException(
                        ours.kind(),
                        action + ": " + ours.getMessage(),
                        ours.hint().orElse(null),
                        ours);
            }
            if (cause instanceof UnknownHostException) {
                return new StoreException(
                        Kind.UNAVAILABLE,
                        action + ": the host's name cannot be resolved: " + shortened(cause.getMessage()),
                        "Are AWS_REGION, WALE_S3_ENDPOINT and the bucket's name right, and does DNS work here?",
                        cause);
            }
            if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException) {
                return new StoreException(
                        Kind.INVALID,
                        action + ": the service's certificate is not trusted: " + shortened(cause.getMessage()),
                        "Is it of an authority of your own? WALARCHIVE_S3_CA_FILE names a file of certificates to trust.",
                        cause);
            }
        }
        // What is wrong with a certificate is the cause of one of these.
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return new StoreException(
                        Kind.UNAVAILABLE,
                        action + ": TLS failed: " + shortened(cause.getMessage()),
                        "Does the endpoint speak TLS on this port?",
                        cause);
            }
        }
        Optional<StoreException> search = CredentialSearch.failure(action, failure);
        if (search.isPresent()) {
            return search.get();
        }
        String message = String.valueOf(failure.getMessage());
        Throwable origin = origin(failure);
        Kind kind = message.toLowerCase(Locale.ROOT).contains("checksum") ? Kind.CORRUPT : Kind.UNAVAILABLE;
        return new StoreException(kind, action + ": " + reason(origin), null, ofJava(origin));
    }

    /** Makes the exception for a stream that broke. */
    static StoreException broken(String action, Exception failure) {
        if (failure instanceof SdkException sdk) {
            return translate(action, sdk);
        }
        if (Thread.currentThread().isInterrupted()) {
            return new StoreException(Kind.INTERRUPTED, action + ": interrupted");
        }
        String reason = reason(failure);
        Kind kind = reason.contains("Premature end") ? Kind.CORRUPT : Kind.UNAVAILABLE;
        return new StoreException(kind, action + ": " + reason, null, ofJava(failure));
    }

    /** Says what a service answered: status, code, message, the id under which its owner finds the request. */
    static String describe(AwsServiceException answer) {
        StringBuilder text = new StringBuilder().append(answer.statusCode());
        if (!code(answer).isEmpty()) {
            text.append(' ').append(code(answer));
        }
        AwsErrorDetails details = answer.awsErrorDetails();
        if (details != null
                && details.errorMessage() != null
                && !details.errorMessage().isEmpty()) {
            text.append(": ").append(shortened(details.errorMessage()));
        }
        if (answer.requestId() != null) {
            text.append(" (request ").append(answer.requestId()).append(')');
        }
        return text.toString();
    }

    private static String code(AwsServiceException answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    private static Optional<String> header(AwsServiceException answer, String name) {
        AwsErrorDetails details = answer.awsErrorDetails();
        SdkHttpResponse response = details == null ? null : details.sdkHttpResponse();
        return response == null ? Optional.empty() : response.firstMatchingHeader(name);
    }

    /** Reads the header in seconds; in the other form, a date, no S3 service is known to send it. */
    private static @Nullable Duration retryAfter(AwsServiceException answer) {
        return header(answer, "Retry-After")
                .filter(text -> text.matches("\\d{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(null);
    }

    /** Returns what tells most of a failure: the outermost cause of Java's own, else the innermost. */
    private static Throwable origin(Throwable failure) {
        Throwable innermost = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            innermost = cause;
            if (ofJava(cause) != null) {
                return cause;
            }
        }
        return innermost;
    }

    private static String reason(Throwable failure) {
        String name = failure.getClass().getSimpleName();
        if (failure instanceof InterruptedIOException && failure.getMessage() == null) {
            return "time-out";
        }
        return failure.getMessage() == null ? name : name + ": " + shortened(failure.getMessage());
    }

    /** Returns the failure if its class is Java's own. */
    private static @Nullable Throwable ofJava(Throwable failure) {
        String name = failure.getClass().getName();
        return name.startsWith("java.") || name.startsWith("javax.") ? failure : null;
    }

    private static String shortened(@Nullable String message) {
        String line = String.valueOf(message).replaceAll("\\s+", " ").strip();
        return line.length() > MESSAGE_LENGTH ? line.substring(0, MESSAGE_LENGTH) + "…" : line;
    }
}
