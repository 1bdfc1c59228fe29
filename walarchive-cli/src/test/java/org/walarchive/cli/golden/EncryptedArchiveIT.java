package org.walarchive.cli.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.cli.interop.GpgHome;
import org.walarchive.cli.interop.Ground;
import org.walarchive.cli.interop.Program;
import org.walarchive.cli.interop.Run;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;

/** WAL-E's encrypted archive is read with its key; without the key it is never taken for an empty or a finished one. */
final class EncryptedArchiveIT {

    private static final int STOP_RECOVERY = 255;
    private static final int USAGE = 2;
    private static final int CORRUPT = 5;
    private static final int LOOK = 20;

    private static final Path KEY = WalEArchive.GPG.directory().resolve("key/private.asc");

    @TempDir
    private Path directory;

    private Path archive;
    private Program walarchive;

    @BeforeEach
    void copyTheArchive() {
        archive = WalEArchive.GPG.copyTo(Ground.open(directory));
        walarchive = Program.walarchive().on(archive).with("HOME", directory.toString());
    }

    private Program withKeyFile() {
        Path key = directory.resolve("private.asc");
        if (Files.notExists(key)) {
            Ground.copy(KEY, key);
        }
        return walarchive.with("WALARCHIVE_PGP_PRIVATE_KEYS", key.toString()).with("WALARCHIVE_GPG_PROGRAM", "none");
    }

    private void requireRestored(Program program) {
        Path data = directory.resolve("data");
        program.run("backup-fetch", data.toString(), "LATEST").requireExit(0);
        WalEArchive.GPG.configure(data);
        String restore = program.shell("wal-fetch \"%f\" \"%p\"");
        try (PostgresServer server =
                Recovery.of(PostgresVersion.V13, data, restore).start()) {
            assertEquals(2000, server.queryLong("SELECT count(*) FROM t"));
            assertEquals(0, server.queryLong("SELECT count(*) FROM t WHERE v IS DISTINCT FROM md5(id::text)"));
        }
    }

    @Test
    void restoresWithAKeyFile() {
        requireRestored(withKeyFile());
    }

    /** WAL-E's environment, as it is: the variable that names a key, and GnuPG's home. */
    @Test
    void restoresByTheAgent() {
        try (GpgHome home = GpgHome.of(KEY)) {
            requireRestored(home.with(walarchive).with("WALE_GPG_KEY_ID", "wale-fixture@example.invalid"));
        }
    }

    @Test
    void damagedPartitionLeavesNothingThatStarts() throws Exception {
        Path part = archive.resolve(
                "basebackups_005/base_000000010000000000000008_00000040/tar_partitions/" + "part_00000000.tar.lzo");
        byte[] bytes = Files.readAllBytes(part);
        bytes[bytes.length - 5] ^= 1;
        Files.write(part, bytes);
        Path data = directory.resolve("data");
        withKeyFile()
                .run("backup-fetch", data.toString(), "LATEST")
                .requireRefusal(CORRUPT, "modification detection code");
        assertTrue(Files.notExists(data.resolve("global/pg_control")));
    }

    @Test
    void walFetchStopsRecovery() {
        Map<String, String> before = Ground.describe(directory);
        for (String name : WalEArchive.GPG.walFiles()) {
            walarchive
                    .run("wal-fetch", name, directory.resolve("target").toString())
                    .requireRefusal(STOP_RECOVERY, name, "897FD085966CF175");
        }
        assertEquals(before, Ground.describe(directory));
    }

    @Test
    void walFetchTellsAbsenceAllTheSame() {
        walarchive
                .run(
                        "wal-fetch",
                        "0000000100000000000000EE",
                        directory.resolve("target").toString())
                .requireExit(1);
    }

    @Test
    void backupFetchTouchesNothing() {
        Map<String, String> before = Ground.describe(directory);
        Path data = directory.resolve("data");
        walarchive.run("backup-fetch", data.toString(), "LATEST").requireRefusal(USAGE, "encrypted");
        Run plan = walarchive.run("backup-fetch", data.toString(), "LATEST", "--plan");
        assertTrue(plan.requireExit(USAGE).output().contains("failed: it is encrypted"), plan::toString);
        assertEquals(before, Ground.describe(directory));
    }

    @Test
    void verifyCallsNothingDamaged() {
        Run run = walarchive.run("verify", "--deep");
        assertEquals(LOOK, run.exit(), run::toString);
        assertTrue(run.output().contains("not readable here"), run::toString);
        assertFalse(run.output().contains("damaged"), run::toString);
    }

    /** A key that is given and cannot be used would be plain data where the operator believes in encrypted. */
    @Test
    void pushToAnUnknownKeyIsRefused() {
        Map<String, String> before = Ground.describe(archive);
        walarchive
                .run("--gpg-key-id", "0123456789ABCDEF", "wal-push", "/nonexistent/000000010000000000000009")
                .requireRefusal(USAGE, "no public key");
        assertEquals(before, Ground.describe(archive));
    }
}
