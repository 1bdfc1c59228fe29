package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** What a drill proves. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class DrillIT {

    @ParameterizedTest(name = "PostgreSQL {0}")
    @EnumSource(
            value = PostgresVersion.class,
            names = {"V9_6", "V11", "V15", "V18"})
    @DisplayName(
            "the newest backup, with a tablespace, is recovered to the end of its WAL and asked, and nothing is left")
    void proves(PostgresVersion version) throws IOException {
        try (DrillGround ground = new DrillGround(version)) {
            Path tablespace = Files.createDirectory(ground.cli.path("tablespace"));
            OrdinaryUser.give(tablespace);
            String segment;
            try (PostgresServer server = ground.server()) {
                server.execute(
                        "CREATE TABLESPACE there LOCATION '" + tablespace + "'",
                        "CREATE TABLE u TABLESPACE there AS SELECT 7 AS seven");
                ground.push(server);
                segment = ground.addRows(server);
            }
            // the drill must not need it, nor touch it
            Files.move(tablespace, ground.cli.path("moved"));

            String report = ground.drill("--query", "SELECT count(*) AS n, max(seven) AS m, NULL AS nothing FROM t, u")
                    .requireSuccess()
                    .output();

            assertTrue(report.contains("\"success\": true"), report);
            String dense = report.replaceAll("\\s", "");
            assertTrue(
                    dense.contains("\"columns\":[\"n\",\"m\",\"nothing\"],\"rows\":[[\"150\",\"7\",null]],"), report);
            assertEquals(segment, DrillGround.field(report, "last_segment"));
            assertTrue(DrillGround.field(report, "server_version").startsWith(version + "."), report);
            assertEquals("1", DrillGround.field(report, "timeline"));
            assertTrue(DrillGround.field(report, "last_transaction").endsWith("Z"), report);
            assertFalse(Files.exists(tablespace));
            ground.requireNothingLeft();
        }
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @EnumSource(
            value = PostgresVersion.class,
            names = {"V11", "V17"})
    @DisplayName("a drill to a target begins with the backup that leads there, and has what was there and no more")
    void reachesATarget(PostgresVersion version) {
        try (DrillGround ground = new DrillGround(version)) {
            String target;
            try (PostgresServer server = ground.server()) {
                ground.push(server);
                server.execute("INSERT INTO t SELECT generate_series(1, 11)");
                target = server.queryText("SELECT pg_current_wal_insert_lsn()");
                server.execute("INSERT INTO t SELECT generate_series(1, 22)");
                ground.push(server);
                ground.addRows(server);
            }

            String report = ground.drill("--target-lsn", target, "--query", "SELECT count(*) FROM t")
                    .requireSuccess()
                    .output();
            assertTrue(report.replaceAll("\\s", "").contains("\"rows\":[[\"111\"]]"), report);

            CliProcess.Outcome beyond = ground.drill("--target-lsn", "0/F0000000");
            assertEquals(9, beyond.status(), beyond::toString);
            ground.requireNothingLeft();
        }
    }

    @Test
    @DisplayName("an archive that WAL-E wrote is drilled across a timeline switch and to a restore point")
    void ofWalE() {
        try (DrillGround ground = new DrillGround(PostgresVersion.V13)) {
            ground.adopt(Path.of("src/test/resources/wal-e/plain/store"));
            String first = "base_000000010000000000000008";
            String query = "SELECT count(*) FROM t WHERE v = md5(id::text)";
            String end = ground.drill(first, "--query", query).requireSuccess().output();
            assertTrue(end.replaceAll("\\s", "").contains("\"rows\":[[\"3000\"]]"), end);
            assertEquals("2", DrillGround.field(end, "timeline"));
            CliProcess.Outcome drilled = ground.drill(
                            first, "--target-name", "rp_1500", "--query", query, "--progress", "json")
                    .requireSuccess();
            assertTrue(drilled.log().contains("{\"phase\":\"fetch\",\"bytes\":"), drilled.log());
            assertTrue(drilled.log().contains("{\"phase\":\"replay\",\"bytes\":0,"), drilled.log());
            String point = drilled.output();
            assertTrue(point.replaceAll("\\s", "").contains("\"rows\":[[\"1500\"]]"), point);
            ground.requireNothingLeft();
        }
    }
}
