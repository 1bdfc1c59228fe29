package org.walarchive.store.azure;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer. Unlike the JDK's own stream (of Java 17), a read ends when its thread is interrupted, and when nothing
 * comes for too long. Closing it before its end closes the connection. For one thread; others may close it.
 */
final class ResponseContent extends InputStream implements BodySubscriber<ResponseContent> {

    /** How many lists of buffers, of 16 KiB mostly, are on their way. */
    private static final int WINDOW = 8;

    /** What arrived: some buffers; or the end, which is a failure if there is one. */
    private record Arrived(
            List<ByteBuffer> buffers,
            boolean last,
            @Nullable Throwable failure) {}

    private final BlockingQueue<Arrived> queue = new LinkedBlockingQueue<>();
    private final Duration stall;
    private final Set<ResponseContent> open;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean closed;
    private Arrived current = new Arrived(List.of(), false, null);
    private int index;

    /**
     * Makes the body of an answer that is to come.
     *
     * @param open where it stays until it is closed or has arrived as a whole
     */
    ResponseContent(Duration stall, Set<ResponseContent> open) {
        this.stall = stall;
        this.open = open;
        open.add(this);
    }

    @Override
    public CompletionStage<ResponseContent> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
        subscription = begun;
        if (closed) {
            begun.cancel();
        } else {
            begun.request(WINDOW);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        queue.add(new Arrived(buffers, false, null));
    }

    @Override
    public void onError(Throwable failure) {
        open.remove(this);
        queue.add(new Arrived(List.of(), true, failure));
    }

    @Override
    public void onComplete() {
        open.remove(this);
        queue.add(new Arrived(List.of(), true, null));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (true) {
            while (index < current.buffers().size()) {
                ByteBuffer buffer = current.buffers().get(index);
                if (buffer.hasRemaining()) {
                    int n = Math.min(length, buffer.remaining());
                    buffer.get(target, offset, n);
                    return n;
                }
                index++;
            }
            if (current.last()) {
                return end();
            }
            current = next();
            index = 0;
        }
    }

    private int end() throws IOException {
        Throwable failure = current.failure();
        if (failure instanceof IOException) {
            // A new one, for it may be thrown several times.
            throw new IOException(failure.getMessage(), failure);
        }
        if (failure != null) {
            throw new IOException("the answer broke off", failure);
        }
        return -1;
    }

    private Arrived next() throws IOException {
        Flow.Subscription source = subscription;
        if (closed) {
            throw new IOException("closed");
        }
        try {
            Arrived arrived = queue.poll(stall.toNanos(), TimeUnit.NANOSECONDS);
            if (closed) {
                throw new IOException("closed");
            }
            if (arrived == null) {
                close();
                throw new SocketTimeoutException("nothing came for " + stall.toMillis() + " ms");
            }
            if (source != null && !arrived.last()) {
                source.request(1);
            }
            return arrived;
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    @Override
    public void close() {
        closed = true;
        open.remove(this);
        Flow.Subscription source = subscription;
        if (source != null) {
            source.cancel();
        }
        // Wakes a reader.
        queue.add(new Arrived(List.of(), true, new IOException("closed")));
    }
}
