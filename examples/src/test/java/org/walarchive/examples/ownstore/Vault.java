package org.walarchive.examples.ownstore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** A database for blobs, made by {@code own-store/tables.sql}. */
public final class Vault implements AutoCloseable {

    private final PostgresServer server = PostgresServer.builder(PostgresVersion.V18)
            .setting("max_connections", "50")
            .create();

    /** Starts a server. */
    public Vault() {
        server.start();
    }

    /** Makes the tables of a container. */
    public void create(String container) {
        try {
            String tables = Files.readString(Path.of("own-store", "tables.sql"))
                    .lines()
                    .filter(line -> !line.startsWith("--"))
                    .reduce("", (before, line) -> before + line + "\n");
            server.execute(tables.replace(":\"container\"", '"' + container + '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the server. */
    public PostgresServer server() {
        return server;
    }

    /** Returns what a store's settings are. */
    public Map<String, String> settings() {
        return Map.of(
                "SQL_STORE_URL",
                "jdbc:postgresql://localhost/postgres?sslmode=disable&gssEncMode=disable"
                        + "&socketFactory=org.walarchive.core.server.UnixSocketFactory&socketFactoryArg="
                        + server.socketDirectory().resolve(".s.PGSQL." + PostgresServer.PORT),
                "SQL_STORE_USER",
                PostgresServer.SUPERUSER);
    }

    @Override
    public void close() {
        server.close();
    }
}
