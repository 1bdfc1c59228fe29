package org.walarchive.store.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.support.RequestWatch;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * A request that is aborted when the thread that waits for it is interrupted, or when nothing of its body could be sent for
 * too long. It is watched from the call to the end of the answer's body.
 */
final class WatchedRequest implements ExecutableHttpRequest, RequestWatch.Request {

    private final RequestWatch watch;
    private final ExecutableHttpRequest request;
    private final Duration stall;
    private volatile @Nullable Thread waiting;
    private volatile boolean calling;
    private volatile long progress;
    private volatile boolean stalled;

    /** How much of the body is still to be sent once some of it was; 0 before and after. */
    private volatile long unsent;

    WatchedRequest(RequestWatch watch, SdkHttpClient client, HttpExecuteRequest request, Duration stall) {
        this.watch = watch;
        this.stall = stall;
        HttpExecuteRequest.Builder watched = HttpExecuteRequest.builder().request(request.httpRequest());
        long length = request.httpRequest()
                .firstMatchingHeader("Content-Length")
                .map(Long::parseLong)
                .orElse(0L);
        request.contentStreamProvider().ifPresent(body -> watched.contentStreamProvider(watched(body, length)));
        request.metricCollector().ifPresent(watched::metricCollector);
        this.request = client.prepareRequest(watched.build());
    }

    private ContentStreamProvider watched(ContentStreamProvider body, long length) {
        return () -> new FilterInputStream(body.newStream()) {

            private long left = length;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int size) throws IOException {
                progress = System.nanoTime();
                int n = super.read(target, offset, size);
                left = n < 0 ? 0 : Math.max(0, left - n);
                unsent = left;
                return n;
            }
        };
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
        progress = System.nanoTime();
        calling = true;
        waiting = Thread.currentThread();
        watch.add(this);
        boolean answered = false;
        try {
            HttpExecuteResponse response = request.call();
            answered = response.responseBody().isPresent();
            return answered ? watched(response) : response;
        } catch (IOException e) {
            if (stalled) {
                SocketTimeoutException timeout =
                        new SocketTimeoutException("nothing could be sent for " + stall.toMillis() + " ms");
                timeout.initCause(e);
                throw timeout;
            }
            throw e;
        } finally {
            calling = false;
            waiting = null;
            if (!answered) {
                watch.remove(this);
            }
        }
    }

    private HttpExecuteResponse watched(HttpExecuteResponse response) {
        AbortableInputStream body = response.responseBody().orElseThrow();
        InputStream watched = new FilterInputStream(body) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                waiting = Thread.currentThread();
                try {
                    int n = super.read(target, offset, length);
                    if (n < 0) {
                        watch.remove(WatchedRequest.this);
                    }
                    return n;
                } finally {
                    waiting = null;
                }
            }

            @Override
            public void close() throws IOException {
                watch.remove(WatchedRequest.this);
                super.close();
            }
        };
        return HttpExecuteResponse.builder()
                .response(response.httpResponse())
                .responseBody(AbortableInputStream.create(watched, () -> {
                    watch.remove(this);
                    body.abort();
                }))
                .build();
    }

    @Override
    public void abortIfDue(long now) {
        Thread thread = waiting;
        // When all is sent, the socket's own time-out is what ends the waiting: this one only backs it up.
        long limit = unsent > 0 ? stall.toNanos() : 2 * stall.toNanos();
        if (calling && now - progress > limit) {
            stalled = true;
            abort();
        } else if (thread != null && thread.isInterrupted()) {
            abort();
        }
    }

    @Override
    public void abort() {
        request.abort();
    }
}
