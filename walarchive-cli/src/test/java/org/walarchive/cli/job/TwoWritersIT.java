package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresServer.StopMode;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;

/** Two servers that archive to one prefix: what is there stays as it is, the second is told, and neither is stopped. */
@Timeout(280)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class TwoWritersIT {

    private static final PostgresVersion VERSION = PostgresVersion.V17;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CONFLICT = 3;
    private static final String IDENTIFIER = "SELECT system_identifier FROM pg_control_system()";

    private final CliProcess cli = new CliProcess();
    private final String push = cli.shellCommand("wal-push %p");
    private final String fetch = cli.shellCommand("wal-fetch --prefetch 0 %f %p");
    private final Map<String, byte[]> seen = new TreeMap<>();
    private PostgresServer rightful;

    @BeforeEach
    void begin() {
        rightful = cluster(push);
        rightful.start();
        rightful.execute("CREATE TABLE t (i int)");
        cli.run(rightful, "backup-push", rightful.dataDirectory().toString()).requireSuccess();
        archiveMore(rightful);
    }

    @AfterEach
    void close() {
        rightful.close();
        cli.close();
    }

    private static PostgresServer cluster(String archiveCommand) {
        return PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .setting("wal_keep_size", "64MB")
                .archiveCommand(archiveCommand)
                .create();
    }

    /** Writes rows and waits until they are archived; nothing that was archived before may have changed. */
    private String archiveMore(PostgresServer server) {
        String segment = writeMore(server);
        server.awaitArchived(segment);
        requireUnchanged();
        return segment;
    }

    private static String writeMore(PostgresServer server) {
        server.execute("INSERT INTO t SELECT i FROM generate_series(1, 1000) i");
        return server.switchWal();
    }

    private void requireUnchanged() {
        Map<String, byte[]> now = new TreeMap<>();
        for (String name : cli.archived("")) {
            // what is being written has another name yet
            if (!name.startsWith(".walarchive-tmp/")) {
                now.put(name, read(cli.path("archive").resolve(name)));
            }
        }
        seen.forEach((name, content) -> assertArrayEquals(content, now.get(name), name));
        seen.putAll(now);
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The archiver failed with this file, counted it, and said who and what; the server goes on, and so does the other. */
    private void requireRefused(PostgresServer intruder, String file, int code, Supplier<String> log) {
        requireFailed(intruder, file);
        assertTrue(intruder.log().contains("archive command failed with exit code " + code), intruder.log());
        for (String part : List.of(file, "HINT", identifier(rightful), identifier(intruder))) {
            assertTrue(log.get().contains(part), () -> part + " is missing\n" + log.get());
        }
        requireUnchanged();
        writeMore(intruder);
        archiveMore(rightful);
        writeMore(intruder);
        requireUnchanged();
        requireFailed(intruder, file);
    }

    private static void requireFailed(PostgresServer server, String file) {
        assertEquals(file, awaitFailure(server, 0));
    }

    /** Waits until the archiver has failed more often, and returns with which file. */
    private static String awaitFailure(PostgresServer server, long failures) {
        Await.until(
                "the archiver of " + server + " fails",
                PATIENCE,
                () -> server.queryLong("SELECT failed_count FROM pg_stat_archiver") > failures);
        return server.queryText("SELECT last_failed_wal FROM pg_stat_archiver");
    }

    private static String identifier(PostgresServer server) {
        return server.queryText(IDENTIFIER);
    }

    /** A server on the backup, to be promoted, that archives to where it comes from. */
    private Recovery restored(String name, String restoreCommand) {
        Path directory = cli.path(name);
        cli.run("backup-fetch", directory.toString(), "LATEST").requireSuccess();
        return Recovery.of(VERSION, directory, restoreCommand)
                .override("archive_mode", "on")
                .override("archive_command", push);
    }

    @Test
    @DisplayName(
            "a copy of the data directory that was started beside its original is refused at the first segment of its own")
    void copy() throws IOException {
        rightful.stop(StopMode.FAST);
        Path directory = cli.path("copy");
        copyTree(rightful.dataDirectory(), directory);
        rightful.start();
        String segment = archiveMore(rightful);
        try (PostgresServer copy = PostgresServer.on(VERSION, directory, Map.of())) {
            copy.start();
            copy.execute("INSERT INTO t VALUES (-1)");
            assertEquals(segment, writeMore(copy), "the test needs the same name");
            requireRefused(copy, segment, CONFLICT, copy::log);
            assertTrue(copy.log().contains("WAL file " + segment + " is in the archive already, with other content"));
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    @Test
    @DisplayName(
            "of two standbys that were promoted to the same timeline the second is refused; the old primary goes on beside")
    void splitBrain() {
        String wal = "cp '" + rightful.walDirectory() + "'/%f %p";
        try (PostgresServer first = restored("first", wal).start();
                PostgresServer second = restored("second", wal).server()) {
            String segment = archiveMore(first);
            assertTrue(segment.startsWith("00000002"), segment);
            assertTrue(cli.archived("wal_005").contains("00000002.history.lzo"));
            second.start();
            second.awaitPromotion();
            second.execute("INSERT INTO t VALUES (-1)");
            assertEquals(segment, writeMore(second), "the test needs the same name");
            // histories and a .partial segment of the same place may be the same: the first difference is refused
            requireRefused(second, awaitFailure(second, 0), CONFLICT, second::log);
            archiveMore(first);
        }
    }

    @Test
    @DisplayName("two promotions at different places make different histories, and the second history is refused")
    void otherHistory() {
        String wal = "cp '" + rightful.walDirectory() + "'/%f %p";
        try (PostgresServer first = restored("first", wal).start()) {
            archiveMore(first);
            archiveMore(rightful);
            try (PostgresServer second = restored("second", wal).start()) {
                requireRefused(second, "00000002.history", CONFLICT, second::log);
                archiveMore(first);
            }
        }
    }

    @Test
    @DisplayName("servers that were restored from the archive, and archive to it, get timelines of their own")
    void restoredFromTheArchive() {
        try (PostgresServer first = restored("first", fetch).start()) {
            assertTrue(archiveMore(first).startsWith("00000002"));
            try (PostgresServer second = restored("second", fetch).start()) {
                assertTrue(archiveMore(second).startsWith("00000003"));
                assertTrue(archiveMore(rightful).startsWith("00000001"));
                archiveMore(first);
            }
        }
        cli.run("verify").requireSuccess();
    }

    @Test
    @DisplayName(
            "what a standby with archive_mode=always archives again is success, and its last segment, if it differs, is refused")
    void always() throws IOException {
        String segment = archiveMore(rightful);
        try (PostgresServer standby = restored("standby", fetch)
                .standby()
                .override("archive_mode", "always")
                .start()) {
            standby.awaitArchived(segment);
            assertEquals(0, standby.queryLong("SELECT failed_count FROM pg_stat_archiver"), standby.log());
            assertTrue(standby.log().contains("is in the archive already, with the same content"), standby.log());
            requireUnchanged();
        }
        byte[] content = read(rightful.walDirectory().resolve(segment));
        content[content.length - 1] ^= 1;
        Path other = Files.createDirectories(cli.path("other")).resolve(segment);
        Files.write(other, content);
        OrdinaryUser.give(other.getParent());
        CliProcess.Outcome outcome = cli.run("wal-push", other.toString());
        assertEquals(CONFLICT, outcome.status(), outcome.log());
        assertTrue(outcome.log().contains("archive_mode=always"), outcome.log());
        requireUnchanged();
        archiveMore(rightful);
    }

    @Test
    @DisplayName("a cluster that was made anew is refused, though there is no object of its segment's name")
    void madeAnewFurtherOn() {
        try (PostgresServer other = cluster("true")) {
            other.start();
            other.execute("CREATE TABLE t (i int)");
            // the rightful cluster will not have come so far
            for (int i = 0; i < 20; i++) {
                writeMore(other);
            }
            other.awaitArchived(writeMore(other));
            other.execute("ALTER SYSTEM SET archive_command = '" + push.replace("'", "''") + "'");
            other.execute("SELECT pg_reload_conf()");
            writeMore(other);
            String refused = awaitFailure(other, 0);
            assertFalse(cli.archived("wal_005").contains(refused + ".lzo"), refused);
            requireRefused(other, refused, CONFLICT, other::log);
        }
    }

    @Test
    @DisplayName("a cluster that was made anew is refused, though its first segment is called as an archived one")
    void madeAnew() {
        try (PostgresServer other = cluster(push)) {
            other.start();
            other.execute("CREATE TABLE t (i int)");
            writeMore(other);
            String first = awaitFailure(other, 0);
            requireRefused(other, first, CONFLICT, other::log);
        }
    }

    @Test
    @DisplayName("the agents of two clusters on one prefix: the second archives nothing and says why")
    void agents() {
        String command = cli.shellCommandWithoutJava("wal-push %p");
        try (PostgresServer other = cluster(command)) {
            CliProcess.Running first = agent(rightful);
            CliProcess.Running second = agent(other);
            other.start();
            other.execute("CREATE TABLE t (i int)");
            writeMore(other);
            String refused = awaitFailure(other, 0);
            archiveMore(rightful);
            String status = cli.run("agent", "--status", other.dataDirectory().toString())
                    .output();
            assertTrue(status.contains("belongs to another cluster"), status);
            first.process().destroy();
            second.process().destroy();
            first.await();
            String log = second.await().log();
            requireRefused(other, refused, 1, () -> log);
        }
    }

    private CliProcess.Running agent(PostgresServer server) {
        return cli.start(Map.of(), "agent", server.dataDirectory().toString()).awaitLog("the agent serves");
    }
}
