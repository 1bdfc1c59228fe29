package org.walarchive.store.azure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.walarchive.store.StoreException.Kind;

/**
 * What an issuer answered. Its fields are numbers or the same as text, as it likes.
 *
 * @param request what was asked
 * @param response the answer
 * @param json its content; an empty object if that is not JSON
 */
record TokenAnswer(TokenRequest request, HttpResponse<String> response, JsonNode json) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MAX_SECONDS = Duration.ofDays(365).toSeconds();

    static TokenAnswer of(TokenRequest request, HttpResponse<String> response) {
        return new TokenAnswer(request, response, parse(response.body()));
    }

    private static JsonNode parse(String body) {
        try {
            JsonNode json = JSON.readTree(body);
            return json.isObject() ? json : JSON.createObjectNode();
        } catch (JsonProcessingException e) {
            // Its message shows a part of the body, which may be a token.
            return JSON.createObjectNode();
        }
    }

    /**
     * Returns the token.
     *
     * @param now when the answer came
     * @throws TokenException if there is none
     */
    IssuedToken token(Instant now) {
        if (response.statusCode() != 200) {
            throw TokenFailures.refused(this);
        }
        Optional<String> value = text("access_token");
        if (value.isEmpty() || !value.get().matches("[\\x21-\\x7e]+")) {
            throw new TokenException(
                    Kind.UNAVAILABLE,
                    "no token from " + request.where() + ": the answer holds none",
                    "Does a proxy answer in its place?",
                    null,
                    null);
        }
        return IssuedToken.issuedAt(
                now, value.get(), life(now), number("refresh_in").map(Duration::ofSeconds));
    }

    /**
     * Returns how long the token is good; zero if the answer does not say. The metadata service hands out tokens that it
     * kept, and counts {@code expires_in} from when they were issued, so that {@code expires_on} may be earlier.
     */
    private Duration life(Instant now) {
        Optional<Long> expiresIn = number("expires_in");
        Optional<Long> untilExpiresOn = number("expires_on").map(second -> second - now.getEpochSecond());
        long seconds = Math.min(expiresIn.orElse(Long.MAX_VALUE), untilExpiresOn.orElse(Long.MAX_VALUE));
        return seconds == Long.MAX_VALUE ? Duration.ZERO : Duration.ofSeconds(Math.min(seconds, MAX_SECONDS));
    }

    int status() {
        return response.statusCode();
    }

    /** Returns a field, if it is there and not empty. */
    Optional<String> text(String name) {
        JsonNode value = json.path(name);
        return value.isValueNode() ? Optional.of(value.asText()).filter(text -> !text.isEmpty()) : Optional.empty();
    }

    /** Reads a number of seconds that may be written as text. */
    private Optional<Long> number(String name) {
        return text(name).filter(text -> text.matches("\\d{1,12}")).map(Long::parseLong);
    }

    /** Returns status and request, without what the answer says. */
    @Override
    public String toString() {
        return "TokenAnswer[" + status() + ", " + request + "]";
    }
}
