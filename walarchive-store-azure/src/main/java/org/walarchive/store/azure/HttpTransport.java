package org.walarchive.store.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;

/**
 * Sends the SDK's requests by the JDK's client, in the thread that calls, which an interrupt ends at once. A connection may
 * stall for a while, in either direction, and not longer. What comes from something between here and the service fails.
 *
 * <p>The answer's body is in memory, unless the context has {@link #STREAM}.
 */
final class HttpTransport implements HttpClient, AutoCloseable {

    /** Says in a request's context that its answer, if it is a success, is to be read from the network. */
    static final String STREAM = "walarchive-stream";

    /** The JDK's client sets them itself. */
    private static final Set<String> RESTRICTED = Set.of("connection", "content-length", "expect", "host", "upgrade");

    private static final int MOST_IN_MEMORY = 64 << 20;

    private final java.net.http.HttpClient client;
    private final Duration stall;
    private final Set<CompletableFuture<?>> calls = ConcurrentHashMap.newKeySet();
    private final Set<ResponseContent> contents = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    HttpTransport(java.net.http.HttpClient client, Duration stall) {
        this.client = client;
        this.stall = stall;
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        return send(request, Context.NONE);
    }

    /** The SDK blocks for it in the thread that called the SDK, so nothing is gained by another thread. */
    @Override
    public Mono<HttpResponse> send(HttpRequest request, Context context) {
        return Mono.fromCallable(() -> sendSync(request, context));
    }

    @Override
    public HttpResponse sendSync(HttpRequest request, Context context) {
        try {
            java.net.http.HttpResponse<ResponseContent> answer = exchange(request);
            HttpHeaders headers = new HttpHeaders();
            answer.headers().map().forEach((name, values) -> headers.set(HttpHeaderName.fromString(name), values));
            ForeignAnswerException.check(answer);
            boolean streams = context.getData(STREAM).isPresent() && answer.statusCode() == 200;
            ResponseContent content = answer.body();
            if (streams) {
                return new TransportResponse(request, answer.statusCode(), headers, content);
            }
            try (content) {
                return new TransportResponse(request, answer.statusCode(), headers, content.readNBytes(MOST_IN_MEMORY));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private java.net.http.HttpResponse<ResponseContent> exchange(HttpRequest request) throws IOException {
        if (closed) {
            throw new IllegalStateException("store is closed");
        }
        RequestContent content = content(request);
        java.net.http.HttpRequest.Builder sent = java.net.http.HttpRequest.newBuilder(
                        URI.create(request.getUrl().toString()))
                .method(request.getHttpMethod().toString(), content);
        request.getHeaders().stream()
                .filter(header -> !RESTRICTED.contains(header.getName().toLowerCase(Locale.ROOT)))
                .forEach(header -> header.getValuesList().forEach(value -> sent.header(header.getName(), value)));
        CompletableFuture<java.net.http.HttpResponse<ResponseContent>> call =
                client.sendAsync(sent.build(), head -> new ResponseContent(stall, contents));
        calls.add(call);
        try {
            if (closed) {
                call.cancel(true);
            }
            return await(call, content);
        } finally {
            calls.remove(call);
        }
    }

    private static RequestContent content(HttpRequest request) {
        BinaryData body = request.getBodyAsBinaryData();
        Optional<Long> length = Optional.ofNullable(request.getHeaders().getValue(HttpHeaderName.CONTENT_LENGTH))
                .map(Long::valueOf)
                .or(() -> Optional.ofNullable(body == null ? null : body.getLength()));
        if (body == null || length.equals(Optional.of(0L))) {
            return new RequestContent(BodyPublishers.noBody());
        }
        BodyPublisher stream = BodyPublishers.ofInputStream(body::toStream);
        return new RequestContent(length.isPresent() ? BodyPublishers.fromPublisher(stream, length.get()) : stream);
    }

    private java.net.http.HttpResponse<ResponseContent> await(
            CompletableFuture<java.net.http.HttpResponse<ResponseContent>> call, RequestContent content)
            throws IOException {
        while (true) {
            long left = stall.toNanos() - content.quietNanos();
            if (left <= 0) {
                abandon(call);
                throw new SocketTimeoutException(
                        (content.isSent() ? "no answer came for " : "nothing could be sent for ") + stall.toMillis()
                                + " ms");
            }
            try {
                return call.get(left, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                // There may have been progress since: looked at again.
            } catch (InterruptedException e) {
                abandon(call);
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException failure) {
                    throw failure;
                }
                throw new IOException(String.valueOf(e.getCause().getMessage()), e.getCause());
            }
        }
    }

    /** Ends a call, also one whose answer has just come. */
    private static void abandon(CompletableFuture<java.net.http.HttpResponse<ResponseContent>> call) {
        if (!call.cancel(true) && !call.isCompletedExceptionally()) {
            call.join().body().close();
        }
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        closed = true;
        calls.forEach(call -> call.cancel(true));
        contents.forEach(ResponseContent::close);
    }
}
