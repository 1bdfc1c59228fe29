package org.walarchive.store.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.storage.blob.models.BlobStorageException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Turns failures of the SDK into failures of the store. The SDK's own exceptions go no further than here. */
final class AzureErrors {

    private static final int MESSAGE_LENGTH = 300;

    /** What the service says to a put that must not replace a blob, where there is one. */
    private static final Set<String> PRESENT = Set.of(
            "BlobAlreadyExists",
            "ConditionNotMet",
            // with a signature that may create but not write
            "UnauthorizedBlobOverwrite",
            "BlobImmutableDueToPolicy");

    private static final Map<String, Kind> KINDS = new HashMap<>();

    static {
        all(
                Kind.ACCESS_DENIED,
                "AccountIsDisabled",
                "AuthenticationFailed",
                "AuthorizationFailure",
                "AuthorizationPermissionMismatch",
                "AuthorizationProtocolMismatch",
                "AuthorizationResourceTypeMismatch",
                "AuthorizationServiceMismatch",
                "AuthorizationSourceIPMismatch",
                "BlobImmutableDueToPolicy",
                "FeatureVersionMismatch",
                "InsufficientAccountPermissions",
                "InvalidAuthenticationInfo",
                "KeyBasedAuthenticationNotPermitted",
                "LeaseIdMissing",
                "NoAuthenticationInformation",
                "PublicAccessNotPermitted",
                // without a credential, what must not be seen looks absent
                "ResourceNotFound",
                "UnauthorizedBlobOverwrite");
        all(Kind.NO_CONTAINER, "ContainerBeingDeleted", "ContainerDisabled", "ContainerNotFound", "FilesystemNotFound");
        all(Kind.NOT_FOUND, "BlobNotFound");
        all(Kind.FROZEN, "BlobArchived", "BlobBeingRehydrated");
        all(Kind.THROTTLED, "AccountRequestRateExceeded", "ServerBusy", "TooManyRequests");
        all(Kind.UNAVAILABLE, "InternalError", "InvalidBlockList", "OperationTimedOut");
        all(Kind.CORRUPT, "Crc64Mismatch", "Md5Mismatch");
    }

    private AzureErrors() {}

    private static void all(Kind kind, String... codes) {
        for (String code : codes) {
            KINDS.put(code, kind);
        }
    }

    /** Tells whether a put was not made because there is a blob. */
    static boolean isPresent(RuntimeException failure) {
        return failure instanceof BlobStorageException answer
                && PRESENT.contains(ServiceAnswer.of(answer.getResponse()).code());
    }

    /** Tells whether blocks that were staged have gone, as they do when somebody else makes the blob. */
    static boolean isBlockList(StoreException failure) {
        return String.valueOf(failure.getMessage()).contains("400 InvalidBlockList");
    }

    /**
     * Makes the exception for a failure.
     *
     * @param action what failed and where, such as {@code cannot get a/b in wabs://…}
     */
    static StoreException translate(String action, RuntimeException failure) {
        if (Thread.currentThread().isInterrupted()) {
            return new StoreException(Kind.INTERRUPTED, action + ": interrupted");
        }
        if (failure instanceof HttpResponseException answer
                && answer.getResponse() != null
                && answer.getResponse().getStatusCode() >= 300) {
            return ofAnswer(action, ServiceAnswer.of(answer.getResponse()));
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TokenException token) {
                return token.toStoreException(action);
            }
            if (cause instanceof IOException broken) {
                return broken(action, broken);
            }
        }
        // What the SDK could not read, or a success that is another than the one that belongs to the request.
        return new StoreException(
                Kind.CORRUPT,
                action + ": the answer cannot be understood ("
                        + failure.getClass().getSimpleName() + ")",
                null,
                ofJava(failure));
    }

    /** Makes the exception for an answer that is none of success. */
    static StoreException ofAnswer(String action, ServiceAnswer answer) {
        Kind kind = kind(answer);
        if (kind == Kind.NOT_FOUND) {
            return new StoreException(kind, action + ": there is no such blob");
        }
        return new StoreException(
                kind, action + ": " + shortened(answer.toString()), hint(kind, answer), null, answer.retryAfter());
    }

    private static Kind kind(ServiceAnswer answer) {
        Kind kind = KINDS.get(answer.code());
        if (kind != null) {
            return kind;
        }
        if (answer.code().startsWith("KeyVault")) {
            return Kind.ACCESS_DENIED;
        }
        int status = answer.status();
        return switch (status) {
            case 401, 403 -> Kind.ACCESS_DENIED;
            case 429, 503 -> Kind.THROTTLED;
            case 507 -> Kind.NO_SPACE;
            case 404, 408 -> Kind.UNAVAILABLE;
            default -> status >= 300 && status < 500 ? Kind.INVALID : Kind.UNAVAILABLE;
        };
    }

    private static @Nullable String hint(Kind kind, ServiceAnswer answer) {
        return switch (answer.code()) {
            case "AuthenticationFailed", "InvalidAuthenticationInfo" -> authenticationHint(answer);
            case "AuthorizationFailure", "AuthorizationSourceIPMismatch" ->
                "May this machine's address reach the account (its firewall, the signature's range), and is the credential"
                        + " the account's?";
            case "AuthorizationProtocolMismatch" -> "The shared access signature demands TLS: is the endpoint https?";
            case "KeyBasedAuthenticationNotPermitted" ->
                "The account takes no keys: unset WABS_ACCESS_KEY and WABS_SAS_TOKEN, and give this machine an identity of"
                        + " Microsoft Entra.";
            case "LeaseIdMissing" -> "Who holds a lease on the blob? It can be broken in the portal.";
            case "BlobImmutableDueToPolicy" -> "A policy of immutability or a legal hold keeps the blob as it is.";
            case "SnapshotsPresent" -> "The blob has snapshots, which somebody else has made: delete them first.";
            case "InvalidBlobOrBlock" ->
                "Another program has left blocks of an unfinished upload under this name. They vanish a week after the last.";
            case "InvalidHeaderValue" ->
                "Does the service know this version of the protocol? Azurite needs --skipApiVersionCheck.";
            case "InvalidResourceName", "OutOfRangeInput" -> "Is the container's name one that Azure allows?";
            default ->
                switch (kind) {
                    case ACCESS_DENIED ->
                        "Has the identity the role Storage Blob Data Contributor on the container, or the shared access"
                                + " signature the permissions read, create, write, delete and list?";
                    case NO_CONTAINER ->
                        "Is the container's name right, and has the container been made? It is not made here.";
                    case FROZEN -> "Rehydrate the blob from its archive tier first, for as long as the fetch takes.";
                    case NO_SPACE -> "Is there a quota on the account?";
                    case NOT_FOUND, THROTTLED, UNAVAILABLE, CORRUPT, INVALID, INTERRUPTED -> null;
                };
        };
    }

    private static String authenticationHint(ServiceAnswer answer) {
        String detail = answer.detail().toLowerCase(Locale.ROOT);
        if (detail.contains("not valid in the specified time frame") || detail.contains("signature has expired")) {
            return "The shared access signature has expired or is not valid yet; if it should be, is this machine's clock"
                    + " right?";
        }
        if (detail.contains("date header")) {
            return "Is this machine's clock right? It must be within 15 minutes of the service's.";
        }
        if (detail.contains("token") && answer.status() == 401) {
            return "Has the token of Microsoft Entra expired, or was it issued for another tenant or cloud? Is this machine's"
                    + " clock right?";
        }
        return "Does WABS_ACCESS_KEY or WABS_SAS_TOKEN belong to the account, whole and without blanks or line ends around"
                + " it, and has it not been replaced?";
    }

    /** Makes the exception for a connection that failed or a stream that broke. */
    static StoreException broken(String action, IOException failure) {
        if (Thread.currentThread().isInterrupted()) {
            return new StoreException(Kind.INTERRUPTED, action + ": interrupted");
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ForeignAnswerException foreign) {
                return ofForeign(action, foreign);
            }
            if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
                return new StoreException(
                        Kind.UNAVAILABLE,
                        action + ": the host's name cannot be resolved",
                        "Are WABS_ACCOUNT_NAME and WALARCHIVE_AZURE_ENDPOINT right, and does DNS work here?",
                        cause);
            }
            if (cause instanceof CertificateException) {
                return new StoreException(
                        Kind.INVALID,
                        action + ": the service's certificate is not trusted: " + shortened(cause.getMessage()),
                        "Is it of an authority of your own? WALARCHIVE_AZURE_CA_FILE names a file of certificates to trust.",
                        cause);
            }
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // What is wrong with a certificate is the cause of one of these.
            if (cause instanceof SSLException) {
                return new StoreException(
                        Kind.UNAVAILABLE,
                        action + ": TLS failed: " + shortened(cause.getMessage()),
                        "Does the endpoint speak TLS on this port?",
                        cause);
            }
        }
        String reason = failure.getClass().getSimpleName()
                + (failure.getMessage() == null ? "" : ": " + shortened(failure.getMessage()));
        return new StoreException(Kind.UNAVAILABLE, action + ": " + reason, null, ofJava(failure));
    }

    private static StoreException ofForeign(String action, ForeignAnswerException foreign) {
        Kind kind = switch (foreign.status()) {
            case 401, 403, 407 -> Kind.ACCESS_DENIED;
            case 429, 503 -> Kind.THROTTLED;
            default -> Kind.UNAVAILABLE;
        };
        return new StoreException(
                kind,
                action + ": " + foreign.getMessage(),
                foreign.status() >= 500
                        ? null
                        : "Does a proxy answer in its place, or is WALARCHIVE_AZURE_ENDPOINT wrong?",
                null,
                foreign.retryAfter());
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

    private static String shortened(@Nullable String message) {
        String line = String.valueOf(message).replaceAll("\\s+", " ").strip();
        return line.length() > MESSAGE_LENGTH ? line.substring(0, MESSAGE_LENGTH) + "…" : line;
    }
}
