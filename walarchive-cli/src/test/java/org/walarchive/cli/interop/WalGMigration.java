package org.walarchive.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** A live server moves from WAL-G to us on the same prefix, by the steps of {@code docs/migrating-from-wal-g.md}. */
abstract class WalGMigration {

    private static final int CORRUPT = 5;

    @TempDir
    private Path directory;

    private Program walarchive = Program.walarchive();
    private int restores;

    /** Returns WAL-G's {@code archive_command} into an archive. */
    abstract String archiveCommand(Path archive);

    /** Takes a base backup as WAL-G does, and returns its name. */
    abstract String backup(PostgresServer server, Path archive) throws Exception;

    /** What else there is between the two tools. */
    void finish(Path archive) throws Exception {}

    @Test
    void stepByStep() throws Exception {
        Path archive = Files.createDirectory(Ground.open(directory).resolve("archive"));
        Path space = Files.createDirectory(directory.resolve("space"));
        Stream.of(archive, space).forEach(OrdinaryUser::give);
        walarchive =
                walarchive.on(archive).with("WALARCHIVE_COMPRESSION", "lz4").with("WALARCHIVE_PREFETCH", "0");
        try (PostgresServer server = PostgresServer.builder(PostgresVersion.V17)
                .archiveCommand(archiveCommand(archive))
                .create()) {
            server.start();
            server.execute(
                    "CREATE TABLESPACE space LOCATION '" + space + "'",
                    "CREATE TABLE t (i int)",
                    "CREATE TABLE s (i int) TABLESPACE space",
                    "CREATE UNLOGGED TABLE u (i int)",
                    "INSERT INTO u VALUES (1)");
            String oid = server.queryText("SELECT oid FROM pg_tablespace WHERE spcname = 'space'");
            add(server, 1, 1000);
            String first = backup(server, archive);
            add(server, 1001, 2000);
            String place = server.queryText("SELECT pg_current_wal_insert_lsn()");
            add(server, 2001, 3000);
            String second = backup(server, archive);
            add(server, 3001, 4000);
            server.awaitArchived(server.switchWal());
            finish(archive);
            Map<String, String> before = Ground.describe(archive);

            look(first, second);
            assertEquals(before, Ground.describe(archive), "nothing is written until the first push");
            server.configure(Map.of("archive_command", walarchive.shell("wal-push \"%p\"")));
            server.reload();
            add(server, 4001, 5000);
            server.awaitArchived(server.switchWal());
            assertTrue(Files.exists(archive.resolve("walarchive/identity.properties")));
            Run check = connected(server)
                    .run("check", "--no-switch", server.dataDirectory().toString());
            // fsync is off here, which it calls a failure
            assertTrue(
                    check.output().contains("OK    archive              2 base backups, and no gap"), check::toString);

            restored(oid, 5000, "--recover");
            restored(oid, 2000, "--target-lsn", place, "--target-action", "promote");
            withoutAPartition(archive, second, oid);

            connected(server)
                    .run("backup-push", server.dataDirectory().toString())
                    .requireExit(0);
            Run drill = walarchive.run(
                    "drill",
                    "--bin-dir",
                    server.programs().toString(),
                    "--directory",
                    directory.toString(),
                    "--query",
                    "SELECT count(*) FROM t");
            assertTrue(drill.requireExit(0).output().contains("5000"), drill::toString);
            deletion(archive, first, second);
        }
    }

    private static void add(PostgresServer server, int from, int to) {
        String rows = " SELECT generate_series(" + from + ", " + to + ")";
        server.execute("INSERT INTO t" + rows, "INSERT INTO s" + rows);
    }

    private Program connected(PostgresServer server) {
        return walarchive
                .with("PGHOST", server.socketDirectory().toString())
                .with("PGPORT", Integer.toString(PostgresServer.PORT))
                .with("PGUSER", PostgresServer.SUPERUSER);
    }

    private void look(String first, String second) {
        Run list = walarchive.run("backup-list", "--format", "json").requireExit(0);
        for (String text : List.of(
                "\"name\": \"" + first + "\"",
                "\"name\": \"" + second + "\"",
                "\"state\": \"complete\"",
                "\"server_version\": 17",
                "\"system_identifier\": \"",
                "\"stop_lsn\": \"0/")) {
            assertTrue(list.output().contains(text), list::toString);
        }
        assertFalse(list.output().contains("broken"), list::toString);
        Run verify = walarchive.run("verify", "--deep").requireExit(0);
        assertTrue(verify.output().contains("2 of 2 base backups can be restored; 0 errors"), verify::toString);
    }

    private void restored(String oid, int rows, String... target) throws IOException {
        Path data = directory.resolve("restored" + restores++);
        String moved = fetch(oid, data, target).requireExit(0).log();
        try (PostgresServer server = PostgresServer.on(PostgresVersion.V17, data, Map.of("archive_mode", "off"))) {
            server.start();
            server.awaitPromotion();
            for (String table : List.of("t", "s")) {
                assertEquals(rows, server.queryLong("SELECT count(DISTINCT i) FROM " + table), moved);
                assertEquals(rows, server.queryLong("SELECT max(i) FROM " + table), moved);
            }
            assertEquals(0, server.queryLong("SELECT count(*) FROM u"));
            String location = server.queryText("SELECT pg_tablespace_location(" + oid + ")");
            assertEquals(data + "-space", location);
        }
        Ground.delete(data);
        Ground.delete(Path.of(data + "-space"));
    }

    private Run fetch(String oid, Path data, String... options) throws IOException {
        Path spec = Files.writeString(
                directory.resolve("spec.json"), "{\"" + oid + "\": {\"loc\": \"" + data + "-space\"}}");
        OrdinaryUser.give(spec);
        String[] command = Stream.concat(
                        Stream.of("backup-fetch", "--restore-spec", spec.toString()),
                        Stream.concat(Stream.of(options), Stream.of(data.toString(), "LATEST")))
                .toArray(String[]::new);
        return walarchive.run(command);
    }

    /** WAL-G itself restores what is left, and ends with 0. */
    private void withoutAPartition(Path archive, String backup, String oid) throws IOException {
        List<Path> partitions = list(archive.resolve("basebackups_005/" + backup + "/tar_partitions"));
        // the label, some of the data, pg_control
        Path last = partitions.get(partitions.size() - 2);
        Path aside = Files.move(last, directory.resolve("aside"));
        Path data = directory.resolve("incomplete");
        fetch(oid, data).requireRefusal(CORRUPT, "is not complete", last.getFileName() + " is missing");
        assertFalse(Files.exists(data));
        Files.move(aside, last);
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.sorted().toList();
        }
    }

    private void deletion(Path archive, String first, String second) throws IOException {
        walarchive.run("delete", "--confirm", "retain", "2").requireExit(0);
        List<String> left = list(archive.resolve("basebackups_005")).stream()
                .map(path -> path.getFileName().toString())
                .filter(name -> name.endsWith(".json"))
                .toList();
        assertEquals(2, left.size(), left::toString);
        assertTrue(left.contains(second + "_backup_stop_sentinel.json"), left::toString);
        Path gone = archive.resolve("basebackups_005").resolve(first);
        assertFalse(
                Files.exists(gone) && !Ground.describe(gone).keySet().stream().allMatch(path -> path.endsWith("/")));
        walarchive.run("verify").requireExit(0);
    }
}
