package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.Recovery;

/** A server that recovers from a {@link FailingArchive}, started again and again on the same directory. */
final class FailingRecovery implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String PROMOTED = "database system is ready to accept connections";

    /** Who fetches for the server. */
    enum Way {
        COMMAND,
        PREFETCH,
        AGENT
    }

    private final Way way;
    private final String rows;
    private final PostgresServer server;
    private final CliProcess.@Nullable Running agent;

    private FailingRecovery(FailingArchive archive, Way way, String rows, Recovery recovery) {
        this.way = way;
        this.rows = rows;
        // a standby's kind of connection would not tell that recovery has ended
        server = recovery.override("hot_standby", "off").server();
        agent = way == Way.AGENT
                ? archive.cli()
                        .start(
                                FailingArchive.hasty(),
                                "agent",
                                server.dataDirectory().toString())
                        .awaitLog("the agent serves")
                : null;
    }

    /** A recovery to the end of the timeline of the backup, with all that was written there. */
    static FailingRecovery ofFirstTimeline(FailingArchive archive, Way way) {
        Recovery recovery = archive.recovery(command(archive, way)).setting("recovery_target_timeline", "1");
        return new FailingRecovery(archive, way, archive.firstRows(), recovery);
    }

    /** A recovery to the end of the latest timeline. */
    static FailingRecovery ofLatestTimeline(FailingArchive archive, Way way) {
        return new FailingRecovery(archive, way, archive.rows(), archive.recovery(command(archive, way)));
    }

    private static String command(FailingArchive archive, Way way) {
        CliProcess cli = archive.cli();
        return switch (way) {
            case COMMAND -> kept(cli, FailingArchive.hasty(cli.shellCommand("wal-fetch --prefetch 0 %f %p")));
            case PREFETCH -> FailingArchive.hasty(cli.shellCommand("wal-fetch --prefetch 3 %f %p"));
            case AGENT -> cli.shellCommandWithoutJava("wal-fetch %f %p");
        };
    }

    /** What was fetched once is not fetched again at the next start, for Java takes its time. */
    private static String kept(CliProcess cli, String fetch) {
        try {
            Path directory = Files.createTempDirectory(cli.path(""), "kept");
            OrdinaryUser.give(directory);
            return "if [ -f " + directory + "/%f ]; then cp " + directory + "/%f %p; else " + fetch
                    + " && case %f in *.history) ;; *) cp %p " + directory + "/%f ;; esac; fi";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the server, which has to end because of a file that it could not get. */
    void requireStop(String fault, String file) {
        int before = server.log().length();
        server.launch();
        Await.until(fault + ": " + server + " ends", PATIENCE, () -> {
            assertFalse(server.log().contains(PROMOTED), () -> fault + " ended recovery\n" + server.log());
            return !server.isRunning();
        });
        String log = server.log().substring(before);
        assertNotEquals(0, server.awaitEnd(), () -> fault + "\n" + log);
        // who fetches ahead meets the fault ahead
        String failed = way == Way.COMMAND ? file + "\" from archive: " : "";
        assertTrue(log.contains("FATAL:  could not restore file \"" + failed), () -> fault + "\n" + log);
        assertTrue(log.contains("exited with exit code 255"), () -> fault + "\n" + log);
        assertTrue(log.contains(way == Way.AGENT ? "the agent did not fetch" : "HINT"), () -> fault + "\n" + log);
        assertTrue(isAskedToRecover(), () -> fault + " ended recovery\n" + log);
    }

    private boolean isAskedToRecover() {
        String file = server.version().hasSignalFiles() ? "recovery.signal" : "recovery.conf";
        return Files.exists(server.dataDirectory().resolve(file));
    }

    /** Starts the server, which has to recover all there is. */
    void requireAllRows() {
        // an answer that comes after the second that is waited for stops recovery, too
        for (int starts = 1; !isStarted(); starts++) {
            assertTrue(starts < 5, server::log);
        }
        server.awaitPromotion();
        assertEquals(rows, server.queryText(FailingArchive.ROWS), server::log);
        if (way == Way.PREFETCH) {
            Path area = server.walDirectory().resolve(".walarchive/prefetch");
            Await.until("nothing is prefetched any more", PATIENCE, () -> !Files.exists(area));
        }
    }

    private boolean isStarted() {
        try {
            server.start();
            return true;
        } catch (AssertionError e) {
            if (server.isRunning()) {
                throw e;
            }
            return false;
        }
    }

    @Override
    public void close() {
        server.close();
        if (agent != null) {
            agent.process().destroy();
            agent.await();
        }
    }
}
