package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** A base backup that runs, and an agent that is told how fast it may read. */
final class ReadRateIT {

    private static final long SLOW = 1_000_000;
    private static final long FAST = 200_000_000;

    /** At which what is left takes half an hour. */
    private static final long CRAWLING = 10_000;

    private static final int NO_FILE = 7;

    private final CliProcess cli = new CliProcess().asUsersDo();

    @AfterEach
    void close() {
        cli.close();
    }

    private CliProcess.Outcome limit(String rate, Path directory) {
        return cli.run("agent", "--cluster-read-rate-limit", rate, directory.toString());
    }

    /** How much Java has read by system calls: what starts it, and what it backs up. */
    private static long bytesRead(CliProcess.Running running) {
        try (Stream<ProcessHandle> all = Stream.concat(
                Stream.of(running.process().toHandle()), running.process().descendants())) {
            ProcessHandle java = all.filter(
                            process -> process.info().command().orElse("").endsWith("/java"))
                    .findAny()
                    .orElseThrow(() -> new AssertionError("the backup is over"));
            for (String line : Files.readAllLines(Path.of("/proc/" + java.pid() + "/io"))) {
                if (line.startsWith("rchar: ")) {
                    return Long.parseLong(line.substring("rchar: ".length()));
                }
            }
            throw new AssertionError("no rchar");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("a running base backup reads as fast as its agent is told")
    void whileItRuns() {
        try (PostgresServer server = PostgresServer.builder(PostgresVersion.V17)
                .walSegmentMegabytes(1)
                .create()) {
            server.start();
            Path data = server.dataDirectory();
            assertEquals(NO_FILE, limit("1", data).status());
            CliProcess.Running agent =
                    cli.start(Map.of(), "agent", data.toString()).awaitLog("the agent serves");
            limit(Long.toString(SLOW), data).requireSuccess();
            assertTrue(cli.run("agent", "--status", data.toString())
                    .output()
                    .contains("read limit  " + SLOW + " bytes per second"));
            CliProcess.Running backup = cli.start(server, "backup-push", "--no-wal-wait", data.toString());
            Await.until(
                    "the upload",
                    Duration.ofSeconds(120),
                    () -> !cli.archived("basebackups_005").isEmpty());

            long begun = System.nanoTime();
            long before = bytesRead(backup);
            Await.until("reads", Duration.ofSeconds(60), () -> bytesRead(backup) - before > 4 * SLOW);
            Duration slow = Duration.ofNanos(System.nanoTime() - begun);
            // Java reads of its own files, too
            assertTrue(slow.compareTo(Duration.ofSeconds(2)) > 0, "slow: " + slow);

            limit(Long.toString(CRAWLING), data).requireSuccess();
            begun = System.nanoTime();
            limit(Long.toString(FAST), data).requireSuccess();
            CliProcess.Outcome outcome = backup.await().requireSuccess();
            Duration fast = Duration.ofNanos(System.nanoTime() - begun);
            assertTrue(fast.compareTo(Duration.ofSeconds(120)) < 0, "fast: " + fast);
            assertTrue(outcome.log().contains("limits what is read of " + data + " to " + FAST), outcome.log());

            limit("none", data).requireSuccess();
            assertTrue(!cli.run("agent", "--status", data.toString()).output().contains("read limit"));
            agent.process().destroy();
            agent.await();
        }
    }
}
