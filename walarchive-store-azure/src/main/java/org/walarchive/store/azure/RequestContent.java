package org.walarchive.store.azure;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/**
 * The body of a request, which knows when the connection last took something of it. It is sent once: the JDK's client sends a
 * GET again by itself when the connection breaks before the answer, which is the caller's to decide.
 */
final class RequestContent implements BodyPublisher {

    private final BodyPublisher content;
    private volatile long progress = System.nanoTime();
    private volatile boolean sent;
    private boolean begun;

    RequestContent(BodyPublisher content) {
        this.content = content;
        this.sent = content.contentLength() == 0;
    }

    /** The client asks once for each time it sends the request. */
    @Override
    public synchronized long contentLength() {
        if (begun) {
            throw new IllegalStateException("the connection broke before an answer came");
        }
        begun = true;
        return content.contentLength();
    }

    /** Returns for how long nothing has happened. */
    long quietNanos() {
        return System.nanoTime() - progress;
    }

    /** Tells whether the connection has taken all of it. */
    boolean isSent() {
        return sent;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        content.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscriber.onSubscribe(new Flow.Subscription() {
                    @Override
                    public void request(long n) {
                        progress = System.nanoTime();
                        subscription.request(n);
                    }

                    @Override
                    public void cancel() {
                        subscription.cancel();
                    }
                });
            }

            @Override
            public void onNext(ByteBuffer item) {
                subscriber.onNext(item);
            }

            @Override
            public void onError(Throwable failure) {
                subscriber.onError(failure);
            }

            @Override
            public void onComplete() {
                progress = System.nanoTime();
                sent = true;
                subscriber.onComplete();
            }
        });
    }
}
