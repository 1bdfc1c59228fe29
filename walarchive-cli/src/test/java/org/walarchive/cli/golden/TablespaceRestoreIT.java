package org.walarchive.cli.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.cli.interop.Ground;
import org.walarchive.cli.interop.Program;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;

/** A backup with a tablespace is restored to where the operator's link leads, and nowhere else. */
final class TablespaceRestoreIT {

    private static final int LOCAL_FILE = 7;

    @TempDir
    private Path directory;

    private Program walarchive;
    private Path data;

    @BeforeEach
    void copyTheArchive() {
        walarchive = Program.walarchive().on(WalEArchive.TBLSPC.copyTo(Ground.open(directory)));
        data = directory.resolve("data");
    }

    private Path link() throws IOException {
        Path moved = Files.createDirectory(directory.resolve("moved"));
        Files.createDirectories(data.resolve("pg_tblspc"));
        Files.createSymbolicLink(data.resolve("pg_tblspc/16384"), moved);
        OrdinaryUser.give(data);
        OrdinaryUser.give(moved);
        return moved;
    }

    @Test
    void startsWithTheTablespaceInANewPlace() throws IOException {
        Path moved = link();
        walarchive.run("backup-fetch", data.toString(), "LATEST").requireExit(0);
        WalEArchive.TBLSPC.configure(data);
        String restore = walarchive.shell("wal-fetch \"%f\" \"%p\"");
        try (PostgresServer server =
                Recovery.of(PostgresVersion.V14, data, restore).start()) {
            assertEquals(2000, server.queryLong("SELECT count(*) FROM t"));
            assertEquals(3, server.queryLong("SELECT count(*) FROM t2"));
            assertEquals(500, server.queryLong("SELECT count(*) FROM d"));
            assertEquals(moved.toString(), server.queryText("SELECT pg_tablespace_location(16384)"));
            String file = server.queryText("SELECT pg_relation_filepath('t')");
            assertTrue(file.startsWith("pg_tblspc/16384/"), file);
            assertTrue(data.resolve(file).toRealPath().startsWith(moved.toRealPath()), file);
        }
    }

    @Test
    void withoutTheLinkNothingIsWritten() {
        walarchive
                .run("backup-fetch", data.toString(), "LATEST")
                .requireRefusal(LOCAL_FILE, "pg_tblspc/16384", "/tmp/wale-fixture-ts1/");
        assertTrue(Files.notExists(data));
    }

    @Test
    void aLinkToNowhereIsRefused() throws IOException {
        Files.delete(link());
        var before = Ground.describe(directory);
        walarchive.run("backup-fetch", data.toString(), "LATEST").requireRefusal(LOCAL_FILE, "pg_tblspc/16384");
        assertEquals(before, Ground.describe(directory));
    }

    /** The operator's other data must not be mixed with the backup's. */
    @Test
    void aLinkToADirectoryInUseIsRefused() throws IOException {
        Path moved = link();
        Files.writeString(moved.resolve("file"), "content");
        var before = Ground.describe(directory);
        walarchive.run("backup-fetch", data.toString(), "LATEST").requireRefusal(LOCAL_FILE, moved.toString());
        assertEquals(before, Ground.describe(directory));
        try (Stream<Path> files = Files.list(moved)) {
            assertEquals(1, files.count());
        }
    }
}
