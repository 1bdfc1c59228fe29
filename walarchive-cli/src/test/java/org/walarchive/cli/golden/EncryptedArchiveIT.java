package org.walarchive.cli.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.cli.interop.Ground;
import org.walarchive.cli.interop.Program;

/** An encrypted archive, which cannot be read yet, is never taken for an empty or a finished one. */
final class EncryptedArchiveIT {

    private static final int STOP_RECOVERY = 255;
    private static final int USAGE = 2;
    private static final int CORRUPT = 5;

    @TempDir
    private Path directory;

    private Program walarchive;

    @BeforeEach
    void copyTheArchive() {
        walarchive = Program.walarchive().on(WalEArchive.GPG.copyTo(Ground.open(directory)));
    }

    @Test
    void walFetchStopsRecovery() {
        Map<String, String> before = Ground.describe(directory);
        for (String name : WalEArchive.GPG.walFiles()) {
            walarchive
                    .run("wal-fetch", name, directory.resolve("target").toString())
                    .requireRefusal(STOP_RECOVERY, name);
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
    void backupFetchLeavesNothingThatStarts() {
        Path data = directory.resolve("data");
        walarchive.run("backup-fetch", data.toString(), "LATEST").requireRefusal(CORRUPT, "encrypted");
        assertTrue(Files.notExists(data.resolve("global/pg_control")));
    }

    /** A key that is given and not used would be plain data where the operator believes in encrypted. */
    @Test
    void theOptionIsRefused() {
        walarchive.run("--gpg-key-id", "ABCD", "backup-list").requireExit(USAGE);
    }
}
