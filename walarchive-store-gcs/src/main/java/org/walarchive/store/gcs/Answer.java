package org.walarchive.store.gcs;

import com.google.api.client.http.HttpHeaders;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What came back for a request, read to its end.
 *
 * @param status of HTTP
 * @param headers all of them
 * @param body as it came
 */
record Answer(int status, HttpHeaders headers, byte[] body) {

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.getFirstHeaderStringValue(name));
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Returns the body if it is a whole JSON object: one that was cut short is none. */
    Optional<JsonObject> json() {
        try {
            JsonElement element = JsonParser.parseString(text());
            return element.isJsonObject() ? Optional.of(element.getAsJsonObject()) : Optional.empty();
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the body if it is a JSON object of a kind.
     *
     * @param kind such as {@code storage#objects}, which only the service writes
     */
    Optional<JsonObject> json(String kind) {
        return json().filter(object -> kind.equals(text(object, "kind").orElse("")));
    }

    /** Returns what the service says of an error, if it is the service that says it. */
    Optional<JsonObject> error() {
        return json().map(object -> object.get("error"))
                .filter(JsonElement::isJsonObject)
                .map(JsonElement::getAsJsonObject)
                .filter(error -> text(error, "code").orElse("").equals(String.valueOf(status)));
    }

    /** Tells whether the service itself says that there is no such thing. */
    boolean isNotFound() {
        return status == 404 && isService();
    }

    /** Tells whether the service itself says that the condition of a put was not met: there is an object. */
    boolean isPresent() {
        return status == 412 && isService();
    }

    /** Tells an error of the service from one of something in between. Some of its errors are plain text, with its mark. */
    private boolean isService() {
        return error().isPresent() || header("x-guploader-uploadid").isPresent();
    }

    /** Tells whether the service says, in its own words, that there is no such object. It says so without a bucket, too. */
    boolean isAbsence(String bucket, String object) {
        String words = "No such object: " + bucket + "/" + object;
        return status == 404
                && (text().strip().equals(words)
                        || error().flatMap(error -> text(error, "message"))
                                .filter(words::equals)
                                .isPresent());
    }

    /** Returns a member of an object that is a text or a number. */
    static Optional<String> text(JsonObject object, String name) {
        return Optional.ofNullable(object.get(name))
                .filter(JsonElement::isJsonPrimitive)
                .map(JsonElement::getAsString);
    }
}
