package org.walarchive.examples.embeddedagent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.examples.ExampleProgram;

/** The embedded agent beside a server, on the module path. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class EmbeddedAgentIT {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final HttpClient http = HttpClient.newHttpClient();

    private double meter(String page, String name) {
        try {
            String body = http.send(
                            HttpRequest.newBuilder(URI.create(page)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            Matcher matcher =
                    Pattern.compile("^" + name + " (\\S+)$", Pattern.MULTILINE).matcher(body);
            assertTrue(matcher.find(), () -> name + " is not in\n" + body);
            return Double.parseDouble(matcher.group(1));
        } catch (IOException e) {
            throw new AssertionError(page, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("a store that is missing, and then there, shows in the meters and in the recording")
    void metersAndEvents() throws Exception {
        try (ExampleProgram program = new ExampleProgram();
                PostgresServer server = PostgresServer.builder(PostgresVersion.V18)
                        .walSegmentMegabytes(1)
                        .archiveCommand("test -e pg_wal/.walarchive/archived/%f")
                        .create()) {
            server.start();
            Path recording = program.path("archiving.jfr");
            ExampleProgram.Running agent = program.startModule(
                    List.of("-XX:StartFlightRecording:filename=" + recording),
                    EmbeddedAgent.class,
                    "file://localhost" + program.path("mounted") + "/archive",
                    server.dataDirectory().toString(),
                    "0");
            String page = agent.awaitLine("metrics: ");
            String segment = server.switchWal();
            Await.until("failures show", PATIENCE, () -> meter(page, "walarchive_failures_total") > 0);
            assertEquals(1, meter(page, "walarchive_trouble"));
            assertTrue(meter(page, "walarchive_queue_files") > 0);
            assertTrue(meter(page, "walarchive_queue_oldest_age_seconds") > 0);
            assertEquals(0, meter(page, "walarchive_archived_files_total"));

            program.directory("mounted");
            Await.until("the queue is empty", PATIENCE, () -> meter(page, "walarchive_queue_files") == 0);
            double archived = meter(page, "walarchive_archived_files_total");
            assertTrue(archived > 0);
            assertEquals(archived, meter(page, "walarchive_segment_seconds_count"));
            assertTrue(meter(page, "walarchive_archived_bytes_total") > 0);
            assertEquals(0, meter(page, "walarchive_trouble"));

            agent.terminate();
            List<RecordedEvent> events = RecordingFile.readAllEvents(recording);
            RecordedEvent failed = first(events, "org.walarchive.PushFailed", segment);
            assertTrue(
                    failed.getString("cause").contains(program.path("mounted").toString()), failed::toString);
            RecordedEvent good = first(events, "org.walarchive.SegmentArchived", segment);
            assertEquals("ARCHIVED", good.getString("result"));
            assertTrue(
                    good.getLong("storedBytes") > 0
                            && good.getDuration("elapsed").toNanos() > 0,
                    good::toString);
            assertTrue(failed.getStartTime().isBefore(good.getStartTime()));
        }
    }

    private static RecordedEvent first(List<RecordedEvent> events, String type, String segment) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(type)
                        && event.getString("walFile").equals(segment))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type + " of " + segment));
    }
}
