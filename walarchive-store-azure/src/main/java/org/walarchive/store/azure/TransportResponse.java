package org.walarchive.store.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.BinaryData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An answer, whose body is in memory or is read from the network. */
final class TransportResponse extends HttpResponse {

    private final int status;
    private final HttpHeaders headers;
    private final InputStream content;

    TransportResponse(HttpRequest request, int status, HttpHeaders headers, InputStream content) {
        super(request);
        this.status = status;
        this.headers = headers;
        this.content = content;
    }

    TransportResponse(HttpRequest request, int status, HttpHeaders headers, byte[] body) {
        this(request, status, headers, new ByteArrayInputStream(body));
        content.mark(0);
    }

    @Override
    public int getStatusCode() {
        return status;
    }

    @Override
    @Deprecated
    public String getHeaderValue(String name) {
        return headers.getValue(HttpHeaderName.fromString(name));
    }

    @Override
    public HttpHeaders getHeaders() {
        return headers;
    }

    private byte[] bytes() {
        try {
            if (content.markSupported()) {
                content.reset();
            }
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public BinaryData getBodyAsBinaryData() {
        return BinaryData.fromBytes(bytes());
    }

    @Override
    public Flux<ByteBuffer> getBody() {
        return Flux.defer(() -> Flux.just(ByteBuffer.wrap(bytes())));
    }

    @Override
    public Mono<byte[]> getBodyAsByteArray() {
        return Mono.fromCallable(this::bytes);
    }

    @Override
    public Mono<String> getBodyAsString() {
        return getBodyAsString(StandardCharsets.UTF_8);
    }

    @Override
    public Mono<String> getBodyAsString(Charset charset) {
        return Mono.fromCallable(() -> new String(bytes(), charset));
    }

    @Override
    public InputStream getBodyAsInputStreamSync() {
        return content;
    }

    @Override
    public Mono<InputStream> getBodyAsInputStream() {
        return Mono.just(content);
    }

    @Override
    public HttpResponse buffer() {
        return this;
    }

    @Override
    public void close() {
        try {
            content.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
