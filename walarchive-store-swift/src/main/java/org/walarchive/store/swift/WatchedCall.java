package org.walarchive.store.swift;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.internal.connection.RealConnection;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.support.RequestWatch;

/**
 * A call that is cancelled when the thread that waits for it is interrupted. It is watched from its beginning to the end of
 * the answer's body.
 */
final class WatchedCall implements RequestWatch.Request {

    /** The rest of an answer that is read away so that its connection can be used again. */
    private static final long SHORT_BODY_BYTES = 8192;

    private final RequestWatch watch;
    private final Call call;
    private volatile @Nullable Thread waiting;
    private volatile @Nullable RealConnection connection;

    /** Makes a call; {@link #connected} learns its connection by the request's tag. */
    WatchedCall(RequestWatch watch, OkHttpClient client, Request request) {
        this.watch = watch;
        this.call =
                client.newCall(request.newBuilder().tag(WatchedCall.class, this).build());
    }

    /** Called by the client's network interceptor when a call has its connection. */
    static void connected(Interceptor.Chain chain) {
        WatchedCall watched = chain.request().tag(WatchedCall.class);
        if (watched != null && chain.connection() instanceof RealConnection real) {
            watched.connection = real;
        }
    }

    /** Sends the request and returns the answer, whose body is read by {@link #body}. */
    Response execute() throws IOException {
        boolean answered = false;
        waiting = Thread.currentThread();
        watch.add(this);
        try {
            Response response = call.execute();
            answered = true;
            return response;
        } finally {
            waiting = null;
            if (!answered) {
                watch.remove(this);
            }
        }
    }

    /** Returns the body of the answer. To close it before its end closes the connection. */
    InputStream body(Response response) {
        ResponseBody body = response.body();
        InputStream in = body == null ? InputStream.nullInputStream() : body.byteStream();
        return new FilterInputStream(in) {

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
                        watch.remove(WatchedCall.this);
                    }
                    return n;
                } finally {
                    waiting = null;
                }
            }

            @Override
            public void close() {
                watch.remove(WatchedCall.this);
                // Else OkHttp reads on for a while, to use the connection again.
                if (!ended && !isShort(response.body())) {
                    abort();
                }
                response.close();
            }
        };
    }

    @Override
    public void abortIfDue(long now) {
        Thread thread = waiting;
        if (thread != null && thread.isInterrupted()) {
            abort();
        }
    }

    /**
     * Ends the call and its connection. To cancel closes the socket below TLS only. When the whole answer has arrived by then,
     * OkHttp keeps the connection, and as newer JDKs call its TLS socket open still, tries it again and again without end.
     */
    @Override
    public void abort() {
        RealConnection used = connection;
        if (used != null) {
            used.noNewExchanges();
        }
        call.cancel();
    }

    private static boolean isShort(@Nullable ResponseBody body) {
        return body == null || body.contentLength() >= 0 && body.contentLength() <= SHORT_BODY_BYTES;
    }
}
