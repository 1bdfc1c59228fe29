package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;

/** A backlog of segments, drained by {@code archive_command} and processes that push ahead. */
@Timeout(280)
final class PushAheadIT {

    private static final PostgresVersion VERSION = PostgresVersion.V17;
    private static final int BACKLOG = 10;

    private final CliProcess cli = new CliProcess();
    private final Path open = cli.path("open");

    @AfterEach
    void close() {
        cli.close();
    }

    /** A server that archives only while the file {@link #open} exists. */
    private PostgresServer server() {
        return PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .archiveCommand("test -e '" + open + "' && " + cli.shellCommand("wal-push -p 4 %p"))
                .create();
    }

    /** Makes segments that wait, and returns their names and contents. */
    private Map<String, byte[]> backlog(PostgresServer server) throws IOException {
        Map<String, byte[]> segments = new TreeMap<>();
        for (int i = 0; i < BACKLOG; i++) {
            server.execute("INSERT INTO t SELECT generate_series(1, 1000)");
            String name = server.switchWal();
            segments.put(name, Files.readAllBytes(server.walDirectory().resolve(name)));
        }
        return segments;
    }

    private static Set<String> acknowledged(PostgresServer server) {
        Path notes = server.walDirectory().resolve(".walarchive/archived");
        if (!Files.isDirectory(notes)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.list(notes)) {
            Set<String> names = new HashSet<>();
            files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .forEach(names::add);
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireArchived(Map<String, byte[]> segments) throws IOException {
        for (Map.Entry<String, byte[]> segment : segments.entrySet()) {
            Path object = cli.path("archive").resolve("wal_005/" + segment.getKey() + ".lzo");
            byte[] archived = Codecs.forExtension("lzo")
                    .orElseThrow()
                    .decompress(Files.newInputStream(object))
                    .readAllBytes();
            assertArrayEquals(segment.getValue(), archived, segment.getKey());
        }
    }

    @Test
    @DisplayName("every segment of a backlog is archived, never twice, acknowledged, collected and restored")
    void aBacklogIsDrained() throws Exception {
        Files.createFile(open);
        Path directory = cli.path("restored");
        try (PostgresServer server = server()) {
            server.start();
            server.execute("CREATE TABLE t (i int)");
            cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
            Files.delete(open);
            Map<String, byte[]> segments = backlog(server);
            Files.createFile(open);
            String last = server.switchWal();
            Await.until(
                    "segments are acknowledged",
                    Duration.ofSeconds(60),
                    () -> acknowledged(server).size() > BACKLOG / 2);
            server.awaitArchived(last);
            requireArchived(segments);
            int all = 0;
            for (String name : segments.keySet()) {
                int pushed = server.log().split("completed archiving to a file[^\\n]*\\n[^\\n]*" + name, -1).length - 1;
                // None, if the process gave up on it when the object was there.
                assertTrue(pushed <= 1, name + "\n" + server.log());
                all += pushed;
            }
            assertTrue(all > BACKLOG / 2, server.log());
            server.awaitArchived(server.switchWal());
            assertEquals(Set.of(), acknowledged(server), "swept by the next push");
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        cli.run("backup-fetch", directory.toString(), "LATEST").requireSuccess();
        try (PostgresServer restored = Recovery.of(VERSION, directory, cli.shellCommand("wal-fetch %f %p"))
                .start()) {
            assertEquals(BACKLOG * 1000, restored.queryLong("SELECT count(*) FROM t"));
        }
    }

    @Test
    @DisplayName("of a process that is killed at any moment, no acknowledgement is left of what is not in the archive")
    void killedAtAnyMoment() throws Exception {
        try (PostgresServer server = server()) {
            server.start();
            server.execute("CREATE TABLE t (i int)");
            Map<String, byte[]> segments = new TreeMap<>(backlog(server));
            List<String> names = new ArrayList<>(segments.keySet());
            Path first = server.walDirectory().resolve(names.get(0));
            for (int after = 1; after < 8; after += 3) {
                CliProcess.Running push = cli.start(Map.of(), "wal-push", "-p", "3", first.toString());
                int wanted = after;
                Await.until(
                        "some are archived",
                        Duration.ofSeconds(60),
                        () -> !push.process().isAlive()
                                || cli.archived("wal_005").size() >= wanted);
                push.kill();
                push.await();
                Map<String, byte[]> believed = new TreeMap<>(segments);
                believed.keySet().retainAll(acknowledged(server));
                requireArchived(believed);
            }
            Files.createFile(open);
            server.awaitArchived(server.switchWal());
            requireArchived(segments);
            assertTrue(cli.archived("wal_005").size() > BACKLOG);
        }
    }
}
