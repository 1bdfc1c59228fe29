package org.walarchive.cli.golden;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.cli.interop.Ground;
import org.walarchive.cli.interop.Program;
import org.walarchive.core.testing.OrdinaryUser;

/** A backup that is not of a cluster. WAL-E restores it with exit code 0. */
final class OddTreeIT {

    private static final int CORRUPT = 5;

    @Test
    void isNotRestoredForLackOfAControlFile(@TempDir Path directory) throws IOException {
        Path archive = WalEArchive.ODDTREE.copyTo(Ground.open(directory));
        Path data = directory.resolve("data");
        Path tablespace = Files.createDirectory(directory.resolve("tablespace"));
        Files.createDirectories(data.resolve("pg_tblspc"));
        Files.createSymbolicLink(data.resolve("pg_tblspc/16400"), tablespace);
        OrdinaryUser.give(data);
        OrdinaryUser.give(tablespace);
        Program.walarchive()
                .on(archive)
                .run("backup-fetch", data.toString(), "LATEST")
                .requireRefusal(CORRUPT, "global/pg_control");
        assertTrue(Files.notExists(data.resolve("global/pg_control")));
    }
}
