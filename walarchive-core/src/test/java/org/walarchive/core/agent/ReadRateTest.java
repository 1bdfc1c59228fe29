package org.walarchive.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.LocalFileException;
import org.walarchive.ReadRateLimit;
import org.walarchive.agent.AgentRequest;
import org.walarchive.core.testing.Await;
import org.walarchive.core.wal.ControlFileBuilder;
import org.walarchive.core.wal.SegmentBuilder;

/** The limit on what base backups read, on its way through the agent. */
@Timeout(60)
final class ReadRateTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path data;

    private Path socket;

    @BeforeEach
    void directories() throws IOException {
        Path wal =
                Files.createDirectories(data.resolve("pg_wal/archive_status")).getParent();
        socket = wal.resolve(".walarchive/agent.socket");
        ControlFileBuilder.write(data, SegmentBuilder.CLUSTER, new byte[32]);
    }

    private Agent start() throws Exception {
        Agent agent = new Agent(
                AgentRequest.builder(data).stopPatience(Duration.ZERO).build(),
                Optional.of("memory://m"),
                (place, same, activity) -> new FakeWork(),
                InstantSource.system());
        agent.start();
        return agent;
    }

    private FollowedReadRate follow(long own) {
        return FollowedReadRate.of(data, Optional.of(ReadRateLimit.of(own)));
    }

    private static void awaitRate(FollowedReadRate rate, long expected) {
        Await.until(
                "the limit is " + expected,
                PATIENCE,
                () -> rate.bytesPerSecond().equals(OptionalLong.of(expected)));
    }

    private static String answer(TestClient client) {
        StringBuilder all = new StringBuilder();
        for (String next = client.answer(); !next.equals("end"); next = client.answer()) {
            all.append(next);
        }
        return all.toString();
    }

    private String ask(String question) {
        try (TestClient client = new TestClient(socket)) {
            return answer(client.send(TestClient.message('L', question)));
        }
    }

    @Test
    void theAgentIsToldAndTells() throws Exception {
        try (Agent agent = start()) {
            assertEquals("Onone\n", ask(""));
            assertEquals(OptionalLong.empty(), StatusQuery.of(data).readRateLimit());
            assertEquals("O5000\n", ask("5000"));
            assertEquals("O5000\n", ask(""));
            assertEquals(OptionalLong.of(5000), StatusQuery.of(data).readRateLimit());
            assertEquals(OptionalLong.of(5000), agent.clusterReadRateLimit().bytesPerSecond());
            agent.clusterReadRateLimit().change(6000);
            assertEquals("O6000\n", ask(""));
            assertEquals("Onone\n", ask("none"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "1e6", "None", " 1", "1\n", "1234567890123456789", "x"})
    void whatIsNoLimitChangesNothing(String question) throws Exception {
        try (Agent agent = start()) {
            agent.clusterReadRateLimit().change(7);
            assertEquals("E", ask(question));
            assertEquals("O7\n", ask(""));
        }
    }

    @Test
    void aPartOfAnAnswerIsNone() throws Exception {
        assertEquals(OptionalLong.of(2000), ReadRateText.parseAnswer("2000\n"));
        assertEquals(OptionalLong.empty(), ReadRateText.parseAnswer("none\n"));
        for (String part : new String[] {"", "\n", "2", "200", "none", "no\n"}) {
            assertThrows(MalformedMessageException.class, () -> ReadRateText.parseAnswer(part), part);
        }
    }

    @Test
    void aBackupFollowsTheAgent() throws Exception {
        try (Agent agent = start()) {
            ReadRateQuery.change(data, ReadRateLimit.of(10));
            // an agent that does not answer within a second is not heard at the beginning
            Await.until("a backup begins with the agent's limit", PATIENCE, this::beginsWithTen);
            try (FollowedReadRate rate = follow(99)) {
                awaitRate(rate, 10);
                ReadRateQuery.change(data, ReadRateLimit.of(20));
                awaitRate(rate, 20);
                ReadRateQuery.change(data, ReadRateLimit.none());
                awaitRate(rate, 99);
                agent.clusterReadRateLimit().change(30);
                awaitRate(rate, 30);
            }
        }
    }

    private boolean beginsWithTen() {
        try (FollowedReadRate rate = follow(99)) {
            return rate.bytesPerSecond().equals(OptionalLong.of(10));
        }
    }

    @Test
    void withoutAnAgentItsOwnLimitHolds() {
        ReadRateLimit own = ReadRateLimit.of(99);
        try (FollowedReadRate rate = FollowedReadRate.of(data, Optional.of(own));
                FollowedReadRate free = FollowedReadRate.of(data, Optional.empty());
                FollowedReadRate nowhere = FollowedReadRate.of(data.resolve("x"), Optional.empty())) {
            assertEquals(OptionalLong.of(99), rate.bytesPerSecond());
            own.change(100);
            assertEquals(OptionalLong.of(100), rate.bytesPerSecond());
            assertEquals(OptionalLong.empty(), free.bytesPerSecond());
            assertEquals(OptionalLong.empty(), nowhere.bytesPerSecond());
        }
    }

    @Test
    void whatAnAgentSaidHoldsUntilAnotherSaysSomethingElse() throws Exception {
        Agent first = start();
        first.clusterReadRateLimit().change(10);
        try (FollowedReadRate rate = follow(99)) {
            awaitRate(rate, 10);
            first.close();
            try (ServerSocketChannel silent = silence()) {
                assertEquals(OptionalLong.of(10), rate.bytesPerSecond());
                silent.configureBlocking(false);
                Await.until("it asked whoever does not answer", PATIENCE, () -> accepts(silent));
                Await.until("it gave up, and asked again", PATIENCE, () -> accepts(silent));
                assertEquals(OptionalLong.of(10), rate.bytesPerSecond());
            }
            Files.delete(socket);
            try (Agent second = start()) {
                awaitRate(rate, 99);
                second.clusterReadRateLimit().change(11);
                awaitRate(rate, 11);
            }
        }
    }

    @Test
    void anAgentThatHangsDelaysTheBackupForAMomentOnly() throws Exception {
        Files.createDirectory(socket.getParent());
        try (ServerSocketChannel silent = silence()) {
            assertTrue(silent.isOpen());
            long begun = System.nanoTime();
            try (FollowedReadRate rate = follow(99)) {
                assertEquals(OptionalLong.of(99), rate.bytesPerSecond());
            }
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            assertTrue(took.compareTo(Duration.ofSeconds(9)) < 0, "" + took);
        }
    }

    /** Somebody who is connected to, and says nothing. */
    private ServerSocketChannel silence() throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        return server;
    }

    private static boolean accepts(ServerSocketChannel server) {
        try {
            return server.accept() != null;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void withoutAnAgentNothingCanBeChanged() throws Exception {
        LocalFileException none =
                assertThrows(LocalFileException.class, () -> ReadRateQuery.change(data, ReadRateLimit.of(1)));
        assertTrue(none.getMessage().startsWith("no agent serves"), none.getMessage());
        Files.createDirectory(socket.getParent());
        Files.createFile(socket);
        none = assertThrows(LocalFileException.class, () -> ReadRateQuery.change(data, ReadRateLimit.of(1)));
        assertTrue(none.getMessage().startsWith("no agent serves"), none.getMessage());
        assertThrows(LocalFileException.class, () -> ReadRateQuery.change(data.resolve("x"), ReadRateLimit.of(1)));
    }
}
