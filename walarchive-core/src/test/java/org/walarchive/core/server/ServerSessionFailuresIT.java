package org.walarchive.core.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.BackupPushRequest.Checkpoint;
import org.walarchive.ServerConnection;
import org.walarchive.ServerException;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** What a person reads when the server cannot be reached or refuses. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class ServerSessionFailuresIT {

    private static final String PASSWORD = "sesame: \\open";

    private static PostgresServer server;

    @BeforeAll
    static void start() {
        server = PostgresServer.builder(PostgresVersion.V18).create();
        server.authenticate("local all postgres trust", "local all guarded scram-sha-256", "local all plain trust");
        server.start();
        server.execute(
                "CREATE ROLE guarded LOGIN PASSWORD '" + PASSWORD + "'",
                "CREATE ROLE plain LOGIN CONNECTION LIMIT 1",
                "CREATE ROLE nobody_let_in LOGIN");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ServerConnection.Builder as(String user) {
        return ServerConnection.builder()
                .host(server.socketDirectory().toString())
                .port(PostgresServer.PORT)
                .user(user);
    }

    private static ServerException refusal(ServerConnection connection) {
        ServerException failure = assertThrows(ServerException.class, () -> ServerSession.open(connection));
        String all = failure.getMessage() + failure.detail() + failure.hint() + failure.getCause();
        assertFalse(all.contains("sesame"), all);
        assertTrue(failure.hint().isPresent());
        return failure;
    }

    @Test
    void noSuchSocket() {
        ServerException failure = refusal(as("postgres").port(1).build());
        assertEquals(
                "cannot connect to PostgreSQL at socket " + server.socketDirectory() + "/.s.PGSQL.1 as postgres",
                failure.getMessage());
        assertTrue(failure.detail().orElseThrow().contains("No such file"), failure.detail()::toString);
        assertTrue(failure.hint().orElseThrow().contains("Is the server running"), failure.hint()::toString);
    }

    @Test
    void noSocketInTheDefaultDirectories() {
        ServerException failure = refusal(ServerConnection.builder().port(1).build());
        assertEquals("cannot connect to PostgreSQL at a local socket, port 1", failure.getMessage());
        assertTrue(failure.detail().orElseThrow().contains("/var/run/postgresql"));
    }

    @Test
    void nobodyListens() {
        ServerException failure =
                refusal(as("postgres").host("127.0.0.1").port(1).build());
        assertEquals("cannot connect to PostgreSQL at 127.0.0.1:1 as postgres", failure.getMessage());
        assertTrue(failure.hint().orElseThrow().contains("listen_addresses"), failure.hint()::toString);
    }

    @Test
    void wrongPassword() {
        ServerException failure =
                refusal(as("guarded").password("sesame, close").build());
        assertTrue(failure.detail().orElseThrow().contains("password authentication failed"));
        assertTrue(failure.hint().orElseThrow().contains("PGPASSWORD"));
    }

    @Test
    void noPassword(@TempDir Path directory) {
        ServerException failure = refusal(
                as("guarded").passwordFile(directory.resolve("none").toString()).build());
        assertTrue(failure.hint().orElseThrow().contains("PGPASSFILE"), failure.hint()::toString);
    }

    @Test
    void rightPassword(@TempDir Path directory) throws Exception {
        ServerSession.open(as("guarded").password(PASSWORD).build()).close();

        Path file = directory.resolve("passwords");
        Files.writeString(
                file, "# none\nelsewhere:*:*:*:wrong\n*:5432:*:guarded:" + "sesame\\: \\\\open" + "\n*:*:*:*:wrong\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        ServerConnection connection =
                as("guarded").passwordFile(file.toString()).build();
        ServerSession.open(connection).close();

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        refusal(connection);
    }

    @Test
    void roleNotLetIn() {
        ServerException failure = refusal(as("nobody_let_in").build());
        assertTrue(failure.detail().orElseThrow().contains("pg_hba.conf"), failure.detail()::toString);
        assertTrue(failure.hint().orElseThrow().contains("pg_hba.conf"));
    }

    @Test
    void noSuchDatabase() {
        ServerException failure = refusal(as("postgres").database("nowhere").build());
        assertTrue(failure.hint().orElseThrow().contains("PGDATABASE"), failure.hint()::toString);
    }

    @Test
    void tooManyConnections() throws Exception {
        try (ServerSession first = ServerSession.open(as("plain").build())) {
            first.ping();
            ServerException failure = refusal(as("plain").build());
            assertTrue(failure.hint().orElseThrow().contains("limit"), failure.hint()::toString);
        }
    }

    @Test
    void optionsArePassedOn() throws Exception {
        try (ServerSession session = ServerSession.open(as("postgres")
                .options("-c work_mem=123kB -c statement_timeout=77777")
                .build())) {
            assertEquals(Optional.of("123"), session.setting("work_mem"));
            assertEquals(Optional.of("0"), session.setting("statement_timeout"));
        }
    }

    @Test
    void aLostSessionIsExplained() throws Exception {
        try (ServerSession session = ServerSession.open(as("postgres").build())) {
            session.startBackup("lost", Checkpoint.FAST);
            server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'walarchive'");
            ServerException failure = assertThrows(ServerException.class, session::stopBackup);
            assertTrue(failure.getMessage().startsWith("cannot stop the backup on PostgreSQL at socket /"));
            assertTrue(failure.hint().orElseThrow().contains("pooler"), failure.hint()::toString);
        }
    }

    /** The hint, taken literally by a superuser, must help. */
    @ParameterizedTest
    @EnumSource(names = {"V9_6", "V10", "V14", "V15", "V18"})
    void aRoleWithoutRightsIsToldHowToGetThem(PostgresVersion version) throws Exception {
        try (PostgresServer own = PostgresServer.builder(version).create()) {
            own.start();
            own.execute("CREATE ROLE \"back \"\"up\" LOGIN");
            ServerConnection connection = ServerConnection.builder()
                    .host(own.socketDirectory().toString())
                    .user("back \"up")
                    .build();
            try (ServerSession session = ServerSession.open(connection)) {
                assertEquals(Optional.empty(), session.dataDirectory());
                assertEquals(ControlFile.read(own.dataDirectory()).systemIdentifier(), session.systemIdentifier());
                ServerException failure =
                        assertThrows(ServerException.class, () -> session.startBackup("x", Checkpoint.FAST));
                assertTrue(failure.getMessage().startsWith("cannot start a backup"));
                String hint = failure.hint().orElseThrow();
                own.execute(hint.substring(hint.indexOf("GRANT"), hint.length() - 1));
                session.startBackup("x", Checkpoint.FAST);
                session.stopBackup();
            }
        }
    }
}
