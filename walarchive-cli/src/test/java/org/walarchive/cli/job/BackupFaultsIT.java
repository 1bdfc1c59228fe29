package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("a base backup that does not come to its end")
class BackupFaultsIT {

    private final CliProcess cli = new CliProcess();

    /** Its WAL never reaches the archive, so that a backup waits at its end for as long as a test wants. */
    private final PostgresServer server =
            PostgresServer.builder(PostgresVersion.V15).archiveCommand("false").create();

    @BeforeAll
    void start() {
        server.start();
    }

    @AfterAll
    void close() {
        server.close();
        cli.close();
    }

    @Test
    @Order(1)
    @DisplayName("fails when its WAL does not arrive in time, names the segment, and is no backup")
    void walDoesNotArrive() {
        CliProcess.Outcome outcome = cli.run(server, "backup-push", "--wal-wait", "1", data());
        assertEquals(9, outcome.status(), outcome.log());
        assertTrue(outcome.log()
                .matches("(?s).*WAL segment 0000000100000000000000[0-9A-F]{2} was not archived within 1 s.*"));
        assertTrue(outcome.log().contains("archive_mode is on"), outcome.log());
        requireNoBackup();
    }

    @Test
    @Order(2)
    @DisplayName("is ended on the server and leaves no object when it is told to terminate")
    void terminated() {
        CliProcess.Running push = cli.start(server, "backup-push", data()).awaitLog("waiting for the WAL");
        push.process().destroy();
        CliProcess.Outcome outcome = push.await();
        assertEquals(143, outcome.status(), outcome.log());
        requireNoBackup();
        requireNoSession();
    }

    @Test
    @Order(3)
    @DisplayName("is ended on the server and is no backup when it is killed; the next one is not in its way")
    void killed() {
        CliProcess.Running push = cli.start(server, "backup-push", data()).awaitLog("waiting for the WAL");
        push.kill();
        push.await();
        assertEquals(List.of(), sentinels());
        assertFalse(cli.archived("basebackups_005").isEmpty(), "a killed process cannot have cleaned up");
        requireNoSession();

        cli.run(server, "backup-push", "--no-wal-wait", data()).requireSuccess();
        assertEquals(1, sentinels().size());
        assertEquals(2, cli.run("backup-list").requireSuccess().output().split("\r\n").length);
    }

    @Test
    @Order(4)
    @DisplayName("is refused for the data directory of another server")
    void otherServer() {
        try (PostgresServer other = PostgresServer.builder(PostgresVersion.V15).create()) {
            CliProcess.Outcome outcome =
                    cli.run(server, "backup-push", other.dataDirectory().toString());
            assertEquals(8, outcome.status(), outcome.log());
            assertTrue(outcome.log().contains("runs in another data directory"), outcome.log());
        }
    }

    @Test
    @Order(5)
    @DisplayName("is refused for a stopped server that runs, before anything is stored")
    void offlineWhileRunning() {
        List<String> before = cli.archived("basebackups_005");
        CliProcess.Outcome outcome = cli.run(server, "backup-push", "--while-offline", data());
        assertEquals(7, outcome.status(), outcome.log());
        assertTrue(outcome.log().contains("pg looks to be running"), outcome.log());
        assertEquals(before, cli.archived("basebackups_005"));
    }

    private String data() {
        return server.dataDirectory().toString();
    }

    private void requireNoBackup() {
        assertEquals(List.of(), cli.archived("basebackups_005"));
        assertEquals(1, cli.run("backup-list").requireSuccess().output().split("\r\n").length);
    }

    private void requireNoSession() {
        Await.until(
                "the backup's session ends",
                Duration.ofSeconds(60),
                () -> server.queryLong("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'walarchive'")
                        == 0);
    }

    private List<String> sentinels() {
        return cli.archived("basebackups_005").stream()
                .filter(name -> name.endsWith("_backup_stop_sentinel.json"))
                .toList();
    }
}
