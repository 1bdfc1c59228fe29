package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.cli.log.FakeSyslog;
import org.walarchive.core.testing.OrdinaryUser;

/** Processes of the distribution whose log goes to syslog, and nowhere else. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class SyslogIT {

    private static final int STORE = 4;
    private static final int TERMINATED = 143;

    private final CliProcess cli = new CliProcess();
    private final Path socket = cli.path("log");
    private final Map<String, String> settings = Map.of(
            "WALE_LOG_DESTINATION",
            "syslog",
            "WALE_SYSLOG_FACILITY",
            "local0",
            "WALARCHIVE_SYSLOG_SOCKET",
            socket.toString());

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    @DisplayName("the last words of an agent that is told to end reach syslog")
    void agent() throws IOException {
        Path wal = Files.createDirectories(cli.path("pg_wal"));
        Files.createDirectories(wal.resolve("archive_status"));
        OrdinaryUser.give(wal);
        try (FakeSyslog daemon = FakeSyslog.start(socket)) {
            CliProcess.Running agent = cli.start(settings, "agent", wal.toString());
            daemon.awaitMessage("MSG: the agent serves " + wal);
            agent.process().destroy();
            CliProcess.Outcome outcome = agent.await();
            assertEquals(TERMINATED, outcome.status(), outcome.log());
            assertEquals("", outcome.log());
            daemon.awaitMessage("MSG: the agent has stopped");
            assertTrue(daemon.awaitMessages(1).get(0).matches("(?s)<134>.* walarchive\\[\\d+]: .*"));
        }
        Files.delete(socket);
    }

    @Test
    @DisplayName("a command ends as it would without syslog, whether anybody listens or not")
    void command() throws IOException {
        try (FakeSyslog daemon = FakeSyslog.start(socket)) {
            CliProcess.Outcome outcome = cli.run(settings, "--log-format", "json", "backup-list");
            assertEquals(STORE, outcome.status(), outcome.log());
            assertEquals("", outcome.log());
            List<String> messages = daemon.awaitMessages(2);
            assertTrue(
                    messages.get(0).contains(": {\"time\":\"")
                            && messages.get(0).endsWith("}"),
                    messages.get(0));
            assertTrue(messages.get(1).startsWith("<131>"), messages.get(1));
        }
        CliProcess.Outcome outcome = cli.run(settings, "backup-list");
        assertEquals(STORE, outcome.status(), outcome.log());
        assertTrue(outcome.log().contains("MSG: syslog is not reached\n"), outcome.log());
        assertTrue(outcome.log().contains("ERROR    MSG: list of the base backups"), outcome.log());
        Files.delete(socket);
    }
}
