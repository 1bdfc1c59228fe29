package org.walarchive.cli.versions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.cli.job.CliProcess;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** A cluster of many small files, with the heap that the launcher gives: some here, ten thousand by {@code ci/versions.sh}. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class ManyFilesIT {

    private static final int TABLES = Integer.getInteger("walarchive.versions.tables", 1000);

    /** As many as one transaction can lock. */
    private static final int AT_ONCE = 500;

    /** {@code PartitionPlan.MAX_MEMBERS} */
    private static final int MOST_IN_A_PARTITION = 6144;

    private static final PostgresVersion VERSION = PostgresVersion.V16;

    private final Stopwatch stopwatch = new Stopwatch(TABLES + " tables");
    private final CliProcess cli = new CliProcess().asUsersDo();

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    @DisplayName(
            "tables by the thousand are backed up in several partitions and restored, those that came and went since included")
    void manyTables() {
        int kept = TABLES - TABLES / 10;
        try (PostgresServer server = PostgresServer.builder(VERSION)
                .dataChecksums()
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create()) {
            server.start();
            eachOf(server, 0, TABLES, "CREATE TABLE t%1$s AS SELECT %1$s AS i");
            stopwatch.time(
                    "backup-push",
                    () -> cli.run(server, "backup-push", server.dataDirectory().toString())
                            .requireSuccess());
            eachOf(server, kept, TABLES, "DROP TABLE t%1$s");
            eachOf(server, TABLES, TABLES + 100, "CREATE TABLE t%1$s AS SELECT %1$s AS i");
            eachOf(server, 0, kept, "INSERT INTO t%1$s VALUES (%1$s)");
            server.awaitArchived(server.switchWal());
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        long partitions = cli.archived("basebackups_005").stream()
                .filter(name -> name.contains("part_"))
                .count();
        assertTrue(partitions > TABLES / MOST_IN_A_PARTITION + 1, partitions + " partitions");
        Path directory = cli.path("restored");
        stopwatch.time(
                "backup-fetch",
                () -> cli.run("backup-fetch", directory.toString(), "LATEST", "--recover", "--clone")
                        .requireSuccess());
        stopwatch.time("verify --deep", () -> cli.run("verify", "--deep").requireSuccess());
        try (PostgresServer copy = PostgresServer.on(VERSION, directory, Map.of())) {
            copy.start();
            copy.awaitPromotion();
            assertEquals(
                    kept + 100,
                    copy.queryLong("SELECT count(*) FROM pg_class WHERE relname ~ '^t[0-9]' AND relkind = 'r'"));
            copy.execute("CREATE TABLE sums (s bigint)");
            eachOf(copy, 0, kept, "INSERT INTO sums SELECT sum(i) FROM t%1$s");
            eachOf(copy, TABLES, TABLES + 100, "INSERT INTO sums SELECT sum(i) FROM t%1$s");
            long expected = (long) kept * (kept - 1) + 100L * TABLES + 99 * 100 / 2;
            assertEquals(expected, copy.queryLong("SELECT sum(s) FROM sums"));
        }
    }

    /** Executes a statement for each number, which it has as {@code %1$s}. */
    private static void eachOf(PostgresServer server, int from, int to, String statement) {
        for (int begin = from; begin < to; begin += AT_ONCE) {
            int end = Math.min(to, begin + AT_ONCE) - 1;
            server.execute("DO $$ BEGIN FOR n IN " + begin + ".." + end + " LOOP EXECUTE format('" + statement
                    + "', n); END LOOP; END $$");
        }
    }
}
