package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** However a drill ends, so does its server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class DrillEndsIT {

    private static final String LONG_QUERY = "SELECT pg_sleep(600)";

    private final DrillGround ground = new DrillGround(PostgresVersion.V18);

    @BeforeAll
    void archive() {
        try (PostgresServer server = ground.server()) {
            ground.push(server);
            ground.addRows(server);
        }
    }

    @AfterAll
    void close() {
        ground.close();
    }

    @Test
    @DisplayName("a query that fails is reported with the server's log")
    void aFailingQuery() {
        CliProcess.Outcome outcome = ground.drill("--query", "SELECT 1 / 0 FROM t");
        assertEquals(8, outcome.status(), outcome::toString);
        assertEquals("query", DrillGround.field(outcome.output(), "step"));
        assertTrue(outcome.output().contains("ERROR:  division by zero"), outcome::toString);
        ground.requireNothingLeft();
    }

    @Test
    @DisplayName("a drill that takes too long fails")
    void tooLong() {
        CliProcess.Outcome outcome = ground.drill("--timeout", "1", "--query", LONG_QUERY);
        assertTrue(outcome.status() == 8 || outcome.status() == 4, outcome::toString);
        assertEquals("the drill did not end within 1 s", DrillGround.field(outcome.output(), "message"));
        ground.requireNothingLeft();
    }

    @Test
    @DisplayName("a drill that is told to end stops its server and deletes its directory")
    void terminated() {
        CliProcess.Running running = ground.start("--query", LONG_QUERY);
        ground.awaitQuery();
        running.process().destroy();
        CliProcess.Outcome outcome = running.await();
        assertEquals(143, outcome.status(), outcome::toString);
        assertEquals("", outcome.output());
        ground.requireNothingLeft();
    }

    @Test
    @DisplayName("the server ends also when the drill is killed; the directory stays")
    void killed() throws IOException {
        CliProcess.Running running = ground.start("--query", LONG_QUERY);
        ground.awaitQuery();
        ProcessHandle java = running.process()
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElse(running.process().toHandle());
        java.destroyForcibly();
        running.await();
        ground.awaitNoServer();
        assertEquals(1, ground.directories().size());
        DrillGround.deleteTree(ground.directories().get(0));
    }

    @Test
    @DisplayName("the directory of a failed drill is kept if that is asked for")
    void kept() throws IOException {
        CliProcess.Outcome outcome = ground.drill("--keep-directory", "failed", "--database", "nowhere");
        assertEquals(8, outcome.status(), outcome::toString);
        assertTrue(outcome.output().contains("\"nowhere\\\" does not exist"), outcome::toString);
        assertEquals(ground.directories().get(0).toString(), DrillGround.field(outcome.output(), "directory"));
        assertTrue(Files.exists(ground.directories().get(0).resolve("data/PG_VERSION")));
        assertFalse(Files.exists(ground.directories().get(0).resolve("socket")));
        assertEquals(0, ground.servers().size());
        DrillGround.deleteTree(ground.directories().get(0));
    }
}
