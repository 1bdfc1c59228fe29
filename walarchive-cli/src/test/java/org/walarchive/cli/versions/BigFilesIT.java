package org.walarchive.cli.versions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.cli.job.CliProcess;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/**
 * A table of gigabytes that take no room: pages of zeros, which are new ones to a server, in holes. Two of them here, hundreds by
 * {@code ci/versions.sh}.
 */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class BigFilesIT {

    private static final int GIGABYTES = Integer.getInteger("walarchive.versions.gigabytes", 1);

    private static final long GIGABYTE = 1L << 30;
    private static final int PAGES_OF_A_GIGABYTE = 131072;

    /** What the restored directory may have on the disk; the table's own rows are a few pages. */
    private static final long MOST_KILOBYTES = 300_000;

    private static final PostgresVersion VERSION = PostgresVersion.V18;

    private final Stopwatch stopwatch = new Stopwatch("a table of " + GIGABYTES + " GB");
    private final CliProcess cli = new CliProcess().asUsersDo();

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    @DisplayName(
            "a table of several files of a gigabyte is restored with rows in the first and in the last, and holes stay holes")
    void bigTable() throws IOException, InterruptedException {
        try (PostgresServer server = PostgresServer.builder(VERSION)
                .dataChecksums()
                .setting("autovacuum", "off") // it would cut the empty end off
                .setting("enable_seqscan", "off") // pages of zeros are read too
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create()) {
            server.start();
            server.execute("CREATE TABLE big (i int PRIMARY KEY, t text)", insert(1, 1000));
            grow(server);
            server.start();
            server.execute(insert(1001, 2000));
            assertTrue(lastPage(server) >= GIGABYTES * PAGES_OF_A_GIGABYTE, "no row is in the last file");
            stopwatch.time(
                    "backup-push",
                    () -> cli.run(server, "backup-push", server.dataDirectory().toString())
                            .requireSuccess());
            server.execute(insert(2001, 3000));
            server.awaitArchived(server.switchWal());
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        Path directory = cli.path("restored");
        stopwatch.time(
                "backup-fetch",
                () -> cli.run("backup-fetch", directory.toString(), "LATEST", "--recover", "--clone")
                        .requireSuccess());
        stopwatch.time("verify --deep", () -> cli.run("verify", "--deep").requireSuccess());
        long kilobytes = kilobytesOnDisk(directory);
        assertTrue(kilobytes < MOST_KILOBYTES, kilobytes + " kB on the disk");
        try (PostgresServer copy = PostgresServer.on(VERSION, directory, Map.of())) {
            copy.start();
            copy.awaitPromotion();
            assertEquals(
                    "1 3000 3000",
                    copy.queryText("SELECT concat_ws(' ', min(i), max(i), count(i)) FROM big WHERE i > 0"));
            assertEquals(
                    3000 * 100,
                    copy.queryLong("SELECT sum(length(t)) FROM generate_series(1, 3000) n JOIN big ON i = n"));
            assertTrue(copy.queryLong("SELECT pg_relation_size('big')") > GIGABYTES * GIGABYTE);
        }
    }

    private static String insert(int from, int to) {
        return "INSERT INTO big SELECT i, repeat('x', 100) FROM generate_series(" + from + ", " + to + ") i";
    }

    /** Stops the server, and adds pages of zeros to the table: gigabytes, and a beginning of one more. */
    private static void grow(PostgresServer server) throws IOException {
        String name = server.queryText("SELECT pg_relation_filepath('big')");
        server.stop(PostgresServer.StopMode.FAST);
        for (int i = 0; i <= GIGABYTES; i++) {
            Path file = server.dataDirectory().resolve(i == 0 ? name : name + "." + i);
            try (RandomAccessFile relation = new RandomAccessFile(file.toFile(), "rw")) {
                relation.setLength(i < GIGABYTES ? GIGABYTE : GIGABYTE / 64);
            }
            OrdinaryUser.give(file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private static long lastPage(PostgresServer server) {
        return server.queryLong(
                "SELECT max((big.ctid::text::point)[0])::bigint FROM generate_series(1, 2000) n JOIN big ON i = n");
    }

    private static long kilobytesOnDisk(Path directory) throws IOException, InterruptedException {
        Process du = new ProcessBuilder("du", "-sk", directory.toString()).start();
        String output = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, du.waitFor());
        return Long.parseLong(output.split("\\s")[0]);
    }
}
