package org.walarchive.store.azure;

import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.walarchive.store.StoreException.Kind;

/** Sends requests for tokens and reads what comes back. Does not retry. */
final class TokenClient {

    /** How long a request may take, the connection included. */
    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(15);

    private final String searched;
    private final Clock clock;
    private final Duration answerTimeout;
    private volatile boolean answered;

    /**
     * Makes a client.
     *
     * @param searched what was looked for before a machine's metadata service is asked
     * @param answerTimeout how long a request may take, the connection included
     */
    TokenClient(String searched, Clock clock, Duration answerTimeout) {
        this.searched = searched;
        this.clock = clock;
        this.answerTimeout = answerTimeout;
    }

    /**
     * Asks for a token. An interrupt of the calling thread ends it.
     *
     * @throws TokenException if none can be had
     */
    IssuedToken ask(TokenRequest request) {
        HttpResponse<String> response = send(request);
        answered = true;
        return TokenAnswer.of(request, response).token(clock.instant());
    }

    private HttpResponse<String> send(TokenRequest request) {
        CompletableFuture<HttpResponse<String>> response =
                client(request.issuer()).sendAsync(request.http(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        try {
            // The request's own time-out would end with the answer's head.
            return response.get(answerTimeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TokenException(
                    Kind.INTERRUPTED, "interrupted while asking " + request.where() + " for a token", null, null, null);
        } catch (TimeoutException e) {
            throw new TokenException(
                    Kind.UNAVAILABLE,
                    "no token from " + request.where() + ": no answer within " + answerTimeout.toMillis() + " ms",
                    null,
                    e,
                    null);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw request.issuer() == TokenIssuer.INSTANCE && !answered
                    ? TokenFailures.nothingFound(searched, request, cause)
                    : TokenFailures.unreachable(request, cause);
        } finally {
            response.cancel(true);
        }
    }

    /**
     * Makes a client for one request: tokens are asked for about once an hour, when a connection that was kept would long have
     * been closed by the other side, which may show as a failure.
     */
    private static HttpClient client(TokenIssuer issuer) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .connectTimeout(issuer.connectTimeout())
                .followRedirects(Redirect.NEVER)
                .version(Version.HTTP_1_1);
        // The metadata service is not meant to be behind a proxy, says its documentation; a proxy has another identity.
        builder.proxy(issuer.isRemote() ? ProxySelector.getDefault() : HttpClient.Builder.NO_PROXY);
        return builder.build();
    }
}
