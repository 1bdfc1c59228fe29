package org.walarchive.core.agent;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ConfigurationException;
import org.walarchive.LocalFileException;

/** The agent's lock, address and sockets, which are made again when somebody removes them. For one thread, but for {@link #isTaken}. */
final class Presence implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

    /** {@code sun_path} of Linux's {@code struct sockaddr_un} less its final zero. */
    private static final int LONGEST_SOCKET_PATH = 107;

    private final WalPlace place;
    private final Optional<String> address;
    private final List<Path> sockets;
    private final Consumer<SocketChannel> clients;
    private final List<Listener> listeners = new ArrayList<>();
    private volatile @Nullable Seat seat;

    Presence(WalPlace place, Optional<String> address, Optional<Path> second, Consumer<SocketChannel> clients) {
        this.place = place;
        this.address = address;
        this.clients = clients;
        this.sockets = new ArrayList<>(List.of(place.socket()));
        second.ifPresent(path -> sockets.add(path.toAbsolutePath()));
    }

    /**
     * Takes the place for the first time.
     *
     * @throws LocalFileException if there is another agent, or something cannot be made
     */
    void take() throws LocalFileException, ConfigurationException {
        for (Path socket : sockets) {
            if (socket.toString().getBytes().length > LONGEST_SOCKET_PATH) {
                throw new ConfigurationException(
                        "the path of the socket is too long: " + socket,
                        "A Unix socket's path has at most " + LONGEST_SOCKET_PATH + " bytes.",
                        "Name the data directory by a shorter path, such as a symbolic link.");
            }
        }
        try {
            keep();
        } catch (IOException e) {
            close();
            throw new LocalFileException(
                    "the agent cannot take its place in " + place.spool(),
                    e.toString(),
                    "Does the command run as the server's user, and is there space left?",
                    e);
        }
    }

    /**
     * Makes what is missing.
     *
     * @return whether something was missing
     * @throws LocalFileException if there is another agent
     * @throws IOException if it cannot be made now
     */
    boolean keep() throws IOException, LocalFileException {
        Seat current = seat;
        if (current != null && !current.isHeld()) {
            LOG.warn("{} was removed; the agent takes its place again", place.spool());
            close();
            current = null;
        }
        boolean changed = current == null;
        if (current == null) {
            current = Seat.take(place.spool(), address);
            seat = current;
        } else {
            current.requireAddress();
        }
        for (Path socket : sockets) {
            changed |= listen(socket);
        }
        return changed;
    }

    private boolean listen(Path socket) throws IOException {
        for (Listener listener : List.copyOf(listeners)) {
            if (listener.path().equals(socket)) {
                if (listener.isIntact()) {
                    return false;
                }
                LOG.warn("socket {} was removed, and is made anew", socket);
                listeners.remove(listener);
                listener.close();
            }
        }
        listeners.add(Listener.open(socket, clients));
        return true;
    }

    /** Tells whether it stands where clients look for it. */
    boolean isTaken() {
        return seat != null;
    }

    /** Tells whether the agent before was killed. */
    boolean replacesKilled() {
        Seat current = seat;
        return current != null && current.replacesKilled();
    }

    /** Removes the sockets, but keeps others out still. */
    void stopListening() {
        listeners.forEach(Listener::close);
        listeners.clear();
    }

    @Override
    public void close() {
        stopListening();
        Seat current = seat;
        seat = null;
        if (current != null) {
            current.close();
        }
    }
}
