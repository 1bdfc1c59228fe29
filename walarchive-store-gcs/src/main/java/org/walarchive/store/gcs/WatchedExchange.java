package org.walarchive.store.gcs;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.apache.http.HttpEntity;
import org.apache.http.HttpEntityEnclosingRequest;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpRequestBase;
import org.apache.http.entity.HttpEntityWrapper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.support.RequestWatch;

/**
 * A request that is aborted when the thread that waits for it is interrupted, or when nothing of its body could be sent for
 * too long. It is watched from the call to the end of the answer's body.
 */
final class WatchedExchange implements RequestWatch.Request {

    private static final Logger log = LoggerFactory.getLogger(WatchedExchange.class);

    /** A body is sent in pieces of this size, each of which is progress. */
    private static final int PIECE = 1 << 14;

    private final RequestWatch watch;
    private final HttpRequestBase request;
    private final Duration stall;
    private volatile @Nullable Thread waiting;
    private volatile boolean calling;
    private volatile boolean sending;
    private volatile long progress;
    private volatile boolean stalled;

    WatchedExchange(RequestWatch watch, HttpRequestBase request, Duration stall) {
        this.watch = watch;
        this.request = request;
        this.stall = stall;
        if (request instanceof HttpEntityEnclosingRequest enclosing && enclosing.getEntity() != null) {
            enclosing.setEntity(watchedRequest(enclosing.getEntity()));
        }
    }

    /** What sends the request. */
    @FunctionalInterface
    interface Sender {
        CloseableHttpResponse send() throws IOException;
    }

    CloseableHttpResponse send(Sender sender) throws IOException {
        progress = System.nanoTime();
        calling = true;
        waiting = Thread.currentThread();
        watch.add(this);
        boolean more = false;
        try {
            CloseableHttpResponse response = sender.send();
            HttpEntity body = response.getEntity();
            if (body != null) {
                response.setEntity(watchedResponse(body));
                more = true;
            }
            return response;
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
            if (!more) {
                watch.remove(this);
            }
        }
    }

    private HttpEntity watchedRequest(HttpEntity body) {
        return new HttpEntityWrapper(body) {
            @Override
            public void writeTo(OutputStream out) throws IOException {
                progress = System.nanoTime();
                sending = true;
                super.writeTo(watched(out));
                sending = false;
            }
        };
    }

    private OutputStream watched(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                for (int sent = 0; sent < length; sent += PIECE) {
                    out.write(bytes, offset + sent, Math.min(PIECE, length - sent));
                    progress = System.nanoTime();
                }
            }
        };
    }

    private HttpEntity watchedResponse(HttpEntity body) {
        return new HttpEntityWrapper(body) {
            @Override
            public InputStream getContent() throws IOException {
                return watched(super.getContent());
            }
        };
    }

    private InputStream watched(InputStream body) {
        return new FilterInputStream(body) {

            private boolean ended;

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
                        ended = true;
                        watch.remove(WatchedExchange.this);
                    }
                    return n;
                } finally {
                    waiting = null;
                }
            }

            /** Gives the connection back if all was read, else ends it: to read the rest may take long. */
            @Override
            public void close() throws IOException {
                watch.remove(WatchedExchange.this);
                if (ended) {
                    super.close();
                    return;
                }
                request.abort();
                try {
                    super.close();
                } catch (IOException e) {
                    log.trace("closed before its end", e);
                }
            }
        };
    }

    @Override
    public void abortIfDue(long now) {
        Thread thread = waiting;
        // When all is sent, the socket's own time-out is what ends the waiting: this one only backs it up.
        long limit = sending ? stall.toNanos() : 2 * stall.toNanos();
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
