package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** A drill of an archive that lacks something, or holds what must not be replayed, says so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class DrillFaultsIT {

    private final DrillGround ground = new DrillGround(PostgresVersion.V17);
    private String backup = "";
    private String middle = "";
    private String last = "";

    @BeforeAll
    void archive() {
        try (PostgresServer server = ground.server()) {
            ground.push(server);
            middle = ground.addRows(server);
            last = ground.addRows(server);
        }
        String sentinel = ground.cli.archived("basebackups_005").stream()
                .filter(name -> name.endsWith("_sentinel.json"))
                .findFirst()
                .orElseThrow();
        backup = sentinel.substring(0, "base_000000010000000000000008_00000040".length());
    }

    @AfterAll
    void close() {
        ground.close();
    }

    @AfterEach
    void nothingIsLeft() {
        ground.requireNothingLeft();
    }

    private Path segment(String name) {
        return ground.cli.path("archive/wal_005/" + name + ".lzo");
    }

    /** Drills while an object is not there. */
    private CliProcess.Outcome drillWithout(Path object) throws IOException {
        Path aside = ground.cli.path("aside");
        Files.move(object, aside);
        try {
            return ground.drill();
        } finally {
            Files.move(aside, object);
        }
    }

    @Test
    @DisplayName("the segment that the backup starts in is missing")
    void theFirstSegment() throws IOException {
        String first = backup.substring(5, 29);
        CliProcess.Outcome outcome = drillWithout(segment(first));
        assertEquals(9, outcome.status(), outcome::toString);
        assertEquals("recover", DrillGround.field(outcome.output(), "step"));
        assertEquals("segment " + first + " is not in the archive", DrillGround.field(outcome.output(), "message"));
        assertTrue(outcome.output().contains("could not locate"), outcome::toString);
    }

    @Test
    @DisplayName("a later segment is missing, where PostgreSQL sees the end of WAL and starts")
    void aLaterSegment() throws IOException {
        CliProcess.Outcome outcome = drillWithout(segment(middle));
        assertEquals(9, outcome.status(), outcome::toString);
        assertTrue(outcome.output().contains("\"detail\": \"Segment " + middle + " is missing.\""), outcome::toString);
        assertTrue(
                DrillGround.field(outcome.output(), "message").startsWith("recovery ended at 0/"), outcome::toString);
        assertTrue(outcome.log().contains(", and the archive goes on to " + last), outcome::toString);
    }

    @Test
    @DisplayName("a segment is damaged")
    void aDamagedSegment() throws IOException {
        CliProcess.Outcome outcome = drillWithDamage(segment(middle));
        assertEquals(5, outcome.status(), outcome::toString);
        assertEquals(
                "WAL file " + middle + " is damaged in the archive", DrillGround.field(outcome.output(), "message"));
    }

    @Test
    @DisplayName("a partition is damaged")
    void aDamagedPartition() throws IOException {
        CliProcess.Outcome outcome = drillWithDamage(
                ground.cli.path("archive/basebackups_005/" + backup + "/tar_partitions/part_00000000.tar.lzo"));
        assertEquals(5, outcome.status(), outcome::toString);
        assertEquals("restore", DrillGround.field(outcome.output(), "step"));
        assertTrue(outcome.output().contains("part_00000000.tar.lzo"), outcome::toString);
    }

    /** Drills while a bit in the middle of an object is flipped. */
    private CliProcess.Outcome drillWithDamage(Path object) throws IOException {
        byte[] whole = Files.readAllBytes(object);
        byte[] damaged = whole.clone();
        damaged[damaged.length / 2] ^= 1;
        Files.write(object, damaged);
        try {
            return ground.drill();
        } finally {
            Files.write(object, whole);
        }
    }

    @Test
    @DisplayName("WAL that creates a tablespace is not replayed into a directory outside of the drill")
    void aTablespaceInWal() throws IOException {
        try (DrillGround other = new DrillGround(PostgresVersion.V17)) {
            Path tablespace = Files.createDirectory(other.cli.path("tablespace"));
            OrdinaryUser.give(tablespace);
            try (PostgresServer server = other.server()) {
                other.push(server);
                server.execute("CREATE TABLESPACE there LOCATION '" + tablespace + "'");
                other.addRows(server);
                server.execute("DROP TABLESPACE there");
            }
            CliProcess.Outcome outcome = other.drill();
            assertEquals(2, outcome.status(), outcome::toString);
            assertTrue(outcome.log().contains(" at " + tablespace + "\n"), outcome::toString);
            try (Stream<Path> entries = Files.list(tablespace)) {
                assertEquals(0, entries.count());
            }
            other.requireNothingLeft();
        }
    }

    @Test
    @DisplayName("no such backup, and no programs, are said before anything is restored")
    void wrongRequests() {
        assertEquals(6, ground.drill("base_0000000100000000000000FF_00000040").status());
        CliProcess.Outcome programs =
                ground.drill("--bin-dir", ground.cli.path("archive").toString());
        assertEquals(2, programs.status(), programs::toString);
        assertEquals("", programs.output());
        assertTrue(programs.log().contains("there are no programs of PostgreSQL in "), programs::toString);
    }
}
