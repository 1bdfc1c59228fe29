package org.walarchive.store.swift;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import okhttp3.Call;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * A call that is cancelled when the thread that waits for it is interrupted. It is watched from its beginning to the end of
 * the answer's body.
 */
final class WatchedCall {

    private final CallWatch watch;
    private final Call call;
    private volatile @Nullable Thread waiting;

    WatchedCall(CallWatch watch, Call call) {
        this.watch = watch;
        this.call = call;
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
                // Else OkHttp may read the rest, to use the connection again.
                if (!ended) {
                    call.cancel();
                }
                response.close();
            }
        };
    }

    /** Called by the watch. */
    void cancelIfInterrupted() {
        Thread thread = waiting;
        if (thread != null && thread.isInterrupted()) {
            call.cancel();
        }
    }

    void cancel() {
        call.cancel();
    }
}
