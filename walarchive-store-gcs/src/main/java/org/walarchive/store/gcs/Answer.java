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
        return status == 404 && error().isPresent();
    }

    /** Returns a member of an object that is a text or a number. */
    static Optional<String> text(JsonObject object, String name) {
        return Optional.ofNullable(object.get(name))
                .filter(JsonElement::isJsonPrimitive)
                .map(JsonElement::getAsString);
    }
}
