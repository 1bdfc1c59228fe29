package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;

@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
class MainJobIT {

    private final CliProcess cli = new CliProcess().asUsersDo();
    private int restores;

    @AfterEach
    void close() {
        cli.close();
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @EnumSource(
            value = PostgresVersion.class,
            names = {"V10", "V14", "V15", "V17", "V18"})
    @DisplayName("a backup taken under load and the WAL after it restore every committed row")
    void restoresEveryCommittedRow(PostgresVersion version) {
        new MainJob(cli, version).run();
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @EnumSource(
            value = PostgresVersion.class,
            names = {"V10", "V17"})
    @DisplayName("recovery to a point in time has all rows before it and none after")
    void restoresToAPointInTime(PostgresVersion version) {
        String time;
        try (PostgresServer server = archivingServer(version)) {
            server.start();
            server.execute("CREATE TABLE t (i int)", "INSERT INTO t SELECT generate_series(1, 1000)");
            push(server);
            server.execute("INSERT INTO t SELECT generate_series(1001, 1500)");
            time = server.queryText("SELECT clock_timestamp()");
            server.execute("SELECT pg_sleep(0.05)", "DELETE FROM t");
            server.awaitArchived(server.switchWal());
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        try (PostgresServer restored =
                recovery(version).target("recovery_target_time", time).start()) {
            assertEquals(1500, restored.queryLong("SELECT count(*) FROM t"));
        }
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @EnumSource(
            value = PostgresVersion.class,
            names = {"V10", "V17"})
    @DisplayName("after a promotion either side of the timeline switch can be restored")
    void restoresEitherSideOfATimelineSwitch(PostgresVersion version) {
        String branch;
        try (PostgresServer server = archivingServer(version)) {
            server.start();
            server.execute("CREATE TABLE t (i int)", "INSERT INTO t SELECT generate_series(1, 100)");
            push(server);
            server.execute("INSERT INTO t SELECT generate_series(101, 200)");
            branch = server.queryText("SELECT clock_timestamp()");
            server.execute("SELECT pg_sleep(0.05)", "INSERT INTO t SELECT generate_series(201, 300)");
            server.awaitArchived(server.switchWal());
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        Recovery promotion = recovery(version)
                .target("recovery_target_time", branch)
                .override("archive_mode", "on")
                .override("archive_command", cli.shellCommand("wal-push %p"));
        try (PostgresServer second = promotion.start()) {
            second.execute("INSERT INTO t SELECT generate_series(1001, 1050)");
            second.awaitArchived(second.switchWal());
            second.stop(PostgresServer.StopMode.FAST);
        }
        assertTrue(cli.archived("wal_005").contains("00000002.history.lzo"));

        Recovery first =
                recovery(version).setting("recovery_target_timeline", version.hasSignalFiles() ? "current" : "1");
        try (PostgresServer old = first.start()) {
            assertEquals(300, old.queryLong("SELECT count(*) FROM t"));
        }
        try (PostgresServer latest = recovery(version).start()) {
            assertEquals(250, latest.queryLong("SELECT count(*) FROM t"));
        }
    }

    private PostgresServer archivingServer(PostgresVersion version) {
        return PostgresServer.builder(version)
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create();
    }

    private void push(PostgresServer server) {
        cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
    }

    /** Restores the latest backup into a directory of its own. */
    private Recovery recovery(PostgresVersion version) {
        Path directory = cli.path("restored" + ++restores);
        cli.run("backup-fetch", directory.toString(), "LATEST").requireSuccess();
        return Recovery.of(version, directory, cli.shellCommand("wal-fetch %f %p"));
    }
}
