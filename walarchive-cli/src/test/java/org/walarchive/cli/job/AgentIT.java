package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;
import org.walarchive.core.testing.Workload;

/** The agent beside real servers, whose commands talk to its socket. */
final class AgentIT {

    private static final PostgresVersion VERSION = PostgresVersion.V17;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LOCAL_FILE = 7;
    private static final int NO_AGENT = 21;
    private static final int TERMINATED = 143;

    private final CliProcess cli = new CliProcess().asUsersDo();
    private final SocketClient client = new SocketClient(cli);

    @AfterEach
    void close() {
        cli.close();
    }

    private CliProcess.Running agent(Path directory, String... options) {
        String[] arguments = new String[options.length + 2];
        arguments[0] = "agent";
        arguments[1] = directory.toString();
        System.arraycopy(options, 0, arguments, 2, options.length);
        return cli.start(Map.of(), arguments).awaitLog("the agent serves");
    }

    private static void stop(CliProcess.Running agent) {
        agent.process().destroy();
        CliProcess.Outcome outcome = agent.await();
        assertEquals(TERMINATED, outcome.status(), outcome.log());
        assertTrue(outcome.log().contains("the agent has stopped"), outcome.log());
    }

    private CliProcess.Outcome status(Path directory, String... more) {
        return cli.run(List.of(List.of("agent", "--status", directory.toString()), List.of(more)).stream()
                .flatMap(List::stream)
                .toArray(String[]::new));
    }

    @Test
    @DisplayName(
            "what was committed under load is restored through another agent, though the first was killed meanwhile")
    void loadKillAndPromotion() {
        SortedSet<Long> committed = new TreeSet<>();
        try (PostgresServer server = PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .archiveCommand(client.push())
                .create()) {
            server.start();
            CliProcess.Running agent = agent(server.dataDirectory());
            Workload workload = Workload.start(server, 4, 2000);
            cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
            workload.awaitCommits(500);
            agent.kill();
            awaitFailure(server);
            workload.awaitCommits(500);
            agent = agent(server.dataDirectory());
            workload.awaitCommits(500);
            workload.stop();
            committed.addAll(workload.committed());
            server.stop(PostgresServer.StopMode.FAST);
            server.start();
            server.awaitArchived(server.switchWal());
            stop(agent);
            assertFalse(Files.exists(SocketClient.socket(server.walDirectory())));
            assertEquals(NO_AGENT, status(server.dataDirectory()).status());
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        cli.run("verify").requireSuccess();

        Path directory = cli.path("restored");
        cli.run("backup-fetch", directory.toString(), "LATEST").requireSuccess();
        try (PostgresServer copy = Recovery.of(VERSION, directory, client.fetch())
                .override("archive_mode", "on")
                .override("archive_command", client.push())
                .server()) {
            CliProcess.Running agent = agent(directory);
            copy.start();
            copy.awaitPromotion();
            assertTrue(Workload.movesIn(copy).containsAll(committed));
            Workload.requireBalanced(copy);
            String segment = copy.switchWal();
            copy.awaitArchived(segment);
            assertTrue(segment.startsWith("00000002"), segment);
            assertTrue(cli.archived("wal_005").contains("00000002.history.lzo"));
            String json = status(directory, "--json").requireSuccess().output();
            assertTrue(Integer.parseInt(DrillGround.field(json, "prefetched")) > 0, json);
            assertEquals("null", DrillGround.field(json, "last_error"), json);
            stop(agent);
        }
    }

    /** The launcher as it is installed, on a host where Java cannot be started: what it does, the agent did. */
    private String withoutJava(String arguments) {
        return cli.shellCommand(arguments)
                .replace("JAVA_HOME='" + System.getProperty("java.home") + "'", "JAVA_HOME=/nonexistent");
    }

    @Test
    @DisplayName("while the agent serves, wal-push and wal-fetch need no Java")
    void launcherNeedsNoJava() {
        try (PostgresServer server = PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .archiveCommand(withoutJava("wal-push %p"))
                .create()) {
            server.start();
            CliProcess.Running agent = agent(server.dataDirectory());
            cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
            server.execute("CREATE TABLE t AS SELECT i FROM generate_series(1, 200000) i");
            server.awaitArchived(server.switchWal());
            assertEquals(0, server.queryLong("SELECT failed_count FROM pg_stat_archiver"));
            stop(agent);
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        Path directory = cli.path("restored");
        cli.run("backup-fetch", directory.toString(), "LATEST").requireSuccess();
        try (PostgresServer copy =
                Recovery.of(VERSION, directory, withoutJava("wal-fetch %f %p")).server()) {
            CliProcess.Running agent = agent(directory);
            copy.start();
            copy.awaitPromotion();
            assertEquals(200000, copy.queryLong("SELECT count(*) FROM t"));
            stop(agent);
        }
    }

    private static void awaitFailure(PostgresServer server) {
        Await.until(
                "the command fails", PATIENCE, () -> server.queryLong("SELECT failed_count FROM pg_stat_archiver") > 0);
    }

    @Test
    @DisplayName("there is one agent for a server, and a socket that is removed comes back")
    void oneAgent() throws Exception {
        try (PostgresServer server =
                PostgresServer.builder(VERSION).archiveCommand(client.push()).create()) {
            server.start();
            CliProcess.Running agent = agent(server.dataDirectory(), "--metrics-port", "0");
            CliProcess.Outcome second = cli.run("agent", server.walDirectory().toString());
            assertEquals(LOCAL_FILE, second.status(), second.log());
            assertTrue(second.log().contains("another agent serves"), second.log());
            Path socket = SocketClient.socket(server.walDirectory());
            Files.delete(socket);
            Await.until("the socket is back", PATIENCE, () -> Files.exists(socket));
            server.awaitArchived(server.switchWal());
            String text = status(server.dataDirectory()).requireSuccess().output();
            assertTrue(text.startsWith("agent       running, process "), text);
            assertTrue(text.contains("to archive  0 files"), text);
            stop(agent);
        }
    }
}
