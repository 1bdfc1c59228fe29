package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** A store that is down, and a server that may keep 4 segments for it. */
@Timeout(280)
final class QueueLimitIT {

    private static final PostgresVersion VERSION = PostgresVersion.V17;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<String, String> LIMIT = Map.of("WALARCHIVE_QUEUE_MAX", "4MB");
    private static final int SEGMENTS = 10;
    private static final int WAITING = 4;
    private static final int VERIFY_ERRORS = 5;
    private static final int WARNINGS = 20;
    private static final int NO_AGENT = 21;

    private final CliProcess cli = new CliProcess();

    @AfterEach
    void close() {
        cli.close();
    }

    private static PostgresServer server(String archiveCommand) {
        return PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .setting("min_wal_size", "2MB")
                .setting("wal_keep_size", "0")
                .archiveCommand(archiveCommand)
                .create();
    }

    private void store(String permissions) {
        try {
            Files.setPosixFilePermissions(cli.path("archive/wal_005"), PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SortedSet<String> waiting(PostgresServer server) {
        try (Stream<Path> files = Files.list(server.walDirectory().resolve("archive_status"))) {
            SortedSet<String> names = new TreeSet<>();
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("[0-9A-F]{24}[.]ready"))
                    .forEach(name -> names.add(name.substring(0, 24)));
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes segments while nothing can be archived, and returns which. */
    private static List<String> segments(PostgresServer server) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < WAITING; i++) {
            names.add(server.switchWal());
        }
        Await.until(
                "the command fails", PATIENCE, () -> server.queryLong("SELECT failed_count FROM pg_stat_archiver") > 0);
        assertFalse(Files.exists(server.walDirectory().resolve(".walarchive/dropped")), "not before it must be");
        for (int i = WAITING; i < SEGMENTS; i++) {
            names.add(server.switchWal());
        }
        Await.until(
                "the queue is as short as allowed",
                PATIENCE,
                () -> waiting(server).size() <= WAITING);
        return names;
    }

    private static void requireRelief(PostgresServer server, List<String> dropped) {
        server.execute("CHECKPOINT", "CHECKPOINT");
        for (String name : dropped) {
            assertFalse(Files.exists(server.walDirectory().resolve(name)), name + " still takes place");
        }
    }

    private List<String> archived(List<String> names) {
        List<String> objects = cli.archived("wal_005");
        return names.stream().filter(name -> objects.contains(name + ".lzo")).toList();
    }

    /** If another segment waited before, a push that began while the store was closed could drop one more. */
    private void awaitKept(PostgresServer server, List<String> kept) {
        Await.until("what waited is archived", PATIENCE, () -> {
            server.execute("SELECT pg_reload_conf()"); // wakes the archiver
            return archived(kept).equals(kept);
        });
    }

    private static List<String> noted(PostgresServer server) throws IOException {
        return Files.readAllLines(server.walDirectory().resolve(".walarchive/dropped")).stream()
                .filter(line -> !line.isBlank())
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .toList();
    }

    @Test
    @DisplayName(
            "a store that is down does not fill the server's disk; when it is back archiving goes on, and the gap is reported")
    void commands() throws Exception {
        try (PostgresServer server = server("WALARCHIVE_QUEUE_MAX=4MB " + cli.shellCommand("wal-push %p"))) {
            server.start();
            cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
            // with it the backup's .backup file, which nobody has waited for
            server.awaitArchived(server.switchWal());
            store("r-x------");
            List<String> names = segments(server);
            List<String> dropped = noted(server);
            assertEquals(names.subList(0, dropped.size()), dropped, "from the oldest on, and each once");
            assertEquals(SEGMENTS - WAITING, dropped.size());
            assertEquals(List.of(), archived(names));
            requireRelief(server, dropped);
            requireWarning(server.log(), dropped.get(0));
            CliProcess.Outcome status =
                    cli.run("agent", "--status", server.dataDirectory().toString());
            assertEquals(NO_AGENT, status.status());
            assertTrue(status.output().contains("DROPPED     6 files; the last " + dropped.get(5)), status.output());

            store("rwx------");
            List<String> kept = names.subList(dropped.size(), SEGMENTS);
            awaitKept(server, kept);
            server.awaitArchived(server.switchWal());
            assertEquals(kept, archived(names));
            CliProcess.Outcome verified = cli.run("verify");
            assertEquals(VERIFY_ERRORS, verified.status(), verified.output() + verified.log());
            assertTrue(verified.output().contains(dropped.get(0)), verified.output());
            assertTrue(verified.output().contains(dropped.get(dropped.size() - 1)), verified.output());
        }
    }

    private static void requireWarning(String log, String name) {
        String warning = log.substring(log.indexOf("WAL file " + name + " is DROPPED"));
        assertTrue(
                warning.contains(
                        " bytes of WAL wait, and WALARCHIVE_QUEUE_MAX allows 4194304 bytes. The last failure: "),
                warning);
        assertTrue(warning.contains("HINT: Recovery to a point in time ends before this file."), warning);
    }

    @Test
    @DisplayName("the agent drops in the same way, says so, and archives what is left")
    void agent() throws Exception {
        String command = cli.shellCommand("wal-push %p")
                .replace("JAVA_HOME='" + System.getProperty("java.home") + "'", "JAVA_HOME=/nonexistent");
        try (PostgresServer server = server(command)) {
            server.start();
            CliProcess.Running agent =
                    cli.start(LIMIT, "agent", server.dataDirectory().toString()).awaitLog("the agent serves");
            server.awaitArchived(server.switchWal());
            store("r-x------");
            List<String> names = segments(server);
            List<String> dropped = noted(server);
            assertEquals(SEGMENTS - WAITING, dropped.size());
            requireRelief(server, dropped);
            CliProcess.Outcome status = cli.run(
                    "agent", "--status", "--json", server.dataDirectory().toString());
            assertEquals(WARNINGS, status.status());
            String json = status.output().substring(status.output().indexOf("\"dropped\""));
            assertEquals("6", DrillGround.field(json, "files"), json);
            assertEquals("6", DrillGround.field(json, "noted"), json);
            store("rwx------");
            awaitKept(server, names.subList(dropped.size(), SEGMENTS));
            server.awaitArchived(server.switchWal());
            assertEquals(names.subList(dropped.size(), SEGMENTS), archived(names));
            agent.process().destroy();
            requireWarning(agent.await().log(), dropped.get(0));
        }
    }

    @Test
    void anUnreadableLimitIsAnErrorBeforeAnythingHappens() {
        CliProcess.Outcome outcome = cli.run(Map.of("WALARCHIVE_QUEUE_MAX", "lots"), "wal-push", "pg_wal/x");
        assertEquals(2, outcome.status());
        assertTrue(outcome.log().contains("WALARCHIVE_QUEUE_MAX cannot be read"), outcome.log());
    }
}
