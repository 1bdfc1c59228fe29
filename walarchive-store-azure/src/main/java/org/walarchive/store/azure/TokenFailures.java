package org.walarchive.store.azure;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException.Kind;

/** Says why there is no token. */
final class TokenFailures {

    private static final int DESCRIPTION_LENGTH = 300;

    private TokenFailures() {}

    /**
     * Makes the exception for an answer that is not a token.
     *
     * <p>The kinds go by status and {@code error}. Descriptions and numbers in them are for people: "Never use this field to
     * react to an error in your code", says <a href="https://learn.microsoft.com/entra/identity-platform/reference-error-codes">the
     * reference</a>.
     */
    static TokenException refused(TokenAnswer answer) {
        TokenRequest request = answer.request();
        Optional<String> error = answer.text("error");
        Kind kind = kind(answer, error.orElse(""));
        StringBuilder message = new StringBuilder("no token from ")
                .append(request.where())
                .append(": ")
                .append(answer.status());
        error.ifPresent(code -> message.append(' ').append(shown(request, code)));
        answer.text("error_description")
                .or(() -> answer.text("message"))
                .ifPresent(text -> message.append(": ").append(shown(request, text)));
        return new TokenException(kind, message.toString(), hint(answer, kind, error), null, retryAfter(answer));
    }

    private static Kind kind(TokenAnswer answer, String error) {
        int status = answer.status();
        if (status == 408 || status == 429 || status < 400 || status >= 500) {
            return Kind.UNAVAILABLE;
        }
        boolean instance = answer.request().issuer() == TokenIssuer.INSTANCE;
        if (instance && (status == 404 || status == 410)) {
            // "IMDS endpoint is updating", and will be there again within 70 seconds.
            return Kind.UNAVAILABLE;
        }
        return switch (error) {
            case "temporarily_unavailable", "server_error" -> Kind.UNAVAILABLE;
            case "invalid_client", "unauthorized_client", "invalid_grant", "access_denied", "unauthorized" ->
                Kind.ACCESS_DENIED;
            default -> {
                if (status == 401 || status == 403 || !answer.request().issuer().isRemote()) {
                    // All that may be wrong in a request to a service of this machine is the identity.
                    yield Kind.ACCESS_DENIED;
                }
                // Entra says what is wrong; a page without it comes from something in between.
                yield error.isEmpty() ? Kind.UNAVAILABLE : Kind.INVALID;
            }
        };
    }

    private static @Nullable String hint(TokenAnswer answer, Kind kind, Optional<String> error) {
        TokenIssuer issuer = answer.request().issuer();
        if (kind == Kind.ACCESS_DENIED) {
            return issuer.refusalHint();
        }
        if (kind == Kind.INVALID) {
            return "Are AZURE_TENANT_ID and AZURE_CLIENT_ID right, and does AZURE_AUTHORITY_HOST belong to their cloud?";
        }
        if (issuer == TokenIssuer.INSTANCE && answer.status() == 404) {
            return "Is this a machine of Azure? The service may also be starting, or be another cloud's.";
        }
        boolean busy = answer.status() == 429 || answer.status() >= 500;
        return issuer.isRemote() && error.isEmpty() && !busy
                ? "Is AZURE_AUTHORITY_HOST right, or does a proxy answer in its place?"
                : null;
    }

    /** Reads the header in seconds; in its other form, a date, it is passed over. */
    private static @Nullable Duration retryAfter(TokenAnswer answer) {
        return answer.response()
                .headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(null);
    }

    /** Makes the exception for a metadata service that has never answered, where nothing else is set up. */
    static TokenException nothingFound(String searched, TokenRequest request, Throwable failure) {
        return new TokenException(
                Kind.ACCESS_DENIED,
                "no credential for Microsoft Entra: " + searched + ", and " + request.where() + " does not answer",
                "Set those of one way, or an account key or a shared access signature, or give the machine of Azure a managed"
                        + " identity.",
                failure,
                null);
    }

    /** Makes the exception for an issuer that gave no answer. */
    static TokenException unreachable(TokenRequest request, Throwable failure) {
        String what = "no token from " + request.where() + ": ";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
                return failed(
                        Kind.UNAVAILABLE,
                        what + "the host's name cannot be resolved",
                        "Is AZURE_AUTHORITY_HOST right, and does DNS work here?",
                        cause);
            }
            if (cause instanceof CertificateException) {
                return failed(
                        Kind.INVALID,
                        what + "the certificate is not trusted: " + shown(request, String.valueOf(cause.getMessage())),
                        "Does a proxy with an authority of its own stand in between? Java must trust that authority.",
                        cause);
            }
        }
        if (failure instanceof SSLException) {
            return failed(
                    Kind.UNAVAILABLE,
                    what + "TLS failed: " + shown(request, String.valueOf(failure.getMessage())),
                    "Does AZURE_AUTHORITY_HOST speak TLS on this port?",
                    failure);
        }
        boolean connecting = failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
        String hint = connecting && request.issuer().isRemote()
                ? "May this machine reach AZURE_AUTHORITY_HOST, or is there a proxy that Java's https.proxyHost should name?"
                : null;
        String reason = failure.getMessage() == null ? "" : ": " + shown(request, failure.getMessage());
        return failed(Kind.UNAVAILABLE, what + failure.getClass().getSimpleName() + reason, hint, failure);
    }

    private static TokenException failed(Kind kind, String message, @Nullable String hint, Throwable cause) {
        return new TokenException(kind, message, hint, cause, null);
    }

    /** Puts a text on one line, not too long, and takes out what nobody may see. */
    private static String shown(TokenRequest request, String text) {
        String shown = text;
        for (String secret : request.secrets()) {
            shown = shown.replace(secret, "***");
        }
        shown = shown.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return shown.length() <= DESCRIPTION_LENGTH ? shown : shown.substring(0, DESCRIPTION_LENGTH) + "…";
    }
}
