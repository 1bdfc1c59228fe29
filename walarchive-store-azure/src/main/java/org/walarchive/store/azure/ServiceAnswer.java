package org.walarchive.store.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the service said of a failure.
 *
 * @param status the status
 * @param code the service's own name for the failure; may be empty
 * @param message the first line of its description; may be empty. What follows may hold a signature
 * @param detail the rest, which is looked into but never shown
 * @param requestId under which the service's owner finds the request
 * @param retryAfter how long the service asks to wait
 */
record ServiceAnswer(
        int status,
        String code,
        String message,
        String detail,
        Optional<String> requestId,
        @Nullable Duration retryAfter) {

    private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9]{1,80})</Code>");
    private static final Pattern MESSAGE = Pattern.compile("<Message>([^\r\n<]*)");

    static ServiceAnswer of(HttpResponse response) {
        String body = Optional.ofNullable(response.getBodyAsString().block()).orElse("");
        Optional<String> code = header(response, "x-ms-error-code").or(() -> first(CODE, body));
        return new ServiceAnswer(
                response.getStatusCode(),
                code.orElse(""),
                first(MESSAGE, body).orElse(""),
                body,
                header(response, "x-ms-request-id"),
                ForeignAnswerException.seconds(header(response, "Retry-After")));
    }

    private static Optional<String> header(HttpResponse response, String name) {
        return Optional.ofNullable(response.getHeaderValue(HttpHeaderName.fromString(name)));
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** Says it in one line. */
    @Override
    public String toString() {
        return status
                + (code.isEmpty() ? "" : " " + code)
                + (message.isEmpty() ? "" : ": " + message)
                + requestId.map(id -> " (request " + id + ")").orElse("");
    }
}
