package org.walarchive.examples.embeddedagent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.ArchiveEvent;
import org.walarchive.ServerException;
import org.walarchive.WalPushResult;
import org.walarchive.WalQueueLimit;
import org.walarchive.agent.AgentStatus;
import org.walarchive.postgres.WalFileName;

final class ArchivingEventsTest {

    private static final WalFileName NAME = WalFileName.parse("000000010000000000000008");
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private AgentStatus status = status(3, 1);
    private Instant now = NOON;

    private static AgentStatus status(long waiting, long failuresInARow) {
        return new AgentStatus(
                AgentStatus.State.RUNNING,
                OptionalLong.of(1),
                Optional.of("file://localhost/x"),
                Optional.of(NOON.minusSeconds(60)),
                OptionalInt.empty(),
                OptionalLong.empty(),
                new AgentStatus.Backlog(waiting, 0, Optional.of(NAME), Optional.of(NOON.minusSeconds(30))),
                new AgentStatus.Archiving(7, 700, 0, Optional.of(NOON.minusSeconds(20)), 2, failuresInARow),
                Optional.empty(),
                AgentStatus.Fetching.NONE,
                Optional.empty(),
                AgentStatus.Dropped.NONE);
    }

    @Test
    void everyEventIsRecorded(@TempDir Path directory) throws Exception {
        ArchivingEvents events = new ArchivingEvents(AgentMeters.segments(registry));
        Path file = directory.resolve("x.jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            Duration second = Duration.ofSeconds(1);
            events.onEvent(new ArchiveEvent.WalPushed(NAME, WalPushResult.ARCHIVED, "file://x", 100, second));
            events.onEvent(
                    new ArchiveEvent.WalPushed(NAME, WalPushResult.ALREADY_ARCHIVED, "file://x", 0, Duration.ZERO));
            events.onEvent(new ArchiveEvent.WalPushFailed(NAME, new ServerException("no", null, null)));
            events.onEvent(
                    new ArchiveEvent.WalDropped(NAME, WalPushResult.DROPPED, 1, new WalQueueLimit(1 << 30), "full"));
            events.onEvent(new ArchiveEvent.Retrying("put x", 2, "reset", second));
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> recorded = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("org.walarchive."))
                .toList();
        assertEquals(
                List.of("SegmentArchived", "PushFailed", "SegmentDropped", "StoreRetried"),
                recorded.stream()
                        .map(event -> event.getEventType().getName().substring("org.walarchive.".length()))
                        .toList());
        assertEquals(Duration.ofSeconds(1), recorded.get(0).getDuration("elapsed"));
        assertEquals(100, recorded.get(0).getLong("storedBytes"));
        assertEquals("no", recorded.get(1).getString("cause"));
        assertEquals("full", recorded.get(2).getString("cause"));
        assertEquals(NAME.text(), recorded.get(2).getString("walFile"));
        assertEquals(2, recorded.get(3).getInt("attempt"));
        assertEquals(1, registry.get("walarchive.segment").timer().count());
        assertEquals(1, registry.get("walarchive.segment").timer().totalTime(TimeUnit.SECONDS));
    }

    @Test
    void metersFollowTheStatusAtMostOnceASecond() {
        new AgentMeters(() -> status, () -> now).bindTo(registry);
        assertEquals(3, gauge("walarchive.queue.files"));
        assertEquals(30, registry.get("walarchive.queue.oldest.age").timeGauge().value(TimeUnit.SECONDS));
        assertEquals(20, registry.get("walarchive.success.age").timeGauge().value(TimeUnit.SECONDS));
        assertEquals(1, gauge("walarchive.trouble"));
        assertEquals(1, gauge("walarchive.failures.row"));
        assertEquals(
                7, registry.get("walarchive.archived.files").functionCounter().count());
        assertEquals(
                700, registry.get("walarchive.archived.bytes").functionCounter().count());
        assertEquals(2, registry.get("walarchive.failures").functionCounter().count());
        status = status(0, 0);
        now = NOON.plusMillis(999);
        assertEquals(3, gauge("walarchive.queue.files"));
        now = NOON.plusSeconds(1);
        assertEquals(0, gauge("walarchive.queue.files"));
        assertEquals(0, gauge("walarchive.trouble"));
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }
}
