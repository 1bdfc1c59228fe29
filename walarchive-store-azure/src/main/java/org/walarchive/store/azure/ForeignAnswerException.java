package org.walarchive.store.azure;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is not the service's but that of something in between: a proxy, a load balancer, a page to log in. Whatever
 * its status is, it says nothing of a blob.
 */
final class ForeignAnswerException extends IOException {

    /** What each answer of the service has. */
    private static final String MARK = "x-ms-request-id";

    private static final long serialVersionUID = 1L;

    private final int status;
    private final @Nullable Duration retryAfter;

    private ForeignAnswerException(int status, @Nullable Duration retryAfter) {
        super("answer of status " + status + " is not the service's: it has no " + MARK);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    /** Throws if an answer is not the service's. */
    static void check(HttpResponse<ResponseContent> answer) throws ForeignAnswerException {
        if (answer.headers().firstValue(MARK).isEmpty()) {
            answer.body().close();
            throw new ForeignAnswerException(
                    answer.statusCode(), seconds(answer.headers().firstValue("Retry-After")));
        }
    }

    /** Reads the header {@code Retry-After} in seconds; in its other form, a date, the service does not send it. */
    static @Nullable Duration seconds(Optional<String> header) {
        return header.filter(text -> text.matches("\\d{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(null);
    }

    int status() {
        return status;
    }

    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}
