package org.walarchive.store.tck;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;

/** Sends one request for each connection, once, and can be interrupted. Its time-out is for the next byte, in both directions. */
final class TinyClient {

    private final int port;
    private final Duration timeout;
    private final Flaw flaw;

    /** A reply, whole unless the flaw is to take it so. */
    record Reply(HttpHead head, byte[] body) {}

    TinyClient(int port, Duration timeout, Flaw flaw) {
        this.port = port;
        this.flaw = flaw;
        this.timeout = switch (flaw) {
            case HAS_NO_TIMEOUT -> Duration.ofHours(1);
            case GIVES_UP_EARLY -> Duration.ofMillis(50);
            default -> timeout;
        };
    }

    Reply send(String method, String target, List<String> fields, byte[] body) throws IOException {
        HttpHead head = new HttpHead(method + " " + target + " HTTP/1.1", fields)
                .with("Host", "127.0.0.1:" + port)
                .with("Connection", "close")
                .with("Content-Length", String.valueOf(body.length));
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.bytes());
        request.writeBytes(body);
        long start = System.nanoTime();
        try (SocketChannel channel = SocketChannel.open();
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            if (!channel.connect(new InetSocketAddress(FaultProxy.loopback(), port))) {
                await(key, SelectionKey.OP_CONNECT, start);
                channel.finishConnect();
            }
            ByteBuffer out = ByteBuffer.wrap(request.toByteArray());
            while (out.hasRemaining()) {
                if (channel.write(out) == 0) {
                    await(key, SelectionKey.OP_WRITE, start);
                }
            }
            return reply(readAll(channel, key, start));
        }
    }

    private byte[] readAll(SocketChannel channel, SelectionKey key, long start) throws IOException {
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.allocate(1 << 14);
        for (int n = channel.read(in); n >= 0; n = channel.read(in)) {
            if (n == 0) {
                await(key, SelectionKey.OP_READ, start);
            }
            reply.write(in.array(), 0, in.position());
            in.clear();
        }
        return reply.toByteArray();
    }

    private void await(SelectionKey key, int event, long start) throws IOException {
        Duration left = flaw == Flaw.TIMES_THE_WHOLE_CALL ? timeout.minusNanos(System.nanoTime() - start) : timeout;
        key.interestOps(event);
        key.selector().selectedKeys().clear();
        boolean ready = !left.isNegative() && key.selector().select(Math.max(1, left.toMillis())) > 0;
        while (!ready && Thread.currentThread().isInterrupted() && flaw == Flaw.IGNORES_INTERRUPTS) {
            Thread.interrupted();
            ready = key.selector().select(left.toMillis()) > 0;
        }
        if (!ready) {
            throw new SocketTimeoutException("nothing came for " + timeout);
        }
    }

    private Reply reply(byte[] bytes) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        HttpHead head = HttpHead.read(in);
        if (head == null) {
            throw new EOFException("no reply");
        }
        byte[] body = in.readAllBytes();
        long expected = head.contentLength().orElse(0);
        boolean unchecked = flaw == Flaw.TAKES_A_SHORT_BODY_FOR_ALL || flaw == Flaw.TAKES_A_SHORT_LIST_FOR_ALL;
        if (body.length != expected && !unchecked) {
            throw new EOFException(body.length + " bytes came of " + expected);
        }
        return new Reply(head, body);
    }
}
