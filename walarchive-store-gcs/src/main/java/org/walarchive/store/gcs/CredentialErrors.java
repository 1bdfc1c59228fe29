package org.walarchive.store.gcs;

import com.google.api.client.http.HttpResponseException;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Turns failures of Google's library for credentials into failures of the store. Its messages may hold parts of a credential. */
final class CredentialErrors {

    private CredentialErrors() {}

    /**
     * Makes the exception for a failure to have an access token.
     *
     * @param action what failed for want of it, and where
     */
    static StoreException translate(String action, Exception failure) {
        if (Thread.currentThread().isInterrupted()) {
            return new StoreException(Kind.INTERRUPTED, action + ": interrupted");
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpResponseException answer) {
                return refused(action, answer);
            }
            if (cause instanceof UnknownHostException) {
                return new StoreException(
                        Kind.UNAVAILABLE,
                        action + ": the host that gives access tokens cannot be resolved: "
                                + GcsErrors.shortened(cause.getMessage()),
                        "Does DNS work here?",
                        cause);
            }
        }
        if (String.valueOf(failure.getMessage()).contains("default credentials were not found")) {
            return new StoreException(
                    Kind.ACCESS_DENIED,
                    action + ": no credential was found",
                    "Set GOOGLE_APPLICATION_CREDENTIALS to a file, or let the machine have a service account.",
                    null);
        }
        Throwable network = GcsErrors.network(failure);
        if (network != null) {
            return new StoreException(
                    Kind.UNAVAILABLE,
                    action + ": no access token could be had: " + GcsErrors.reason(network),
                    null,
                    network);
        }
        return new StoreException(
                Kind.ACCESS_DENIED,
                action + ": no access token could be had: " + failure.getClass().getSimpleName(),
                "Is the credential whole? Does gcloud auth application-default print-access-token work with it?",
                null);
    }

    private static StoreException refused(String action, HttpResponseException answer) {
        String what = action + ": no access token is given: " + answer.getStatusCode() + described(answer.getContent());
        int status = answer.getStatusCode();
        if (status == 429) {
            return new StoreException(Kind.THROTTLED, what);
        }
        if (status == 408 || status >= 500) {
            return new StoreException(Kind.UNAVAILABLE, what);
        }
        return new StoreException(
                Kind.ACCESS_DENIED,
                what,
                "Is the key still active, may it be used for this, and is this machine's clock right?",
                null);
    }

    /** Returns the fields of an error of OAuth (RFC 6749, 5.2); the rest may repeat what was sent. */
    private static String described(@Nullable String content) {
        try {
            JsonObject error = JsonParser.parseString(String.valueOf(content)).getAsJsonObject();
            return Answer.text(error, "error").map(code -> " " + code).orElse("")
                    + Answer.text(error, "error_description")
                            .map(text -> ": " + GcsErrors.shortened(text))
                            .orElse("");
        } catch (JsonParseException | IllegalStateException e) {
            return "";
        }
    }
}
