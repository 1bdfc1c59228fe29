package org.walarchive.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Listens as the agent does, and answers as a test says. */
final class FakeAgent implements AutoCloseable {

    /** What is done with a request before it is answered. */
    @FunctionalInterface
    interface Work {
        void with(byte[] request) throws IOException;
    }

    private final Path socket;
    private final ServerSocketChannel server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<byte[]> requests = new CopyOnWriteArrayList<>();
    private volatile String answer = "O";
    private volatile Work work = request -> {};
    private volatile boolean stalls;

    FakeAgent(Path socket) throws IOException {
        this.socket = socket;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread thread = new Thread(this::serve, "fake-agent");
        thread.setDaemon(true);
        thread.start();
    }

    FakeAgent answers(String text, Work before) {
        answer = text;
        work = before;
        return this;
    }

    FakeAgent stalls() {
        stalls = true;
        return this;
    }

    /** The request since the last call, as Latin-1; null if there was none. */
    String request() {
        return requests.isEmpty() ? null : new String(requests.remove(0), StandardCharsets.ISO_8859_1);
    }

    int count() {
        return requests.size();
    }

    private void serve() {
        while (server.isOpen()) {
            try {
                SocketChannel connection = server.accept();
                Thread thread = new Thread(() -> serve(connection), "fake-agent-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            ByteBuffer next = ByteBuffer.allocate(1);
            int length = 3;
            while (request.size() < length && connection.read(next) > 0) {
                request.write(next.flip().get());
                next.clear();
                if (request.size() == 3) {
                    byte[] head = request.toByteArray();
                    length = (head[1] & 0xFF) << 8 | head[2] & 0xFF;
                }
            }
            requests.add(request.toByteArray());
            if (stalls) {
                closed.await();
            }
            work.with(request.toByteArray());
            connection.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (AsynchronousCloseException e) {
            return;
        } catch (IOException e) {
            // the client may have gone, which is what some tests are about
            requests.add(e.toString().getBytes(StandardCharsets.ISO_8859_1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        Files.deleteIfExists(socket);
    }
}
