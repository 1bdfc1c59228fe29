package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** Disks that are full or may not be written to: a message with a hint, nothing half, and all is well when there is room. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class DiskFullIT {

    private static final PostgresVersion VERSION = PostgresVersion.V17;
    private static final String SEGMENT = MadeSegment.name(1);
    private static final int STORE_FAILED = 4;
    private static final int LOCAL_FILE = 7;
    private static final int STOP_RECOVERY = 255;

    private CliProcess cli;
    private SmallDisk disk;
    private Path mounted;

    @BeforeEach
    void mount() {
        assumeTrue(SmallDisk.canBeMade(), "needs the right to mount");
        cli = new CliProcess();
        mounted = cli.path("disk");
        disk = new SmallDisk(mounted, 4);
    }

    @AfterEach
    void unmount() {
        if (disk != null) {
            disk.close();
        }
        if (cli != null) {
            cli.close();
        }
    }

    private Path segment() throws IOException {
        return MadeSegment.write(cli.path("wal"), 1);
    }

    private Map<String, String> onDisk() {
        return Map.of(
                "WALE_FILE_PREFIX", "file://localhost" + mounted.resolve("archive"), "WALARCHIVE_RETRY_DEADLINE", "0");
    }

    private static void requireRefusal(int status, CliProcess.Outcome outcome) {
        assertEquals(status, outcome.status(), outcome.log());
        assertTrue(outcome.log().contains("HINT"), outcome.log());
    }

    private List<String> files(Path root) throws IOException {
        if (Files.notExists(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    @DisplayName("a segment is pushed as a whole or not at all, wherever in it the room ends")
    void store() throws IOException {
        Path segment = segment();
        Path archive = mounted.resolve("archive");
        for (long room : new long[] {0, 8 << 10, 100 << 10, 1000 << 10}) {
            disk.fillBut(room);
            requireRefusal(STORE_FAILED, cli.run(onDisk(), "wal-push", segment.toString()));
            assertEquals(List.of(), files(archive.resolve("wal_005")), () -> room + " bytes of room");
            assertEquals(List.of(), files(archive.resolve(".walarchive-tmp")), () -> room + " bytes of room");
        }
        disk.makeReadOnly();
        requireRefusal(STORE_FAILED, cli.run(onDisk(), "wal-push", segment.toString()));
        disk.makeRoom();
        cli.run(onDisk(), "wal-push", segment.toString()).requireSuccess();
        disk.makeReadOnly();
        Path target = cli.path("fetched");
        cli.run(onDisk(), "wal-fetch", SEGMENT, target.toString()).requireSuccess();
        assertArrayEquals(Files.readAllBytes(segment), Files.readAllBytes(target));
        Path next = MadeSegment.write(cli.path("wal"), 2);
        requireRefusal(STORE_FAILED, cli.run(onDisk(), "wal-push", next.toString()));
        disk.makeRoom();
    }

    @Test
    @DisplayName("a segment is fetched as a whole or not at all, and what cannot be noted beside the WAL fails no push")
    void walDirectory() throws IOException {
        Path segment = segment();
        cli.run("wal-push", segment.toString()).requireSuccess();
        Path target = mounted.resolve("RECOVERYXLOG");
        for (long room : new long[] {0, 500 << 10}) {
            disk.fillBut(room);
            requireRefusal(STOP_RECOVERY, cli.run("wal-fetch", SEGMENT, target.toString()));
            assertEquals(List.of(".filler"), files(mounted));
        }
        disk.makeRoom();
        Path queued = Files.copy(segment, mounted.resolve(SEGMENT));
        // where there is such a directory, notes are written beside the WAL
        Files.createDirectory(mounted.resolve("archive_status"));
        OrdinaryUser.give(mounted);
        disk.fillBut(0);
        cli.run("wal-push", queued.toString()).requireSuccess();
        disk.makeReadOnly();
        cli.run("wal-push", queued.toString()).requireSuccess();
        requireRefusal(STOP_RECOVERY, cli.run("wal-fetch", SEGMENT, target.toString()));
        disk.makeRoom();
        cli.run("wal-fetch", SEGMENT, target.toString()).requireSuccess();
        assertArrayEquals(Files.readAllBytes(segment), Files.readAllBytes(target));
    }

    @Test
    @DisplayName("where room is left and no inode, it is the same")
    void inodes() throws IOException {
        Path segment = segment();
        for (int left = 0; left < 4; left++) {
            disk.leaveInodes(left);
            requireRefusal(STORE_FAILED, cli.run(onDisk(), "wal-push", segment.toString()));
            assertEquals(List.of(), files(mounted.resolve("archive/wal_005")), left + " inodes");
        }
        disk.makeRoom();
        cli.run(onDisk(), "wal-push", segment.toString()).requireSuccess();

        Path target = mounted.resolve("RECOVERYXLOG");
        disk.leaveInodes(0);
        requireRefusal(STOP_RECOVERY, cli.run(onDisk(), "wal-fetch", SEGMENT, target.toString()));
        assertFalse(Files.exists(target));
        disk.makeRoom();
        cli.run(onDisk(), "wal-fetch", SEGMENT, target.toString()).requireSuccess();
        assertArrayEquals(Files.readAllBytes(segment), Files.readAllBytes(target));
    }

    @Test
    @DisplayName(
            "a backup or a restore that finds no room leaves nothing that would be taken for one, and succeeds with room")
    void backup() throws IOException {
        try (PostgresServer server = PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create()) {
            server.start();
            String data = server.dataDirectory().toString();
            Map<String, String> environment = new HashMap<>(onDisk());
            environment.put("PGHOST", server.socketDirectory().toString());
            environment.put("PGUSER", PostgresServer.SUPERUSER);
            // some are stored when the room ends
            environment.put("WALARCHIVE_PARTITION_SIZE", String.valueOf(1 << 20));
            environment.put("WALARCHIVE_POOL_SIZE", "1");
            disk.fillBut(1 << 20);
            requireRefusal(STORE_FAILED, cli.run(environment, "backup-push", data));
            assertFalse(
                    files(mounted).stream().anyMatch(file -> file.contains("sentinel") || file.contains("part_")),
                    () -> "left over");
            cli.run(server, "backup-push", data).requireSuccess();
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        Path target = mounted.resolve("data");
        requireRefusal(LOCAL_FILE, cli.run("backup-fetch", target.toString(), "LATEST"));
        assertFalse(Files.exists(target.resolve("global/pg_control")));
        disk.makeRoom();
        disk.makeReadOnly();
        requireRefusal(LOCAL_FILE, cli.run("backup-fetch", target.toString(), "LATEST"));
        disk.makeRoom();
        cli.run("backup-fetch", "--replace", target.toString(), "LATEST").requireSuccess();
        assertTrue(Files.exists(target.resolve("global/pg_control")));
    }
}
