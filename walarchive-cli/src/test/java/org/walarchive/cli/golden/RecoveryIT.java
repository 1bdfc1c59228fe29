package org.walarchive.cli.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.cli.interop.Ground;
import org.walarchive.cli.interop.Program;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** Recovery in one command from WAL-E's archives, which record neither times nor the server's version in their sentinels. */
final class RecoveryIT {

    private static final String FIRST = "base_000000010000000000000008_00000040";
    private static final int NO_BACKUP = 6;
    private static final int NOT_ARCHIVED = 9;

    @TempDir
    private Path directory;

    private Path data;

    private PostgresServer restored(WalEArchive archive, PostgresVersion version, String... options) {
        Program walarchive = Program.walarchive().on(archive.copyTo(Ground.open(directory)));
        data = directory.resolve("data");
        List<String> words = new ArrayList<>(List.of("backup-fetch", data.toString()));
        words.addAll(List.of(options));
        words.add("--clone");
        walarchive.run(words.toArray(String[]::new)).requireExit(0);
        archive.configure(data);
        PostgresServer server = PostgresServer.on(version, data, Map.of());
        server.start();
        server.awaitPromotion();
        return server;
    }

    private static void requireRows(PostgresServer server, long rows, long greatestId) {
        assertEquals(rows, server.queryLong("SELECT count(*) FROM t"));
        assertEquals(greatestId, server.queryLong("SELECT max(id) FROM t"));
        assertEquals("off", server.queryText("SHOW archive_mode"));
    }

    @Test
    void theNewestTimelineUnlessToldOtherwise() {
        try (PostgresServer server = restored(WalEArchive.PLAIN, PostgresVersion.V13, "--recover")) {
            requireRows(server, 3000, 3000);
        }
    }

    @Test
    void theTimelineThatWasLeft() {
        try (PostgresServer server =
                restored(WalEArchive.PLAIN, PostgresVersion.V13, "--recover", "--target-timeline", "1")) {
            requireRows(server, 2310, 90010);
        }
    }

    @Test
    void aRestorePointBeforeTheOtherBackups() {
        try (PostgresServer server = restored(
                WalEArchive.PLAIN,
                PostgresVersion.V13,
                FIRST,
                "--target-name",
                "rp_1500",
                "--target-action",
                "promote")) {
            requireRows(server, 1500, 1500);
        }
    }

    @Test
    void tablespacesWithinTheDirectory() {
        try (PostgresServer server =
                restored(WalEArchive.TBLSPC, PostgresVersion.V14, "LATEST", "--recover", "--blind-restore")) {
            assertEquals(2000, server.queryLong("SELECT count(*) FROM t"));
            assertFalse(Files.isSymbolicLink(data.resolve("pg_tblspc/16384")));
        }
    }

    @Test
    void whatTheArchiveDoesNotReachIsRefused() {
        Program walarchive = Program.walarchive().on(WalEArchive.PLAIN.copyTo(Ground.open(directory)));
        Path target = directory.resolve("refused");
        walarchive
                .run("backup-fetch", target.toString(), "--target-lsn", "0/100")
                .requireRefusal(NO_BACKUP, FIRST);
        walarchive
                .run("backup-fetch", target.toString(), "--target-lsn", "F/0")
                .requireRefusal(NOT_ARCHIVED, "not in the archive");
        assertFalse(Files.exists(target));
    }
}
