package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** Each kind of recovery target, with the command line alone: no file of the restored directory is touched by the test. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
class RecoveryTargetsIT {

    private static final int NO_BACKUP = 6;
    private static final int LOCAL = 7;
    private static final int NOT_ARCHIVED = 9;

    private final CliProcess cli = new CliProcess();
    private int restores;

    @AfterEach
    void close() {
        cli.close();
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @EnumSource(
            value = PostgresVersion.class,
            names = {"V11", "V18"})
    @DisplayName("each target is reached from the right backup, and the clone archives nothing")
    void targets(PostgresVersion version) {
        String time;
        String lsn;
        String xid;
        String end;
        String first;
        try (PostgresServer server = archivingServer(version)) {
            server.start();
            server.execute("CREATE TABLE t (i int)", "INSERT INTO t VALUES (1)");
            push(server);
            first = newestBackup();
            server.execute("INSERT INTO t VALUES (2)");
            lsn = server.queryText("SELECT pg_current_wal_lsn()");
            server.execute("SELECT pg_create_restore_point('it''s \\ two')");
            time = server.queryText("SELECT clock_timestamp()");
            server.execute("SELECT pg_sleep(0.05)");
            xid = server.queryText("INSERT INTO t VALUES (3) RETURNING txid_current()");
            server.execute("INSERT INTO t VALUES (4)");
            push(server);
            server.execute("INSERT INTO t VALUES (5)");
            end = server.queryText("SELECT pg_current_wal_lsn()");
            server.awaitArchived(server.switchWal());
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        List<String> before = cli.archived("");

        assertEquals("1 2", rows(version, "--target-time", time));
        assertEquals("1 2", rows(version, "--target-lsn", lsn));
        assertEquals("1 2 3 4 5", rows(version, "--target-lsn", end));
        assertEquals("1 2", rows(version, first, "--target-name", "it's \\ two"));
        assertEquals("1 2 3", rows(version, first, "--target-xid", xid));
        assertEquals("1 2", rows(version, first, "--target-xid", xid, "--target-exclusive"));
        assertEquals("1 2 3 4", rows(version, "--target-immediate"));
        assertEquals("1 2 3 4 5", rows(version, "--recover"));

        assertEquals(before, cli.archived(""));
        refused(NO_BACKUP, "--target-time", "2020-01-01 00:00:00Z");
        refused(NO_BACKUP, "--target-lsn", "0/100");
        refused(NOT_ARCHIVED, "--target-lsn", "FF/0");
        refused(NOT_ARCHIVED, "--target-time", "2100-01-01 00:00:00Z");
        refused(NO_BACKUP, "--recover", "--target-timeline", "7");
    }

    /** Restores with a target, starts the server, and returns the rows of the table. */
    private String rows(PostgresVersion version, String... arguments) {
        Path directory = cli.path("restored " + restores++);
        List<String> command = new ArrayList<>(List.of("backup-fetch", directory.toString()));
        command.addAll(List.of(arguments));
        command.add("--clone");
        if (!command.contains("--recover")) {
            command.addAll(List.of("--target-action", "promote"));
        }
        cli.run(command.toArray(String[]::new)).requireSuccess();
        assertEquals(version.hasSignalFiles(), Files.exists(directory.resolve("recovery.signal")));
        assertEquals(!version.hasSignalFiles(), Files.exists(directory.resolve("recovery.conf")));
        try (PostgresServer server = PostgresServer.on(version, directory, Map.of())) {
            server.start();
            server.awaitPromotion();
            assertEquals("off", server.queryText("SHOW archive_mode"));
            server.switchWal();
            return server.queryText("SELECT string_agg(i::text, ' ' ORDER BY i) FROM t");
        }
    }

    private void refused(int code, String... arguments) {
        Path directory = cli.path("refused");
        List<String> command = new ArrayList<>(List.of("backup-fetch", directory.toString()));
        command.addAll(List.of(arguments));
        CliProcess.Outcome outcome = cli.run(command.toArray(String[]::new));
        assertEquals(code, outcome.status(), outcome.log());
        assertTrue(outcome.log().contains("HINT"), outcome.log());
        assertFalse(Files.exists(directory));
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @EnumSource(
            value = PostgresVersion.class,
            names = {"V11", "V18"})
    @DisplayName("either side of a timeline switch is reached")
    void timelines(PostgresVersion version) {
        String branch;
        try (PostgresServer server = archivingServer(version)) {
            server.start();
            server.execute("CREATE TABLE t (i int)", "INSERT INTO t VALUES (1)");
            push(server);
            branch = server.queryText("SELECT clock_timestamp()");
            server.execute("SELECT pg_sleep(0.05)", "INSERT INTO t VALUES (2)");
            server.awaitArchived(server.switchWal());
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        Path second = cli.path("second");
        cli.run("backup-fetch", second.toString(), "--target-time", branch, "--target-action", "promote")
                .requireSuccess();
        try (PostgresServer server = PostgresServer.on(version, second, Map.of())) {
            server.start();
            server.awaitPromotion();
            server.execute("INSERT INTO t VALUES (3)");
            server.awaitArchived(server.switchWal());
            server.stop(PostgresServer.StopMode.FAST);
        }
        String plan = cli.run("backup-fetch", cli.path("x").toString(), "--recover", "--plan")
                .requireSuccess()
                .output();
        assertTrue(plan.contains("1 > 2"), plan);
        CliProcess.Outcome refused = cli.run("backup-fetch", "/walarchive", "LATEST", "--plan");
        assertEquals(LOCAL, refused.status(), refused::toString);
        assertTrue(refused.output().contains("refused:        directory / cannot be written to"), refused::toString);

        assertEquals("1 3", rows(version, "--recover"));
        assertEquals("1 2", rows(version, "--recover", "--target-timeline", "1"));
        assertEquals("1 2", rows(version, "--recover", "--target-timeline", "current"));
        assertEquals("1 3", rows(version, "--recover", "--target-timeline", "2"));
    }

    private PostgresServer archivingServer(PostgresVersion version) {
        return PostgresServer.builder(version)
                .walSegmentMegabytes(1)
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create();
    }

    private void push(PostgresServer server) {
        cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
    }

    private String newestBackup() {
        return cli.run("backup-list", "LATEST")
                .requireSuccess()
                .output()
                .split("\r\n")[1]
                .split("\t")[0];
    }
}
