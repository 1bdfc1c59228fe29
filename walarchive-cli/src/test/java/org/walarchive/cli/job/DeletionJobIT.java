package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;

/** What is left after a deletion restores, to the end of the archive. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
class DeletionJobIT {

    private static final PostgresVersion VERSION = PostgresVersion.V17;

    private final CliProcess cli = new CliProcess();
    private int restores;

    @AfterEach
    void close() {
        cli.close();
    }

    /** Takes three backups with rows before, between and after them, and returns their names. */
    private List<String> fill() {
        try (PostgresServer server = PostgresServer.builder(VERSION)
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create()) {
            server.start();
            server.execute("CREATE TABLE t (i int)");
            for (int i = 0; i < 3; i++) {
                insert(server);
                cli.run(server, "backup-push", server.dataDirectory().toString())
                        .requireSuccess();
                insert(server);
            }
            server.awaitArchived(server.switchWal());
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        return names();
    }

    private static void insert(PostgresServer server) {
        server.execute("INSERT INTO t SELECT generate_series(1, 100)");
        server.awaitArchived(server.switchWal());
    }

    private List<String> names() {
        String table = cli.run("backup-list").requireSuccess().output();
        return table.lines().skip(1).map(line -> line.split("\t")[0]).toList();
    }

    private void requireAllRows(String backup) {
        Path directory = cli.path("restored" + ++restores);
        cli.run("backup-fetch", directory.toString(), backup).requireSuccess();
        try (PostgresServer restored = Recovery.of(VERSION, directory, cli.shellCommand("wal-fetch %f %p"))
                .start()) {
            assertEquals(600, restored.queryLong("SELECT count(*) FROM t"));
        }
    }

    @Test
    @DisplayName("what retain 1 leaves restores every row: the kept backup too, until it is released")
    void whatIsLeftRestores() {
        List<String> backups = fill();
        cli.run("keep", backups.get(1)).requireSuccess();
        cli.run("delete", "retain", "1").requireSuccess();
        assertEquals(backups, names());

        cli.run("delete", "--confirm", "retain", "1").requireSuccess();
        assertEquals(backups.subList(1, 3), names());
        requireAllRows(backups.get(1));

        int before = cli.archived("wal_005").size();
        cli.run("keep", "--release", backups.get(1)).requireSuccess();
        cli.run("delete", "--confirm", "retain", "1").requireSuccess();
        assertEquals(backups.subList(2, 3), names());
        assertTrue(cli.archived("wal_005").size() < before);
        assertFalse(
                cli.archived("").stream().anyMatch(key -> key.contains(backups.get(1)) || key.contains("deleting")));
        requireAllRows("LATEST");
    }
}
