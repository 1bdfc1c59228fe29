package org.walarchive.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;

/** An archive that we wrote is read by the programs that share its format: lzop, tar and WAL-E. */
final class WrittenArchiveIT {

    private static final PostgresVersion VERSION = PostgresVersion.V14;
    private static final int ROWS_IN_BACKUP = 3000;
    private static final int ROWS = 5000;

    @TempDir
    private static Path ground;

    private static Path archive;

    @TempDir
    private Path directory;

    @BeforeAll
    static void makeTheArchive() {
        archive = Ground.open(ground).resolve("archive");
        Program walarchive = Program.walarchive().on(archive);
        try (PostgresServer server = PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .archiveCommand(walarchive.shell("wal-push \"%p\""))
                .create()) {
            server.start();
            server.execute("CREATE TABLE t AS SELECT i AS id, md5(i::text) AS v FROM generate_series(1, "
                    + ROWS_IN_BACKUP + ") i");
            walarchive
                    .with("PGHOST", server.socketDirectory().toString())
                    .with("PGPORT", Integer.toString(PostgresServer.PORT))
                    .with("PGUSER", PostgresServer.SUPERUSER)
                    .run(
                            "backup-push",
                            "--checkpoint",
                            "fast",
                            server.dataDirectory().toString())
                    .requireExit(0);
            server.execute("INSERT INTO t SELECT i, md5(i::text) FROM generate_series(" + (ROWS_IN_BACKUP + 1) + ", "
                    + ROWS + ") i");
            server.awaitArchived(server.switchWal());
        }
    }

    @BeforeEach
    void open() {
        Ground.open(directory);
    }

    private static List<Path> objects(String suffix) throws IOException {
        try (Stream<Path> paths = Files.walk(archive)) {
            return paths.filter(path -> path.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void lzopFindsEveryObjectIntact() throws IOException {
        Program lzop = Tools.require("lzop");
        List<Path> objects = objects(".lzo");
        assertTrue(objects.size() >= 6, objects.toString());
        for (Path object : objects) {
            Run run = lzop.run("-q", "-t", object.toString()).requireExit(0);
            assertEquals("", run.log());
        }
    }

    @Test
    void tarReadsThePartitions() throws IOException {
        List<String> names = tar("-t");
        assertEquals(new HashSet<>(names).size(), names.size(), "a name is there twice");
        for (String name : names) {
            assertFalse(name.startsWith("/") || Arrays.asList(name.split("/")).contains(".."), name);
        }
        assertEquals(List.of("pg_wal/", "pg_wal/archive_status/"), starting(names, "pg_wal"));
        assertEquals(List.of(), starting(names, "postmaster."));
        assertEquals(List.of("PG_VERSION"), starting(names, "PG_VERSION"));
        assertEquals(List.of("postgresql.conf"), starting(names, "postgresql.conf"));
        assertEquals(List.of("backup_label"), starting(names, "backup_label"));
        assertEquals("global/pg_control", names.get(names.size() - 1));
        assertTrue(starting(names, "base/").size() > 500, () -> "files of databases are missing: " + names);
    }

    private static List<String> starting(List<String> names, String beginning) {
        return names.stream().filter(name -> name.startsWith(beginning)).toList();
    }

    /** The operator's way out if all else fails: lzop and tar by hand give what we restore. */
    @Test
    void tarRestoresWhatWeRestore() throws IOException {
        tar("-x");
        Path ours = directory.resolve("ours");
        Program.walarchive()
                .on(archive)
                .run("backup-fetch", ours.toString(), "LATEST")
                .requireExit(0);
        assertEquals(withoutTimes(ours), withoutTimes(directory.resolve("tar")));
    }

    /** Runs tar on each partition, one after the other in the same directory, and returns all it printed. */
    private List<String> tar(String what) throws IOException {
        Program lzop = Tools.require("lzop");
        Program tar = Tools.require("tar");
        Path target = Ground.open(Files.createDirectory(directory.resolve("tar")));
        List<String> printed = new ArrayList<>();
        for (Path partition : objects(".tar.lzo")) {
            Path plain = directory.resolve(partition.getFileName() + ".plain");
            lzop.run("-d", "-o", plain.toString(), partition.toString()).requireExit(0);
            Run run = tar.run(what, "-p", "-f", plain.toString(), "-C", target.toString())
                    .requireExit(0);
            assertEquals("", run.log());
            run.output().lines().forEach(printed::add);
        }
        return printed;
    }

    /** Of the root only what is in it: it is the caller's directory. */
    private static Map<String, String> withoutTimes(Path root) {
        Map<String, String> entries = new TreeMap<>();
        Ground.describe(root).forEach((name, text) -> entries.put(name, text.replaceFirst("[0-9]{4}-[^ ]*Z ", "")));
        entries.remove("/");
        return entries;
    }

    @Test
    void walELists() throws IOException {
        Program walE = Tools.requireWalE(archive);
        Run theirs = walE.run("backup-list").requireExit(0);
        Run ours = Program.walarchive().on(archive).run("backup-list").requireExit(0);
        assertEquals(theirs.output(), ours.output());
        assertEquals(2, ours.output().lines().count());
        assertEquals(
                theirs.output(),
                walE.run("backup-list", "LATEST").requireExit(0).output());
    }

    @Test
    void walERestores() {
        Program walE = Tools.requireWalE(archive);
        Path data = directory.resolve("data");
        walE.run("backup-fetch", data.toString(), "LATEST").requireExit(0);
        String restore = walE.shell("wal-fetch --prefetch 0 \"%f\" \"%p\"");
        try (PostgresServer server = Recovery.of(VERSION, data, restore).start()) {
            requireRows(server);
        }
    }

    @Test
    void weRestore() {
        Program walarchive = Program.walarchive().on(archive);
        Path data = directory.resolve("data");
        walarchive.run("backup-fetch", data.toString(), "LATEST").requireExit(0);
        String restore = walarchive.shell("wal-fetch \"%f\" \"%p\"");
        try (PostgresServer server = Recovery.of(VERSION, data, restore).start()) {
            requireRows(server);
        }
    }

    private static void requireRows(PostgresServer server) {
        assertEquals(ROWS, server.queryLong("SELECT count(*) FROM t"));
        assertEquals(0, server.queryLong("SELECT count(*) FROM t WHERE v IS DISTINCT FROM md5(id::text)"));
    }
}
