package org.walarchive.core.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A {@link Socket} over a Unix socket, with what pgjdbc uses of one. Time-outs of reads work; closing it from another
 * thread, or interrupting the thread, ends a blocked read or write.
 *
 * <p>Every option of TCP is overridden: the inherited ones would open a TCP socket behind the scenes.
 */
final class UnixSocket extends Socket {

    private final UnixDomainSocketAddress address;
    private final SocketChannel channel;
    private final Selector readable;
    private final Selector writable;
    private volatile int soTimeout;

    UnixSocket(Path path) throws IOException {
        address = UnixDomainSocketAddress.of(path);
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.configureBlocking(false);
        readable = Selector.open();
        writable = Selector.open();
    }

    private interface Transfer {
        int once(ByteBuffer buffer) throws IOException;
    }

    /** Connects to the Unix socket; the address is ignored, for it can only be one of TCP. */
    @Override
    public void connect(SocketAddress ignored, int timeout) throws IOException {
        try {
            if (!channel.connect(address)) {
                throw new SocketException("the server's queue of connections is full");
            }
            channel.register(readable, SelectionKey.OP_READ);
            channel.register(writable, SelectionKey.OP_WRITE);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public void connect(SocketAddress ignored) throws IOException {
        connect(ignored, 0);
    }

    private int transfer(ByteBuffer buffer, Transfer transfer, Selector ready, int timeout) throws IOException {
        long start = System.nanoTime();
        try {
            while (true) {
                int count = transfer.once(buffer);
                if (count != 0 || !buffer.hasRemaining()) {
                    return count;
                }
                long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                if (timeout > 0 && waited >= timeout) {
                    throw new SocketTimeoutException("no answer within " + timeout + " ms");
                }
                ready.select(timeout > 0 ? timeout - waited : 0);
                ready.selectedKeys().clear();
                if (Thread.currentThread().isInterrupted()) {
                    close();
                    throw new InterruptedIOException("interrupted");
                }
            }
        } catch (ClosedSelectorException e) {
            throw new SocketException("socket closed");
        }
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return transfer(ByteBuffer.wrap(bytes, offset, length), channel::read, readable, soTimeout);
            }

            @Override
            public void close() throws IOException {
                UnixSocket.this.close();
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
                while (buffer.hasRemaining()) {
                    transfer(buffer, channel::write, writable, 0);
                }
            }

            @Override
            public void close() throws IOException {
                UnixSocket.this.close();
            }
        };
    }

    @Override
    public void close() throws IOException {
        try (readable;
                writable) {
            channel.close();
        }
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isBound() {
        return channel.isConnected();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public void setSoTimeout(int milliseconds) {
        soTimeout = milliseconds;
    }

    @Override
    public int getSoTimeout() {
        return soTimeout;
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return address;
    }

    @Override
    public InetAddress getInetAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public boolean getKeepAlive() {
        return false;
    }

    @Override
    public void setSendBufferSize(int size) {}

    @Override
    public int getSendBufferSize() {
        return 8192;
    }

    @Override
    public void setReceiveBufferSize(int size) {}

    @Override
    public int getReceiveBufferSize() {
        return 8192;
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
