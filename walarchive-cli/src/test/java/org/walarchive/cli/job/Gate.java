package org.walarchive.cli.job;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A port that leads to another one, and refuses connections while it is shut, as a host does on which nothing listens. */
final class Gate implements AutoCloseable {

    private final int target;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private @Nullable ServerSocket server;

    Gate(int target) {
        this.target = target;
        this.port = listen(QuietPort.next());
    }

    int port() {
        return port;
    }

    void open() {
        if (server == null) {
            listen(port);
        }
    }

    /** Ends the connections that there are, too. */
    synchronized void shut() {
        if (server != null) {
            closeQuietly(server);
            server = null;
        }
        sockets.forEach(Gate::closeQuietly);
        sockets.clear();
    }

    private synchronized int listen(int wanted) {
        try {
            ServerSocket listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), wanted));
            server = listening;
            daemon(() -> accept(listening));
            return listening.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket service = new Socket("127.0.0.1", target);
                if (register(listening, client, service)) {
                    daemon(() -> relay(client, service));
                    daemon(() -> relay(service, client));
                }
            } catch (IOException e) {
                // It was shut.
            }
        }
    }

    private synchronized boolean register(ServerSocket listening, Socket client, Socket service) {
        sockets.add(client);
        sockets.add(service);
        if (listening.isClosed()) {
            closeQuietly(client);
            closeQuietly(service);
            return false;
        }
        return true;
    }

    private void relay(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side is gone, and the other goes with it.
        }
        sockets.remove(from);
        sockets.remove(to);
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "gate");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        shut();
    }
}
