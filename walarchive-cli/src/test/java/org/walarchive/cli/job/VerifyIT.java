package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;

/** An archive of two timelines, whole and with a gap. The page is left in {@code target/verify.html} to be looked at. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
class VerifyIT {

    private static final PostgresVersion VERSION = PostgresVersion.V17;

    private final CliProcess cli = new CliProcess();

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    @DisplayName("verify tells a whole archive from one that lacks a segment, by exit code, table, JSON and page")
    void tellsWhatCanBeRestored() throws IOException {
        archive();
        CliProcess.Outcome whole = cli.run("verify", "--deep");
        assertEquals(0, whole.status(), whole.output() + whole.log());
        assertTrue(
                whole.output().contains("4 of 4 base backups can be restored; 0 errors, 0 warnings"), whole.output());

        List<String> segments = cli.archived("wal_005").stream()
                .filter(name -> name.matches("00000001[0-9A-F]{16}\\.lzo"))
                .toList();
        String lost = segments.get(segments.size() / 2);
        Files.delete(cli.path("archive").resolve("wal_005").resolve(lost));
        CliProcess.Outcome broken =
                cli.run("verify", "--json", "--html", cli.path("page.html").toString());
        assertEquals(5, broken.status(), broken.output() + broken.log());
        assertTrue(broken.output().contains("\"healthy\": false"), broken.output());
        assertTrue(broken.output().contains("\"subject\": \"wal_005/" + lost + "\""), broken.output());
        String page = Files.readString(cli.path("page.html"));
        Files.writeString(Path.of("target", "verify.html"), page);
        assertTrue(page.contains("wal_005/" + lost), page);
        assertFalse(page.contains("http://") || page.contains("https://"), "the page needs something from elsewhere");
        CliProcess.Outcome table = cli.run("verify");
        assertEquals(5, table.status(), table.log());
        assertTrue(table.output().contains("error: wal_005/" + lost), table.output());
        Files.writeString(Path.of("target", "verify.txt"), table.output());

        CliProcess.Outcome nowhere = cli.run(
                "verify", "--html", cli.path("no/such/directory/page.html").toString());
        assertEquals(7, nowhere.status(), nowhere.log());
    }

    private void archive() {
        try (PostgresServer server = PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create()) {
            server.start();
            server.execute("CREATE TABLE t (i int, filler text)");
            for (int i = 0; i < 3; i++) {
                push(server);
                server.execute("INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 15000) i");
            }
            server.awaitArchived(server.switchWal());
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        Path directory = cli.path("promoted");
        cli.run("backup-fetch", directory.toString(), "LATEST").requireSuccess();
        Recovery recovery = Recovery.of(VERSION, directory, cli.shellCommand("wal-fetch %f %p"))
                .override("archive_mode", "on")
                .override("archive_command", cli.shellCommand("wal-push %p"));
        try (PostgresServer server = recovery.start()) {
            server.execute("INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 5000) i");
            push(server);
            server.execute("INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 15000) i");
            server.awaitArchived(server.switchWal());
            server.stop(PostgresServer.StopMode.FAST);
        }
    }

    private void push(PostgresServer server) {
        cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
    }
}
