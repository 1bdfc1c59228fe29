package org.walarchive.cli.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.cli.interop.Ground;
import org.walarchive.cli.interop.Program;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;

/** WAL-E's base backups are restored, and servers start on them and recover to every point. */
final class RestoreIT {

    private static final String FIRST = "base_000000010000000000000008_00000040";
    private static final String SECOND = "base_00000001000000000000000A_00000040";

    /** Both timelines are in the archive, so recovery makes the third, whatever its target: it asked for all histories. */
    private static final String NEXT_TIMELINE = "00000003";

    @TempDir
    private Path directory;

    private Program walarchive;

    @BeforeEach
    void copyTheArchive() {
        walarchive = Program.walarchive().on(WalEArchive.PLAIN.copyTo(Ground.open(directory)));
    }

    private PostgresServer recover(String backup, Map<String, String> targets) {
        Path data = directory.resolve("data");
        walarchive.run("backup-fetch", data.toString(), backup).requireExit(0);
        assertFalse(Files.exists(data.resolve("postgresql.conf")), "WAL-E's backups have no configuration files");
        WalEArchive.PLAIN.configure(data);
        Recovery recovery = Recovery.of(PostgresVersion.V13, data, walarchive.shell("wal-fetch \"%f\" \"%p\""));
        targets.forEach((name, value) -> {
            if (name.equals("recovery_target_timeline")) {
                recovery.setting(name, value);
            } else {
                recovery.target(name, value);
            }
        });
        return recovery.start();
    }

    private static void requireRows(PostgresServer server, long rows, long greatestId) {
        assertEquals(rows, server.queryLong("SELECT count(*) FROM t"));
        assertEquals(greatestId, server.queryLong("SELECT max(id) FROM t"));
        assertEquals(5000, server.queryLong("SELECT count(*) FROM big"));
        assertEquals(NEXT_TIMELINE, server.queryText("SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"));
    }

    private static long rowsWithOtherContent(PostgresServer server) {
        return server.queryLong("SELECT count(*) FROM t WHERE v IS DISTINCT FROM md5(id::text)");
    }

    @Test
    void latestBackup() {
        try (PostgresServer server = recover("LATEST", Map.of())) {
            requireRows(server, 3000, 3000);
            assertEquals(0, rowsWithOtherContent(server));
        }
    }

    @Test
    void firstBackupToTheEndOfTheTimelineThatWasLeft() {
        try (PostgresServer server = recover(FIRST, Map.of("recovery_target_timeline", "1"))) {
            requireRows(server, 2310, 90010);
            assertEquals(10, rowsWithOtherContent(server));
            assertEquals(10, server.queryLong("SELECT count(*) FROM t WHERE v = 'tli1-only'"));
        }
    }

    @Test
    void firstBackupToANamedRestorePoint() {
        try (PostgresServer server = recover(FIRST, Map.of("recovery_target_name", "rp_1500"))) {
            requireRows(server, 1500, 1500);
            assertEquals(0, rowsWithOtherContent(server));
        }
    }

    @Test
    void secondBackupAcrossTheBranchToTheLatestTimeline() {
        try (PostgresServer server = recover(SECOND, Map.of("recovery_target_timeline", "latest"))) {
            requireRows(server, 3000, 3000);
            assertEquals(0, rowsWithOtherContent(server));
        }
    }
}
