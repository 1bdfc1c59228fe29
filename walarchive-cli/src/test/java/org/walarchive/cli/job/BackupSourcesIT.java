package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;

@DisplayName("a base backup of")
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
class BackupSourcesIT {

    private static final int SERVER = 8;

    private final CliProcess cli = new CliProcess();

    @AfterEach
    void close() {
        cli.close();
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @EnumSource(
            value = PostgresVersion.class,
            names = {"V10", "V15"})
    @DisplayName("a stopped server is named right, and starts by itself with no other WAL")
    void stoppedServer(PostgresVersion version) {
        try (PostgresServer server = PostgresServer.builder(version).create()) {
            server.start();
            server.execute("CREATE TABLE t AS SELECT generate_series(1, 1000) AS i");
            String segment = server.queryText(
                    version.isAtLeast(PostgresVersion.V10)
                            ? "SELECT pg_walfile_name(pg_current_wal_lsn())"
                            : "SELECT pg_xlogfile_name(pg_current_xlog_location())");
            server.stop(PostgresServer.StopMode.FAST);
            String data = server.dataDirectory().toString();
            cli.run("backup-push", "--while-offline", data).requireSuccess();
            assertTrue(
                    cli.run("backup-list").requireSuccess().output().contains("base_" + segment.substring(0, 16)),
                    segment);
            CliProcess.Outcome again = cli.run("backup-push", "--while-offline", data);
            assertEquals(3, again.status(), again.log());
        }
        Path restored = fetch("restored");
        try (PostgresServer server = PostgresServer.on(version, restored, Map.of())) {
            server.start();
            assertEquals(1000, server.queryLong("SELECT count(*) FROM t"));
        }
    }

    @Test
    @DisplayName(
            "a standby's directory is refused with the session of its primary, by a role that may not know where it runs")
    void directoryOfAStandby() {
        PostgresVersion version = PostgresVersion.V17;
        try (PostgresServer primary = archivingServer(version)) {
            primary.start();
            primary.execute(
                    "CREATE ROLE limited LOGIN",
                    "GRANT EXECUTE ON FUNCTION pg_backup_start(text, boolean), pg_backup_stop(boolean) TO limited");
            push(primary);
            primary.awaitArchived(primary.switchWal());
            Recovery recovery = Recovery.of(version, fetch("standby"), cli.shellCommand("wal-fetch %f %p"))
                    .standby();
            try (PostgresServer standby = recovery.start()) {
                CliProcess.Outcome outcome = cli.run(
                        Map.of(
                                "PGHOST", primary.socketDirectory().toString(),
                                "PGUSER", "limited",
                                "PGDATABASE", "postgres"),
                        "backup-push",
                        standby.dataDirectory().toString());
                assertEquals(SERVER, outcome.status(), outcome.log());
                assertTrue(outcome.log().contains("is not that of the server"), outcome.log());
            }
            assertEquals(0, primary.queryLong("SELECT count(*) FROM pg_stat_activity WHERE usename = 'limited'"));
        }
        assertEquals(2, cli.run("backup-list").requireSuccess().output().split("\r\n").length);
    }

    @Test
    @DisplayName("a server with links, sockets and FIFOs in its data directory loses nothing")
    void oddEntries() throws IOException, InterruptedException {
        PostgresVersion version = PostgresVersion.V18;
        try (PostgresServer server = archivingServer(version)) {
            Path data = server.dataDirectory();
            Path outside = Files.createDirectory(cli.path("outside"));
            Files.writeString(outside.resolve("note"), "kept");
            Files.createSymbolicLink(data.resolve("linked_directory"), outside);
            Files.createSymbolicLink(data.resolve("linked_file"), outside.resolve("note"));
            Files.createSymbolicLink(data.resolve("dangling"), Path.of("/nonexistent"));
            assertEquals(
                    0,
                    new ProcessBuilder("mkfifo", data.resolve("fifo").toString())
                            .start()
                            .waitFor());
            OrdinaryUser.give(data);
            OrdinaryUser.give(outside);
            server.start();
            CliProcess.Outcome outcome = push(server);
            for (String name : new String[] {"linked_directory", "linked_file", "dangling", "fifo"}) {
                assertTrue(outcome.log().contains(name), () -> name + " is not told of\n" + outcome.log());
            }
        }
        Path restored = fetch("restored");
        assertEquals("kept", Files.readString(restored.resolve("linked_directory/note")));
        assertFalse(Files.isSymbolicLink(restored.resolve("linked_directory")));
        assertEquals("kept", Files.readString(restored.resolve("linked_file")));
        assertEquals(Path.of("/nonexistent"), Files.readSymbolicLink(restored.resolve("dangling")));
        assertFalse(Files.exists(restored.resolve("fifo")));
        try (PostgresServer server = Recovery.of(version, restored, cli.shellCommand("wal-fetch %f %p"))
                .start()) {
            assertEquals(1, server.queryLong("SELECT 1"));
        }
    }

    @Test
    @DisplayName("a server with a tablespace is restored to where the links lead now")
    void tablespace() throws IOException {
        PostgresVersion version = PostgresVersion.V14;
        Path original = Files.createDirectory(cli.path("with space"));
        OrdinaryUser.give(original);
        String oid;
        try (PostgresServer server = archivingServer(version)) {
            server.start();
            server.execute(
                    "CREATE TABLESPACE ts LOCATION '" + original + "'",
                    "CREATE TABLE t TABLESPACE ts AS SELECT generate_series(1, 1000) AS i");
            oid = server.queryText("SELECT oid FROM pg_tablespace WHERE spcname = 'ts'");
            push(server);
            server.execute("INSERT INTO t SELECT generate_series(1001, 1500)");
            server.awaitArchived(server.switchWal());
        }
        Path restored = cli.path("restored");
        CliProcess.Outcome refused = cli.run("backup-fetch", restored.toString(), "LATEST");
        assertEquals(7, refused.status(), refused.log());
        assertFalse(Files.exists(restored));

        Path moved = Files.createDirectory(cli.path("moved here"));
        Files.createDirectories(restored.resolve("pg_tblspc"));
        Files.createSymbolicLink(restored.resolve("pg_tblspc").resolve(oid), moved);
        OrdinaryUser.give(restored);
        OrdinaryUser.give(moved);
        fetch("restored");
        try (PostgresServer server = Recovery.of(version, restored, cli.shellCommand("wal-fetch %f %p"))
                .start()) {
            assertEquals(1500, server.queryLong("SELECT count(*) FROM t"));
            assertEquals(moved.toString(), server.queryText("SELECT pg_tablespace_location(" + oid + ")"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"lz4", "zstd", "zstd:9"})
    @DisplayName("a server with another compression restores too")
    void compression(String method) {
        PostgresVersion version = PostgresVersion.V17;
        try (PostgresServer server = PostgresServer.builder(version)
                .walSegmentMegabytes(1)
                .archiveCommand(cli.shellCommand("--compression " + method + " wal-push %p"))
                .create()) {
            server.start();
            server.execute("CREATE TABLE t AS SELECT generate_series(1, 1000) AS i");
            cli.run(
                            server,
                            "--compression",
                            method,
                            "backup-push",
                            server.dataDirectory().toString())
                    .requireSuccess();
            server.execute("INSERT INTO t SELECT generate_series(1001, 1500)");
            server.awaitArchived(server.switchWal());
        }
        try (PostgresServer restored = Recovery.of(version, fetch("restored"), cli.shellCommand("wal-fetch %f %p"))
                .start()) {
            assertEquals(1500, restored.queryLong("SELECT count(*) FROM t"));
        }
    }

    @Test
    @DisplayName("a server without its configuration files has them not, as WAL-E has it")
    void withoutConfigurationFiles() {
        try (PostgresServer server = archivingServer(PostgresVersion.V17)) {
            server.start();
            cli.run(
                            server,
                            "backup-push",
                            "--no-config-files",
                            server.dataDirectory().toString())
                    .requireSuccess();
        }
        Path restored = fetch("restored");
        assertFalse(Files.exists(restored.resolve("postgresql.conf")));
        assertFalse(Files.exists(restored.resolve("pg_hba.conf")));
        assertTrue(Files.exists(restored.resolve("postgresql.auto.conf")));
    }

    private PostgresServer archivingServer(PostgresVersion version) {
        return PostgresServer.builder(version)
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create();
    }

    private CliProcess.Outcome push(PostgresServer server) {
        return cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
    }

    private Path fetch(String name) {
        Path directory = cli.path(name);
        cli.run("backup-fetch", directory.toString(), "LATEST").requireSuccess();
        return directory;
    }
}
