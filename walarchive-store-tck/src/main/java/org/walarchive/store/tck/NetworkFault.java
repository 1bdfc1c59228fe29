package org.walarchive.store.tck;

import java.time.Duration;
import java.util.Map;
import org.walarchive.stability.Experimental;

/** What a {@link FaultProxy} does to one request. Without state: a fault serves many requests. */
@Experimental
public sealed interface NetworkFault {

    /** How a transfer ends before its time. */
    enum Ending {
        /** As if all had been said: the stream ends. */
        CLOSE,
        /** By a reset of the connection. */
        RESET,
        /** Not at all: the connection stays open and nothing more comes, until the proxy is closed. */
        STALL
    }

    /** Nothing is done to it. */
    record Pass() implements NetworkFault {}

    /**
     * The proxy answers by itself as soon as it has the request, and the service does not see it. A client that waits for
     * {@code 100 Continue} gets the answer instead, and need not send the body.
     *
     * @param status of the answer
     * @param headers of the answer; the length need not be among them
     * @param body of the answer, which a request of method HEAD does not get
     */
    record Answer(int status, Map<String, String> headers, String body) implements NetworkFault {

        /** Copies the headers. */
        public Answer {
            headers = Map.copyOf(headers);
        }
    }

    /** The proxy reads no more than the head, and never answers. The service does not see the request. */
    record Stall() implements NetworkFault {}

    /**
     * The request reaches the service up to a byte of its body. The service's connection ends as the client's does. A body
     * that is not longer is not touched.
     *
     * @param afterBytes of the body as it is written, so the framing of chunks counts
     * @param ending what the client, and the service, see then
     */
    record CutRequest(long afterBytes, Ending ending) implements NetworkFault {}

    /**
     * The service does the request, and says so to the end; nothing of it reaches the client.
     *
     * @param ending what the client sees instead
     */
    record LoseReply(Ending ending) implements NetworkFault {}

    /**
     * The reply reaches the client up to a byte, counted from the beginning of its head. A shorter reply is not touched.
     *
     * @param afterBytes of head and body as they are written
     * @param ending what the client sees then
     */
    record CutReply(long afterBytes, Ending ending) implements NetworkFault {}

    /**
     * The reply's head reaches the client, and its body up to a byte. A body that is not longer is not touched.
     *
     * @param afterBytes of the body as it is written, so the framing of chunks counts
     * @param ending what the client sees then
     */
    record CutReplyBody(long afterBytes, Ending ending) implements NetworkFault {}

    /**
     * The lowest bit of a byte of the request's body is changed on its way.
     *
     * @param offset of the byte, from 0, the framing of chunks not counted; a shorter body is not touched
     */
    record FlipRequestBit(long offset) implements NetworkFault {}

    /**
     * The lowest bit of a byte of the reply's body is changed on its way.
     *
     * @param offset of the byte, from 0, the framing of chunks not counted; a shorter body is not touched
     */
    record FlipReplyBit(long offset) implements NetworkFault {}

    /**
     * The request waits before it goes to the service.
     *
     * @param latency how long
     */
    record Delay(Duration latency) implements NetworkFault {}

    /**
     * Both bodies flow slowly and steadily. What the operating system buffers still leaves the client at once.
     *
     * @param bytesPerSecond how slowly
     */
    record Throttle(int bytesPerSecond) implements NetworkFault {

        /** Checks that something flows. */
        public Throttle {
            if (bytesPerSecond < 1) {
                throw new IllegalArgumentException("bytes per second are fewer than 1: " + bytesPerSecond);
            }
        }
    }
}
