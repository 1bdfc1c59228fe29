package org.walarchive.core.agent;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Unix socket that hands over each client that may use it. */
final class Listener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final int QUEUE = 64;
    private static final int LONGEST_CLOSE_MILLIS = 2000;

    private final Path path;
    private final Object fileKey;
    private final ServerSocketChannel server;
    private final Peer peer;
    private final Consumer<SocketChannel> clients;
    private final Selector selector;
    private final Thread thread;
    private volatile boolean closing;

    private Listener(Path path, Object fileKey, ServerSocketChannel server, Peer peer, Consumer<SocketChannel> clients)
            throws IOException {
        this.path = path;
        this.fileKey = fileKey;
        this.server = server;
        this.peer = peer;
        this.clients = clients;
        server.configureBlocking(false);
        this.selector = Selector.open();
        server.register(selector, SelectionKey.OP_ACCEPT);
        this.thread = new Thread(this::accept, "agent-socket");
        thread.setDaemon(true);
    }

    /**
     * Listens. What stands at the path is replaced: the caller knows that it is stale. The socket is made in a directory that nobody
     * else can enter and gets its rights there, so nobody else can ever connect.
     *
     * @param clients gets each client of this user or root, connected; returns at once
     */
    static Listener open(Path path, Consumer<SocketChannel> clients) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        Path shelter = parent.resolve(".wa" + ProcessHandle.current().pid());
        Path bound = shelter.resolve("s");
        removeShelter(shelter, bound);
        Files.createDirectory(
                shelter, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(bound), QUEUE);
            Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-------"));
            Peer peer = new Peer(Files.getOwner(bound));
            Object key = key(bound);
            Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Listener listener = new Listener(path, key, server, peer, clients);
            listener.thread.start();
            return listener;
        } catch (IOException e) {
            server.close();
            throw e;
        } finally {
            removeShelter(shelter, bound);
        }
    }

    private static void removeShelter(Path shelter, Path bound) throws IOException {
        Files.deleteIfExists(bound);
        Files.deleteIfExists(shelter);
    }

    private static Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    private void accept() {
        try (selector;
                server) {
            while (!closing) {
                selector.select();
                selector.selectedKeys().clear();
                acceptAll();
            }
            acceptAll();
        } catch (IOException e) {
            // Out of file descriptors, for instance. The watch sees that nobody listens, and listens anew.
            LOG.error("socket {} accepts nobody any more", path, e);
        }
    }

    private void acceptAll() throws IOException {
        SocketChannel client;
        while ((client = server.accept()) != null) {
            hand(client);
        }
    }

    private void hand(SocketChannel client) throws IOException {
        boolean handed = false;
        try {
            if (peer.isTrusted(client)) {
                clients.accept(client);
                handed = true;
            } else {
                LOG.warn("socket {}: a client of another user was turned away", path);
            }
        } catch (IOException e) {
            LOG.warn("socket {}: a client went away at once", path, e);
        } finally {
            if (!handed) {
                client.close();
            }
        }
    }

    /** Tells whether clients find it: the socket stands where it was made, and is accepting. */
    boolean isIntact() {
        try {
            return server.isOpen() && fileKey.equals(key(path));
        } catch (IOException e) {
            return false;
        }
    }

    Path path() {
        return path;
    }

    /**
     * Removes the socket if it is still this one, hands over the clients that found it before, and takes no more. A client that is
     * left without an answer may take that for what it likes.
     */
    @Override
    public void close() {
        try {
            if (isIntact()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.warn("socket {} cannot be removed", path, e);
        }
        closing = true;
        selector.wakeup();
        try {
            thread.join(LONGEST_CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
