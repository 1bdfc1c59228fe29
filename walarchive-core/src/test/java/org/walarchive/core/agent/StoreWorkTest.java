package org.walarchive.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.agent.AgentRequest;
import org.walarchive.agent.AgentStatus;
import org.walarchive.agent.ArchiveAgent;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.testing.Await;
import org.walarchive.core.wal.ControlFileBuilder;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.StoreOperation;

/** The agent on an archive whose store fails and recovers. */
@Timeout(60)
final class StoreWorkTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path wal;

    private final ArchiveFixture fixture = new ArchiveFixture();
    private final AtomicBoolean down = new AtomicBoolean();

    private static String name(int number) {
        return "0000000100000000000000%02X".formatted(number);
    }

    private void ready(int number) throws IOException {
        SegmentBuilder.segment(name(number)).noise(1000).seed(number).in(wal);
        Files.createFile(wal.resolve("archive_status/" + name(number) + ".ready"));
    }

    private ArchiveAgent start(ArchiveStore archive) throws Exception {
        ArchiveAgent agent =
                StoreWork.agent(archive, AgentRequest.builder(wal).threads(2).build());
        agent.start();
        return agent;
    }

    private static long archived(ArchiveAgent agent) {
        return agent.status().archiving().files();
    }

    @Test
    void whatIsReadyIsArchivedBeforeAnybodyAsks() throws Exception {
        Files.createDirectory(wal.resolve("archive_status"));
        for (int i = 1; i <= 10; i++) {
            ready(i);
        }
        try (ArchiveAgent agent = start(fixture.archive())) {
            Await.until("the backlog is archived", PATIENCE, () -> archived(agent) == 10);
            ready(11);
            Await.until("the next one is archived", PATIENCE, () -> archived(agent) == 11);
            Await.until(
                    "all is acknowledged",
                    PATIENCE,
                    () -> agent.status().backlog().acknowledged() == 11);
            assertEquals(0, agent.status().backlog().files());
            assertEquals("O", TestClient.ask(wal.resolve(".walarchive/agent.socket"), TestClient.push(name(3))));
            assertEquals(11, archived(agent));
            Files.delete(wal.resolve("archive_status/" + name(3) + ".ready"));
            Await.until(
                    "it is forgotten", PATIENCE, () -> !Files.exists(wal.resolve(".walarchive/archived/" + name(3))));
        }
    }

    @Test
    void whatKilledProcessesLeftIsRemoved() throws Exception {
        Path pgWal =
                Files.createDirectories(wal.resolve("pg_wal/archive_status")).getParent();
        Path prefetched = Files.createDirectories(pgWal.resolve(".walarchive/prefetch"));
        Path fetched = Files.createDirectory(pgWal.resolve(".walarchive/" + name(1) + ".2000000000"));
        Files.setLastModifiedTime(fetched, FileTime.from(Instant.EPOCH));
        AgentRequest request = AgentRequest.builder(wal).build();
        try (ArchiveAgent agent = StoreWork.agent(fixture.archive(), request)) {
            agent.start();
            Await.until("the launcher's", PATIENCE, () -> !Files.exists(fetched));
            assertTrue(Files.exists(prefetched), "it is not known whether the server recovers");
            ControlFileBuilder.write(wal, SegmentBuilder.CLUSTER, new byte[32]);
            Await.until("the prefetch's", PATIENCE, () -> !Files.exists(prefetched));
        }
    }

    @Test
    void aStoreThatIsDownIsSurvived() throws Exception {
        Files.createDirectory(wal.resolve("archive_status"));
        FaultRule outage = FaultRule.on(StoreOperation.PUT)
                .keys(key -> down.get() && key.startsWith("wal_005/"))
                .fail(Kind.ACCESS_DENIED);
        down.set(true);
        ready(1);
        ready(2);
        try (ArchiveAgent agent = start(fixture.archive(outage))) {
            Await.until("a failure", PATIENCE, () -> agent.status().archiving().failures() > 0);
            assertEquals("E", TestClient.ask(wal.resolve(".walarchive/agent.socket"), TestClient.push(name(1))));
            AgentStatus status = agent.status();
            assertTrue(status.isInTrouble());
            assertTrue(agent.isResponsive());
            Instant started = status.startedAt().orElseThrow();
            Await.until(
                    "it says when it tries again", // which it does not while it tries
                    PATIENCE,
                    () -> agent.status()
                            .nextAttemptAt()
                            .filter(started::isBefore)
                            .isPresent());
            assertEquals(name(1), status.backlog().oldest().orElseThrow().text());
            down.set(false);
            // What PostgreSQL asked for it asks for again; the rest is archived by itself.
            Await.until("the rest is archived", PATIENCE, () -> archived(agent) == 1);
            assertEquals("O", TestClient.ask(wal.resolve(".walarchive/agent.socket"), TestClient.push(name(1))));
            assertEquals(2, archived(agent));
            assertFalse(agent.status().isInTrouble());
            assertEquals(Optional.empty(), agent.status().nextAttemptAt());
        }
    }
}
