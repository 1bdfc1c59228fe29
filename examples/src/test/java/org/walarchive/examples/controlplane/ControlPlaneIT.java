package org.walarchive.examples.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.ArchiveConfig;
import org.walarchive.BackupService.ListDetail;
import org.walarchive.WalArchive;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.examples.ExampleProgram;
import org.walarchive.examples.embeddedagent.EmbeddedAgent;
import org.walarchive.examples.ownstore.Vault;
import org.walarchive.store.StoreSettings;

/** The control plane for two servers, whose WAL is archived by the embedded agent. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class ControlPlaneIT {

    private static final Duration PATIENCE = Duration.ofSeconds(240);

    /** In a store of one's own, so that the drill restores all through it. */
    private static final String GOOD_ARCHIVE = "sql://archive/good";

    private final HttpClient http = HttpClient.newHttpClient();

    /** A server whose archive_command only collects what the agent has archived ahead. */
    private static PostgresServer server() {
        PostgresServer server = PostgresServer.builder(PostgresVersion.V18)
                .walSegmentMegabytes(1)
                .archiveCommand("test -e pg_wal/.walarchive/archived/%f")
                .create();
        server.start();
        return server;
    }

    private HttpResponse<String> get(String address) {
        try {
            return http.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(address, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static int successes(String status, String cluster, ClusterStatus.Step step) {
        Matcher matcher = Pattern.compile(
                        "\"" + cluster + "\": .*?\"" + step + "\": [^}]*\"successes\": ([0-9]+)", Pattern.DOTALL)
                .matcher(status);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    @Test
    @DisplayName("two clusters are backed up, pruned and drilled; when the store of one is gone, the other goes on")
    void twoClusters() throws Exception {
        try (ExampleProgram program = new ExampleProgram();
                Vault vault = new Vault();
                PostgresServer good = server();
                PostgresServer bad = server()) {
            good.execute("CREATE TABLE orders AS SELECT i FROM generate_series(1, 1000) i");
            vault.create("archive");
            Path mount = program.directory("mounted");
            String badArchive = "file://localhost" + program.directory("mounted/archive");
            archiveBeside(program, vault, good, GOOD_ARCHIVE);
            archiveBeside(program, vault, bad, badArchive);
            Path settings = program.write(
                    "settings",
                    "status-port = 0\nclusters = good, bad\nstate-directory = " + program.path("state") + "\n"
                            + cluster("good", good, GOOD_ARCHIVE)
                            + cluster("bad", bad, badArchive)
                            + "good.drill-every = PT1H\ngood.drill-query = SELECT count(*) FROM orders\n"
                            + "good.programs = " + good.programs() + "\n");
            ExampleProgram.Running plane =
                    program.start(vault.settings(), List.of(), ControlPlane.class, settings.toString());
            String page = plane.awaitLine("status: ");
            await(
                    page,
                    "each has two backups, and one a drill",
                    status -> successes(status, "good", ClusterStatus.Step.RETENTION) >= 3
                            && successes(status, "bad", ClusterStatus.Step.BACKUP) >= 2
                            && successes(status, "good", ClusterStatus.Step.DRILL) == 1);
            assertTrue(
                    get(page).body().contains("and answers [[1000]]"), get(page).body());
            assertEquals(200, get(page).statusCode(), get(page).body());

            // Its store is gone, and so is where it was mounted.
            Files.move(mount, program.path("unmounted"));
            await(page, "the loss is noticed", status -> status.contains("\"failed\": true"));
            assertEquals(503, get(page).statusCode());
            int backups = successes(get(page).body(), "good", ClusterStatus.Step.BACKUP);
            await(
                    page,
                    "the other goes on",
                    status -> successes(status, "good", ClusterStatus.Step.BACKUP) > backups + 1);
            String status = get(page).body();
            assertEquals(1, status.split("\"in_trouble\": true", -1).length - 1, status);

            plane.terminate();
            ArchiveConfig config = ArchiveConfig.builder(GOOD_ARCHIVE)
                    .storeSettings(StoreSettings.of(vault.settings()))
                    .build();
            try (WalArchive archive = WalArchive.open(config)) {
                int left = archive.backups().list(ListDetail.OBJECTS).size();
                assertTrue(left == 2 || left == 3, left + " backups are left of " + status);
            }
            Await.until(
                    "its sessions end",
                    PATIENCE,
                    () -> good.queryLong(
                                    "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'walarchive%'")
                            == 0);
        }
    }

    private void await(String page, String what, Predicate<String> condition) {
        try {
            Await.until(what, PATIENCE, () -> condition.test(get(page).body()));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + get(page).body(), e);
        }
    }

    private static void archiveBeside(ExampleProgram program, Vault vault, PostgresServer server, String archive) {
        program.start(
                        vault.settings(),
                        List.of(),
                        EmbeddedAgent.class,
                        archive,
                        server.dataDirectory().toString(),
                        "0")
                .awaitLine("metrics: ");
    }

    private static String cluster(String name, PostgresServer server, String archive) {
        return """
                NAME.data-directory = DATA
                NAME.host = SOCKET
                NAME.user = postgres
                NAME.archive = ARCHIVE
                NAME.backup-every = PT1S
                NAME.jitter = PT0.1S
                NAME.retry-after = PT1S
                NAME.retain = 2
                """.replace("NAME", name)
                .replace("DATA", server.dataDirectory().toString())
                .replace("SOCKET", server.socketDirectory().toString())
                .replace("ARCHIVE", archive);
    }
}
