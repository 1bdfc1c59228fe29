package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.walarchive.ArchiveConfig;
import org.walarchive.WalArchive;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** Servers that recover through {@code wal-fetch} and the process that it starts, over two timelines of 1 MB segments. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class PrefetchIT {

    private static final PostgresVersion VERSION = PostgresVersion.V17;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String ROWS = "SELECT count(*) || ' ' || coalesce(sum(i), 0) FROM t";
    private static final int BATCHES = 10;

    private final CliProcess cli = new CliProcess();
    private final Path offered = cli.path("offered");
    private final Path base = cli.path("base");
    private String rows = "";
    private String firstRows = "";

    /** A stopped cluster, copied, and the WAL that it wrote after that. */
    @BeforeAll
    void archive() throws Exception {
        Files.createDirectories(offered);
        OrdinaryUser.give(offered);
        try (PostgresServer server = PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .archiveCommand("cp %p '" + offered + "/%f'")
                .create()) {
            server.start();
            server.execute("CREATE TABLE t (i int, filler text)");
            server.stop(PostgresServer.StopMode.FAST);
            copy(server.dataDirectory(), base);
            server.start();
            write(server);
            rows = server.queryText(ROWS);
            firstRows = rows;
            server.stop(PostgresServer.StopMode.FAST);
        }
        push();
        assertTrue(cli.archived("wal_005").size() > BATCHES, "segments");
    }

    @AfterAll
    void close() {
        cli.close();
    }

    private static void write(PostgresServer server) {
        for (int batch = 0; batch < BATCHES; batch++) {
            server.execute("INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 8000) i");
        }
        server.switchWal();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    /** Archives all that a server offered, in this process: Java need not start for each. */
    private void push() throws Exception {
        try (WalArchive archive =
                        WalArchive.open(ArchiveConfig.builder(cli.prefix()).build());
                Stream<Path> files = Files.list(offered)) {
            for (Path file : files.sorted().toList()) {
                archive.wal().push(file);
                Files.delete(file);
            }
        }
        OrdinaryUser.give(cli.path("archive"));
    }

    private PostgresServer recovering(String name, String timeline) throws IOException {
        return recovering(name, timeline, "");
    }

    private PostgresServer recovering(String name, String timeline, String before) throws IOException {
        Path data = cli.path(name);
        copy(base, data);
        Files.createFile(data.resolve("recovery.signal"));
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "restore_command",
                before
                        + "WALARCHIVE_LOG_LEVEL=debug WALARCHIVE_RETRY_DEADLINE=30 "
                        + cli.shellCommand("wal-fetch --prefetch 3 %f \"%p\""));
        settings.put("recovery_target_timeline", timeline);
        settings.put("archive_command", "cp %p '" + offered + "/%f'");
        PostgresServer server = PostgresServer.on(VERSION, data, settings);
        server.launch();
        return server;
    }

    private static Path area(PostgresServer server) {
        return server.walDirectory().resolve(".walarchive/prefetch");
    }

    /** The processes that prefetch for a server: Java's, the shells around it left out. */
    private static List<ProcessHandle> processes(PostgresServer server) {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    String line = commandLine(process);
                    return line.contains("\0wal-prefetch\0")
                            && line.contains("org.walarchive.cli.Main")
                            && line.contains(server.walDirectory().toString());
                })
                .toList();
    }

    /** {@link ProcessHandle.Info} cuts it off, and the class path is long. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(
                    Path.of("/proc", String.valueOf(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "it ended: " + e;
        }
    }

    private void requireRecovered(PostgresServer server) throws IOException {
        Await.until(server + " was recovered", PATIENCE, () -> {
            if (!server.isRunning()) {
                throw new AssertionError(server.log());
            }
            return isReady(server);
        });
        assertEquals(rows, server.queryText(ROWS), server.log());
    }

    private static void requireNothingLeft(PostgresServer server) {
        Await.until("the process ends", PATIENCE, () -> processes(server).isEmpty());
        assertFalse(Files.exists(area(server)), "prefetched files are left");
        assertEquals(List.of("prefetch.lock"), names(server.walDirectory().resolve(".walarchive")));
        assertFalse(names(server.walDirectory()).stream().anyMatch(name -> name.startsWith(".walarchive-")));
    }

    private static List<String> names(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Whoever handed them over: the launcher needs no Java for it, and writes no log. */
    private static void requireMostWaited(PostgresServer server, int least) {
        long restored = count(server, "restored log file");
        long byJava = count(server, "begin wal restore")
                - count(server, "was handed over")
                - count(server, "could no longer locate");
        assertTrue(restored > least, server.log());
        assertTrue(byJava < restored / 2, byJava + " of " + restored + " were fetched when asked for\n" + server.log());
    }

    private static long count(PostgresServer server, String text) {
        return server.log().lines().filter(line -> line.contains(text)).count();
    }

    @Test
    @Order(1)
    @DisplayName(
            "all rows are there, most segments were waiting, nothing is left after promotion; a second timeline begins")
    void recovers() throws Exception {
        try (PostgresServer server = recovering("first", "latest")) {
            requireRecovered(server);
            requireNothingLeft(server);
            requireMostWaited(server, BATCHES);
            write(server);
            rows = server.queryText(ROWS);
            server.stop(PostgresServer.StopMode.FAST);
        }
        push();
        assertTrue(cli.archived("wal_005").contains("00000002.history.lzo"));
    }

    @Test
    @Order(2)
    @DisplayName("a recovery goes over to another timeline")
    void otherTimeline() throws Exception {
        try (PostgresServer server = recovering("second", "latest")) {
            requireRecovered(server);
            requireNothingLeft(server);
            requireMostWaited(server, 2 * BATCHES);
        }
    }

    @Test
    @Order(3)
    @DisplayName(
            "the store fails in the middle, and the process is killed again and again: recovery goes on where it was")
    void faults() throws Exception {
        Path store = cli.path("archive/wal_005");
        rows = firstRows;
        List<String> segments = cli.archived("wal_005").stream()
                .filter(name -> name.matches("00000001[0-9A-F]{16}\\.lzo"))
                .toList();
        // more follow than are prefetched
        String sixthLast = segments.get(segments.size() - 6).substring(0, 24);
        Path happens = Files.writeString(cli.path("happens"), "chmod 000 '" + store + "'\n");
        String before = "case %f in " + sixthLast + ") . " + happens + " ;; esac; ";
        try (PostgresServer server = recovering("third", "1", before)) {
            assertTrue(server.awaitEnd() != 0, "a store that fails stops recovery, and does not end it");
            requireNothingLeft(server);
            Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.writeString(happens, ":\n");
            server.launch();
            AtomicInteger kills = new AtomicInteger();
            Await.until("the process is killed", PATIENCE, () -> {
                List<ProcessHandle> running = processes(server);
                running.forEach(ProcessHandle::destroyForcibly);
                return kills.addAndGet(running.size()) >= 2 || isReady(server);
            });
            assertTrue(kills.get() > 0, server.log());
            requireRecovered(server);
            Await.until("the process ends", PATIENCE, () -> processes(server).isEmpty());
        } finally {
            Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static boolean isReady(PostgresServer server) {
        return server.log().contains("database system is ready to accept connections");
    }
}
