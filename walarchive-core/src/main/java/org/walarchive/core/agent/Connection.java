package org.walarchive.core.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One end of a Unix socket whose reads and writes are limited in time. For one thread; closing is for all. */
final class Connection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private long deadlineNanos;

    /** Takes over a connected channel. */
    Connection(SocketChannel channel) throws IOException {
        this.channel = channel;
        Selector opened = null;
        try {
            channel.configureBlocking(false);
            opened = Selector.open();
            this.selector = opened;
            this.key = channel.register(opened, 0);
        } catch (IOException e) {
            channel.close();
            if (opened != null) {
                opened.close();
            }
            throw e;
        }
        limit(Duration.ZERO);
    }

    /** Connects, which does not wait: where the queue of a socket is full, it fails. */
    static Connection to(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
                throw new SocketTimeoutException("the queue of " + socket + " is full");
            }
        } catch (IOException | IllegalArgumentException e) {
            channel.close();
            throw e;
        }
        return new Connection(channel);
    }

    /** Sets how long from now on reads and writes may take, all together. */
    void limit(Duration time) {
        deadlineNanos = System.nanoTime() + time.toNanos();
    }

    /** Returns what the other side sends. A read fails when the time is over. */
    InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
                int count;
                while ((count = channel.read(buffer)) == 0 && length > 0) {
                    await(SelectionKey.OP_READ);
                }
                return count;
            }
        };
    }

    void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            if (channel.write(buffer) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    private void await(int operation) throws IOException {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("the other side was too slow");
        }
        try {
            key.interestOps(operation);
            selector.select(TimeUnit.NANOSECONDS.toMillis(left) + 1);
            selector.selectedKeys().clear();
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw new IOException("the connection was closed", e);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Says a last word, if that is possible at once, and closes; for any thread. */
    void leave(byte[] word) {
        try (selector;
                channel) {
            channel.write(ByteBuffer.wrap(word));
        } catch (IOException e) {
            LOG.debug("a client went away before", e);
        }
    }

    @Override
    public void close() throws IOException {
        try (selector) {
            channel.close();
        }
    }
}
