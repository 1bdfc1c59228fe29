package org.walarchive.core.check;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.walarchive.ServerException;
import org.walarchive.agent.AgentStatus;
import org.walarchive.check.CheckResult.Status;
import org.walarchive.core.server.ServerSession;
import org.walarchive.core.server.WalDirectory;

/** How archiving fares at this moment: what failed last, what waits, and how long the disk holds out. */
final class ArchiverChecks {

    private static final Duration LATE = Duration.ofMinutes(5);
    private static final Duration TOO_LATE = Duration.ofMinutes(30);
    private static final int FEW_PERCENT = 10;
    private static final int TOO_FEW_PERCENT = 3;

    private final ServerSession session;
    private final InstantSource clock;
    private final Results results;

    ArchiverChecks(ServerSession session, InstantSource clock, Results results) {
        this.session = session;
        this.clock = clock;
        this.results = results;
    }

    void run(Check.AgentQuery agent) throws ServerException, InterruptedException {
        checkStatistics();
        Optional<Path> wal = session.dataDirectory().flatMap(WalDirectory::in);
        if (wal.isEmpty() || !Files.isReadable(wal.get())) {
            results.skip("queue", "the server's directory cannot be read here");
            return;
        }
        checkSpace(wal.get());
        results.attempt("agent", () -> {
            AgentStatus status = agent.of(wal.get());
            checkQueue(status.backlog());
            report(status);
        });
    }

    private void checkStatistics() throws ServerException, InterruptedException {
        Optional<String> failing = session.value("ask for the state of the archiver", """
                SELECT last_failed_wal || ' at ' || date_trunc('second', last_failed_time) || ', ' || failed_count || ' in all'
                FROM pg_stat_archiver
                WHERE last_failed_time > coalesce(last_archived_time, '-infinity')
                """);
        Optional<String> last = session.value(
                "ask for the state of the archiver",
                "SELECT last_archived_wal || ' at ' || date_trunc('second', last_archived_time) FROM pg_stat_archiver");
        if (failing.isPresent()) {
            results.fail(
                    "archiver",
                    "the last attempt to archive failed: " + failing.get(),
                    "The server's log has what archive_command printed.");
        } else {
            results.ok("archiver", last.map(text -> "archived last: " + text).orElse("nothing was archived yet"));
        }
    }

    private void checkQueue(AgentStatus.Backlog backlog) {
        Duration age = backlog.age(clock.instant());
        Status status = age.compareTo(TOO_LATE) > 0 ? Status.FAIL : age.compareTo(LATE) > 0 ? Status.WARN : Status.OK;
        results.add(
                "queue",
                status,
                backlog.files() == 0
                        ? "no WAL waits"
                        : backlog.files() + " WAL files wait, the oldest for " + age.toSeconds() + " s",
                status == Status.OK
                        ? null
                        : "Does archiving fail, or is it too slow? walarchive agent archives several files at once: docs/agent.md.");
    }

    private void checkSpace(Path wal) {
        try {
            FileStore disk = Files.getFileStore(wal.toRealPath());
            long percent = disk.getUsableSpace() * 100 / Math.max(1, disk.getTotalSpace());
            Status status = percent < TOO_FEW_PERCENT ? Status.FAIL : percent < FEW_PERCENT ? Status.WARN : Status.OK;
            results.add(
                    "disk",
                    status,
                    percent + " % of the disk that has the WAL is free, " + (disk.getUsableSpace() >> 20) + " MiB",
                    status == Status.OK ? null : "A server whose disk is full stops. Make space before it is.");
        } catch (IOException e) {
            results.skip("disk", "cannot be looked at: " + e);
        }
    }

    private void report(AgentStatus agent) {
        if (agent.state() == AgentStatus.State.NONE) {
            results.ok("agent", "none runs; each file is archived by a process of its own");
        } else if (agent.isInTrouble()) {
            results.warn(
                    "agent",
                    "is in trouble"
                            + agent.lastFailure()
                                    .map(failure -> ": " + failure.message())
                                    .orElse(""),
                    "walarchive agent --status tells more.");
        } else {
            results.ok("agent", "runs, and has archived " + agent.archiving().files() + " files");
        }
    }
}
