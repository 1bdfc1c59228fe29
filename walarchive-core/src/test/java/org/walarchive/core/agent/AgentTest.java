package org.walarchive.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.ConfigurationException;
import org.walarchive.LocalFileException;
import org.walarchive.WalFetchResult;
import org.walarchive.agent.AgentRequest;
import org.walarchive.agent.AgentStatus;
import org.walarchive.core.spool.DroppedFiles;
import org.walarchive.core.spool.PostponedFiles;
import org.walarchive.core.testing.Await;
import org.walarchive.core.wal.ControlFileBuilder;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.postgres.WalFileName;

@Timeout(60)
final class AgentTest {

    private static final String SEGMENT = "00000001000000000000000A";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path base;

    private Path data;
    private Path wal;
    private Path socket;
    private final FakeWork work = new FakeWork();
    private final List<Agent> agents = new ArrayList<>();

    @BeforeEach
    void directories() throws IOException {
        data = base.resolve("pg");
        wal = data.resolve("pg_wal");
        socket = wal.resolve(".walarchive/agent.socket");
        Files.createDirectories(wal.resolve("archive_status"));
        ControlFileBuilder.write(data, SegmentBuilder.CLUSTER, new byte[32]);
    }

    @AfterEach
    void close() {
        work.mayPush.countDown();
        agents.forEach(Agent::close);
    }

    private Agent agent(AgentRequest request) {
        Agent agent =
                new Agent(request, Optional.of("memory://m"), (place, same, activity) -> work, InstantSource.system());
        agents.add(agent);
        return agent;
    }

    private Agent start() throws Exception {
        Agent agent = agent(
                AgentRequest.builder(data).stopPatience(Duration.ofMillis(200)).build());
        agent.start();
        return agent;
    }

    private static void await(String what, BooleanSupplier condition) {
        Await.until(what, PATIENCE, condition);
    }

    private String push() {
        return TestClient.ask(socket, TestClient.push(SEGMENT));
    }

    @Test
    void answersAsWalGsDaemon() throws Exception {
        start();
        try (TestClient client = new TestClient(socket)) {
            assertEquals("O", client.send(TestClient.message('C', "CHECK")).answer());
            assertEquals("O", client.send(TestClient.message('C', "")).answer());
            assertEquals("O", client.send(TestClient.push(SEGMENT)).answer());
            assertEquals("end", client.answer());
        }
        assertEquals(List.of(SEGMENT), work.pushed);
        work.failure = "no";
        assertEquals("E", push());
    }

    @Test
    void fetchesToWherePostgresSays() throws Exception {
        start();
        assertEquals("O", TestClient.ask(socket, TestClient.fetch(SEGMENT, "pg_wal/RECOVERYXLOG")));
        assertEquals(SEGMENT, Files.readString(wal.resolve("RECOVERYXLOG")));
        Path elsewhere = base.resolve("there");
        assertEquals("O", TestClient.ask(socket, TestClient.fetch(SEGMENT, elsewhere.toString())));
        assertTrue(Files.exists(elsewhere));
        work.result = WalFetchResult.ABSENT;
        assertEquals("N", TestClient.ask(socket, TestClient.fetch(SEGMENT, "pg_wal/RECOVERYXLOG")));
        work.failure = "no";
        assertEquals("E", TestClient.ask(socket, TestClient.fetch(SEGMENT, "pg_wal/RECOVERYXLOG")));
    }

    @Test
    void whatIsNotOfTheProtocolIsHungUpOn() throws Exception {
        start();
        for (byte[] garbage : new byte[][] {
            TestClient.message('X', ""),
            TestClient.message('G', "ET / HTTP/1.1\r\n\r\n"),
            TestClient.push("../" + SEGMENT),
            TestClient.push("pg_wal/" + SEGMENT),
            {'F', 0, 0}
        }) {
            try (TestClient client = new TestClient(socket)) {
                assertEquals("E", client.send(garbage).answer());
                assertEquals("end", client.answer());
            }
        }
        assertEquals(List.of(), work.pushed);
        assertEquals("O", push());
    }

    @Test
    void anErrorOfTheProgramIsAnAnswerToo() throws Exception {
        start();
        await("a round", () -> work.rounds.get() > 0);
        work.slow = true;
        try (TestClient client = new TestClient(socket)) {
            client.send(TestClient.push(SEGMENT));
            work.pushBegun.await();
            work.crash = new IllegalStateException("a bug");
            work.mayPush.countDown();
            assertEquals("E", client.answer());
        }
    }

    @Test
    void aClientThatGoesAwayEndsNothing() throws Exception {
        work.slow = true;
        start();
        try (TestClient client = new TestClient(socket)) {
            client.send(TestClient.push(SEGMENT));
            work.pushBegun.await();
        }
        work.mayPush.countDown();
        await("the push", () -> work.pushed.equals(List.of(SEGMENT)));
    }

    @Test
    void whatIsUnderWayMayFinishBeforeTheEnd() throws Exception {
        work.slow = true;
        Agent agent = agent(AgentRequest.builder(data).build());
        agent.start();
        try (TestClient client = new TestClient(socket);
                TestClient idle = new TestClient(socket)) {
            assertEquals("O", idle.send(TestClient.message('C', "")).answer());
            client.send(TestClient.push(SEGMENT));
            work.pushBegun.await();
            CompletableFuture<Void> closing = CompletableFuture.runAsync(agent::close);
            await("the socket goes", () -> !Files.exists(socket));
            assertEquals("E", idle.send(TestClient.push(SEGMENT)).answer());
            work.mayPush.countDown();
            assertEquals("O", client.answer());
            closing.get(30, TimeUnit.SECONDS);
        }
        assertEquals(List.of(SEGMENT), work.pushed);
        assertTrue(work.closed);
        assertFalse(Files.exists(wal.resolve(".walarchive/agent.address")));
        assertEquals(AgentStatus.State.NONE, agent.status().state());
        agent.awaitEnd();
        start();
        assertEquals("O", push());
    }

    @Test
    void whatDoesNotFinishIsNotArchived() throws Exception {
        work.slow = true;
        Agent agent = start();
        try (TestClient client = new TestClient(socket);
                TestClient idle = new TestClient(socket)) {
            client.send(TestClient.push(SEGMENT));
            work.pushBegun.await();
            agent.close();
            assertEquals("E", client.answer());
            assertEquals("end", idle.answer());
        }
        assertEquals(List.of(), work.pushed);
    }

    @RepeatedTest(3)
    void theModuleIsNeverHungUpOnBetweenCheckAndPush() throws Exception {
        Agent agent = start();
        try (TestClient module = new TestClient(socket)) {
            assertEquals("O", module.send(TestClient.message('C', "CHECK")).answer());
            agent.close();
            assertEquals("E", module.answer());
        }
    }

    @Test
    void aFetchThatIsNotTriedHasNoAnswer() throws Exception {
        Agent agent = start();
        try (TestClient malformed = new TestClient(socket)) {
            assertEquals("end", malformed.send(TestClient.message('f', SEGMENT)).answer());
        }
        await("a look at the cluster, and then a sweep", () -> work.sweeps.get() > 0);
        ControlFileBuilder.write(data, SegmentBuilder.OTHER_CLUSTER, new byte[32]);
        await("it refuses", () -> agent.status().state() == AgentStatus.State.REFUSING);
        try (TestClient client = new TestClient(socket)) {
            assertEquals(
                    "end",
                    client.send(TestClient.fetch(SEGMENT, "pg_wal/RECOVERYXLOG"))
                            .answer());
        }
        assertFalse(Files.exists(wal.resolve("RECOVERYXLOG")));
    }

    @Test
    void onlyTheOwnerMayUseTheSocket() throws Exception {
        start();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.resolveSibling(""))));
    }

    @Test
    void aSocketThatWasRemovedIsMadeAnew() throws Exception {
        start();
        Files.delete(socket);
        await("the socket is back", () -> Files.exists(socket));
        assertEquals("O", push());
        Path address = wal.resolve(".walarchive/agent.address");
        Files.delete(address);
        await("the address is back", () -> Files.exists(address));
    }

    @Test
    void aStaleSocketIsReplaced() throws Exception {
        Files.createDirectory(socket.resolveSibling(""));
        Files.createFile(socket);
        assertEquals(AgentStatus.State.NONE, StatusQuery.of(data).state());
        start();
        assertEquals("O", push());
    }

    @Test
    void thereAreNeverTwo() throws Exception {
        start();
        Agent second = agent(AgentRequest.builder(wal).build());
        assertThrows(LocalFileException.class, second::start);
        second.close();
        assertEquals("O", push());
        assertEquals(AgentStatus.State.RUNNING, StatusQuery.of(data).state());
    }

    @Test
    void aDirectoryMayGoAndComeBack() throws Exception {
        Agent agent = start();
        Path away = base.resolve("away");
        Files.move(data, away);
        await("it waits", () -> agent.status().state() == AgentStatus.State.WAITING);
        assertTrue(agent.isResponsive());
        assertTrue(agent.status().isInTrouble());
        int rounds = work.rounds.get();
        Files.move(away, data);
        await("it works", () -> agent.status().state() == AgentStatus.State.RUNNING && work.rounds.get() > rounds);
        assertEquals("O", push());
    }

    @Test
    void aDirectoryThatWasReplacedIsServedWhenItIsOfTheSameCluster() throws Exception {
        Agent agent = start();
        Files.move(data, base.resolve("away"));
        directories();
        await("the socket is there", () -> Files.exists(socket));
        await("it works", () -> agent.status().state() == AgentStatus.State.RUNNING);
        assertEquals("O", push());
    }

    @Test
    void anotherClusterIsRefused() throws Exception {
        Agent agent = start();
        await("a look at the cluster, and then a sweep", () -> work.sweeps.get() > 0);
        ControlFileBuilder.write(data, SegmentBuilder.OTHER_CLUSTER, new byte[32]);
        await("it refuses", () -> agent.status().state() == AgentStatus.State.REFUSING);
        assertEquals("E", push());
        assertEquals("E", TestClient.ask(socket, TestClient.message('C', "")));
        assertTrue(agent.status().lastFailure().orElseThrow().message().contains("of cluster"));
        ControlFileBuilder.write(data, SegmentBuilder.CLUSTER, new byte[32]);
        await("it works", () -> agent.status().state() == AgentStatus.State.RUNNING);
        assertEquals("O", push());
        assertEquals(List.of(SEGMENT), work.pushed);
    }

    @Test
    void aNewReadyFileIsNoticedAtOnce() throws Exception {
        start();
        await("a round", () -> work.rounds.get() > 0);
        for (int i = 0; i < 20; i++) {
            int rounds = work.rounds.get();
            long begun = System.nanoTime();
            Files.createFile(wal.resolve("archive_status/0000000100000000000000%02X.ready".formatted(i)));
            await("a round", () -> work.rounds.get() > rounds);
            if (System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(500)) {
                return;
            }
        }
        throw new AssertionError("each was noticed by the round that comes every second");
    }

    @Test
    void aBugEndsIt() throws Exception {
        Agent agent = start();
        assertTrue(agent.isResponsive());
        work.crash = new IllegalStateException("a bug");
        IllegalStateException e = assertThrows(IllegalStateException.class, agent::awaitEnd);
        assertSame(work.crash, e.getCause());
        assertFalse(agent.isResponsive());
        assertFalse(Files.exists(socket));
        assertTrue(work.closed);
    }

    @Test
    void tellsHowItIsDoing() throws Exception {
        assertEquals(AgentStatus.State.NONE, StatusQuery.of(data).state());
        Files.createFile(wal.resolve("archive_status/" + SEGMENT + ".ready"));
        Files.createFile(wal.resolve("archive_status/00000001000000000000000B.ready"));
        Files.createFile(wal.resolve("archive_status/000000010000000000000009.done"));
        assertEquals(2, StatusQuery.of(data).backlog().files());
        start();
        Files.createDirectory(wal.resolve(".walarchive/archived"));
        Files.createFile(wal.resolve(".walarchive/archived/" + SEGMENT));
        work.failure = "the disk is full";
        assertEquals("E", push());
        AgentStatus status = StatusQuery.of(wal);
        assertEquals(AgentStatus.State.RUNNING, status.state());
        assertEquals(ProcessHandle.current().pid(), status.processId().orElseThrow());
        assertEquals("memory://m", status.address().orElseThrow());
        assertEquals(1, status.backlog().files());
        assertEquals(1, status.backlog().acknowledged());
        assertEquals(
                "00000001000000000000000B",
                status.backlog().oldest().orElseThrow().text());
        assertEquals(1, status.archiving().failuresInARow());
        assertTrue(status.isInTrouble());
        assertTrue(status.lastFailure().orElseThrow().message().endsWith("the disk is full"));
    }

    @Test
    void servesMetricsToThisMachineOnly() throws Exception {
        Agent agent = agent(AgentRequest.builder(data).metricsPort(0).build());
        agent.start();
        int port = agent.status().metricsPort().orElseThrow();
        HttpClient http = HttpClient.newHttpClient();
        URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
        HttpResponse<String> response =
                http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, response.statusCode());
        assertTrue(response.body().contains("walarchive_agent_state{state=\"running\"} 1\n"), response.body());
        for (String path : List.of("/", "/metrics/x", "/metricsx")) {
            assertEquals(
                    404,
                    http.send(HttpRequest.newBuilder(uri.resolve(path)).build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode());
        }
        Agent other = agent(AgentRequest.builder(data).metricsPort(port).build());
        assertThrows(ConfigurationException.class, other::start);
        agent.close();
        assertThrows(IOException.class, () -> new Socket("127.0.0.1", port).close());
    }

    @Test
    void aSecondSocketIsServedToo() throws Exception {
        Path second = base.resolve("second.socket");
        Agent agent = agent(AgentRequest.builder(data).socket(second).build());
        agent.start();
        assertEquals("O", TestClient.ask(second, TestClient.push(SEGMENT)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(second)));
        agent.close();
        assertFalse(Files.exists(second));
    }

    @Test
    void aPathThatIsTooLongForASocketIsSaid() throws Exception {
        Path deep = Files.createDirectories(base.resolve("x".repeat(90)).resolve("pg_wal/archive_status"));
        Agent agent = agent(AgentRequest.builder(deep.resolveSibling("")).build());
        ConfigurationException e = assertThrows(ConfigurationException.class, agent::start);
        assertTrue(e.getMessage().contains("too long"), e.getMessage());
    }

    @Test
    void withoutAWalDirectoryItDoesNotStart() {
        Agent agent = agent(AgentRequest.builder(base.resolve("nothing")).build());
        assertInstanceOf(LocalFileException.class, assertThrows(Exception.class, agent::start));
        assertThrows(LocalFileException.class, () -> StatusQuery.of(base));
    }

    @Test
    void whatWasDroppedIsToldUntilTheNoteIsDeleted() throws Exception {
        DroppedFiles note = new DroppedFiles(wal);
        Agent agent = start();
        assertFalse(agent.status().isInTrouble());
        note.note(WalFileName.parse(SEGMENT), Instant.EPOCH);
        assertTrue(agent.status().isInTrouble());
        Files.delete(wal.resolve(".walarchive/dropped"));
        assertFalse(agent.status().isInTrouble());
        assertFalse(new AgentStatus.Dropped(3, 0, 0, Optional.empty(), Optional.empty()).isAny());
        work.unnoted = 1;
        assertTrue(agent.status().isInTrouble());
        assertEquals(1, agent.status().dropped().noted());
    }

    private void done(String name) throws IOException {
        Files.createFile(wal.resolve("archive_status/" + name + ".done"));
        Files.createFile(wal.resolve(name));
    }

    @Test
    void afterAnAgentThatWasKilledTheLastFilesAreArchivedOnceMore() throws Exception {
        for (int i = 9; i > 5; i--) {
            done("00000001000000000000000" + i);
            Files.delete(wal.resolve("00000001000000000000000" + i));
        }
        done(SEGMENT);
        Path older = wal.resolve("archive_status/00000001000000000000000B.done");
        done("00000001000000000000000B");
        done("00000001000000000000000C");
        Files.createFile(wal.resolve("archive_status/00000001000000000000000D.ready"));
        // the clock of the file system moves every few milliseconds
        await("a later change", () -> {
            touch(wal.resolve("archive_status/00000001000000000000000C.done"));
            return changed("00000001000000000000000C").compareTo(changed("00000001000000000000000B")) > 0;
        });
        Files.createDirectory(socket.resolveSibling(""));
        Files.writeString(socket.resolveSibling("agent.address"), "memory://m\n1\n");
        start();
        await("two pushes", () -> work.pushed.size() == 2);
        assertEquals("00000001000000000000000C", work.pushed.get(0));
        assertTrue(Files.exists(older));
        await("a round", () -> work.rounds.get() > 2);
        assertEquals(2, work.pushed.size());
    }

    @Test
    void theLastFilesAreNotGivenUpWhileAHistoryComesBeforeThem() throws Exception {
        done(SEGMENT);
        WalFileName history = WalFileName.parse("00000002.history");
        new PostponedFiles(wal).add(history);
        Files.writeString(socket.resolveSibling("agent.address"), "memory://m\n1\n");
        work.failure = history + " is in the archive with other content";
        start();
        await("a round", () -> work.rounds.get() > 2);
        work.failure = null;
        await("another round", () -> work.rounds.get() > 4);
        assertEquals(List.of(), work.pushed);
        new PostponedFiles(wal).remove(history);
        await("a push", () -> work.pushed.equals(List.of(SEGMENT)));
    }

    private void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileTime changed(String name) {
        try {
            return (FileTime) Files.getAttribute(wal.resolve("archive_status/" + name + ".done"), "unix:ctime");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aStandbyHasArchivedNothing() throws Exception {
        done(SEGMENT);
        assertFalse(LastDone.of(WalPlace.of(data)).isEmpty());
        int inArchiveRecovery = 5;
        ControlFileBuilder.write(data, SegmentBuilder.CLUSTER, new byte[32], inArchiveRecovery);
        assertTrue(LastDone.of(WalPlace.of(data)).isEmpty());
    }

    @Test
    void afterAnAgentThatEndedInOrderNothingIs() throws Exception {
        done(SEGMENT);
        Agent first = start();
        await("rounds", () -> work.rounds.get() > 1);
        first.close();
        int rounds = work.rounds.get();
        start();
        await("rounds", () -> work.rounds.get() > rounds + 1);
        assertEquals(List.of(), work.pushed);
    }

    @Test
    void tooManyClientsAreTurnedAway() throws Exception {
        start();
        List<TestClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < Clients.MOST; i++) {
                TestClient client = new TestClient(socket);
                clients.add(client);
                assertEquals("O", client.send(TestClient.message('C', "")).answer());
            }
            try (TestClient last = new TestClient(socket)) {
                assertEquals("end", last.answer());
            }
        } finally {
            clients.forEach(TestClient::close);
        }
        await("there is room again", () -> push().equals("O"));
    }
}
