package org.walarchive.core.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.PGProperty;
import org.walarchive.ServerConnection;
import org.walarchive.ServerException;

/**
 * Where and as whom to connect: connection parameters with libpq's defaults filled in, in pgjdbc's terms.
 *
 * @param connection the parameters
 * @param socket the Unix socket; empty for TCP
 * @param user the role
 */
record ServerAddress(ServerConnection connection, Optional<Path> socket, String user) {

    private static final List<String> SOCKET_DIRECTORIES = List.of("/var/run/postgresql", "/run/postgresql", "/tmp");

    private static final String CONNECT_TIMEOUT_SECONDS = "10";

    /** Bounds the handshake too, which a server that hangs never finishes. */
    private static final String LOGIN_TIMEOUT_SECONDS = "20";

    private static final String CANCEL_TIMEOUT_SECONDS = "2";

    static ServerAddress of(ServerConnection connection) throws ServerException {
        String user = connection.user().orElseGet(() -> System.getProperty("user.name"));
        String file = ".s.PGSQL." + connection.port();
        if (connection.host().isPresent()) {
            String host = connection.host().get();
            Optional<Path> socket = host.startsWith("/") ? Optional.of(Path.of(host, file)) : Optional.empty();
            return new ServerAddress(connection, socket, user);
        }
        Path socket = SOCKET_DIRECTORIES.stream()
                .map(directory -> Path.of(directory, file))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(
                        () -> new ServerException(
                                "cannot connect to PostgreSQL at a local socket, port " + connection.port(),
                                "there is no " + file + " in " + String.join(", ", SOCKET_DIRECTORIES),
                                "Is the server running? Is its port another (PGPORT), or its unix_socket_directories (PGHOST)?"));
        return new ServerAddress(connection, Optional.of(socket), user);
    }

    String url() {
        // the host of a Unix socket is of no importance, but pgjdbc wants one
        String host = socket.isPresent() ? "localhost" : connection.host().orElseThrow();
        String literal = host.contains(":") ? "[" + host + "]" : host;
        return "jdbc:postgresql://" + literal + ":" + connection.port() + "/";
    }

    Properties properties() throws IOException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, user);
        PGProperty.PG_DBNAME.set(properties, connection.database());
        PGProperty.APPLICATION_NAME.set(properties, "walarchive");
        PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_TIMEOUT_SECONDS);
        PGProperty.LOGIN_TIMEOUT.set(properties, LOGIN_TIMEOUT_SECONDS);
        PGProperty.CANCEL_SIGNAL_TIMEOUT.set(properties, CANCEL_TIMEOUT_SECONDS);
        PGProperty.TCP_KEEP_ALIVE.set(properties, "true");
        // no statement is executed often enough to be prepared, and poolers dislike prepared ones
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        connection.options().ifPresent(options -> PGProperty.OPTIONS.set(properties, options));
        if (socket.isPresent()) {
            PGProperty.SOCKET_FACTORY.set(properties, UnixSocketFactory.class.getName());
            PGProperty.SOCKET_FACTORY_ARG.set(properties, socket.get().toString());
            // libpq ignores sslmode on Unix sockets, where servers do not offer it
            PGProperty.SSL_MODE.set(properties, "disable");
            PGProperty.GSS_ENC_MODE.set(properties, "disable");
        } else {
            connection.sslMode().ifPresent(mode -> PGProperty.SSL_MODE.set(properties, mode));
        }
        password().ifPresent(password -> PGProperty.PASSWORD.set(properties, password));
        return properties;
    }

    private Optional<String> password() throws IOException {
        if (connection.password().isPresent()) {
            return connection.password();
        }
        Path file = connection
                .passwordFile()
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".pgpass"));
        return new PasswordFile(file).find(passwordFileHost(), connection.port(), connection.database(), user);
    }

    /** In password files, a socket in one of the default directories is called localhost. */
    private String passwordFileHost() {
        return connection
                .host()
                .filter(host -> !SOCKET_DIRECTORIES.contains(host))
                .orElse("localhost");
    }

    /** Names the server in messages. */
    @Override
    public String toString() {
        return socket.map(path -> "socket " + path)
                .orElseGet(() -> connection.host().orElseThrow() + ":" + connection.port());
    }
}
