package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.LocalFileException;
import org.walarchive.agent.AgentRequest;
import org.walarchive.agent.AgentStatus;
import org.walarchive.postgres.WalFileName;

final class AgentCommandTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:10.5Z");

    private static final AgentStatus BUSY = new AgentStatus(
            AgentStatus.State.RUNNING,
            OptionalLong.of(42),
            Optional.of("s3://b/p"),
            Optional.of(Instant.parse("2026-03-01T11:00:00Z")),
            OptionalInt.of(9187),
            OptionalLong.of(2_000_000),
            new AgentStatus.Backlog(
                    7,
                    2,
                    Optional.of(WalFileName.parse("00000001000000000000000A")),
                    Optional.of(Instant.parse("2026-03-01T12:00:00Z"))),
            new AgentStatus.Archiving(100, 5000, 1.25, Optional.of(NOW), 3, 1),
            Optional.of(NOW.plusSeconds(4)),
            new AgentStatus.Fetching(9, 8, 1, 4),
            Optional.of(new AgentStatus.Failure("archiving of x: no", NOW)),
            AgentStatus.Dropped.NONE);

    @TempDir
    Path base;

    private final Cli cli = new Cli();

    private AgentRequest request() {
        return Optional.ofNullable(cli.archive.agentRequest).orElseThrow();
    }

    @Test
    void byDefault() {
        assertEquals(0, cli.run("agent", "/srv/pg"));
        assertEquals(List.of("agent start", "agent close", "close"), cli.archive.calls);
        assertEquals(Path.of("/srv/pg"), request().directory());
        assertEquals(Optional.empty(), request().socket());
        assertEquals(AgentRequest.DEFAULT_THREADS, request().threads());
        assertEquals(AgentRequest.DEFAULT_PREFETCH, request().prefetch());
        assertEquals(OptionalInt.empty(), request().metricsPort());
        assertEquals("", cli.out());
    }

    @Test
    void withOptions() {
        cli.environment.put("PGDATA", "/srv/there");
        assertEquals(
                0,
                cli.run("agent", "--pool-size", "9", "--prefetch", "0", "--socket", "/run/s", "--metrics-port=9187"));
        assertEquals(Path.of("/srv/there"), request().directory());
        assertEquals(Optional.of(Path.of("/run/s")), request().socket());
        assertEquals(9, request().threads());
        assertEquals(0, request().prefetch());
        assertEquals(OptionalInt.of(9187), request().metricsPort());
    }

    @Test
    void withVariables() {
        cli.environment.put("WALARCHIVE_WAL_POOL_SIZE", "3");
        cli.environment.put("WALARCHIVE_PREFETCH", "5");
        assertEquals(0, cli.run("agent", "/srv/pg"));
        assertEquals(3, request().threads());
        assertEquals(5, request().prefetch());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "agent",
                "agent --status",
                "agent --json /srv/pg",
                "agent --pool-size x /srv/pg",
                "agent --prefetch x /srv/pg",
                "agent --metrics-port 65536 /srv/pg",
                "agent --metrics-port x /srv/pg",
                "agent --status --pool-size 1 /srv/pg",
                "agent --status --socket s /srv/pg",
                "agent --status --cluster-read-rate-limit 1 /srv/pg",
                "agent --cluster-read-rate-limit 0 /srv/pg",
                "agent --cluster-read-rate-limit x /srv/pg",
                "agent --cluster-read-rate-limit 1 --socket s /srv/pg",
                "agent --cluster-read-rate-limit 1 --json /srv/pg"
            })
    void refuses(String words) {
        assertEquals(2, cli.run(words.split(" ")));
        assertEquals(List.of(), cli.archive.calls);
    }

    @Test
    void whatCannotStartFails() {
        cli.archive.failure = new LocalFileException("another agent serves /srv/pg", null, null);
        assertEquals(7, cli.run("agent", "/srv/pg"));
        assertEquals(List.of("agent start", "agent close", "close"), cli.archive.calls);
    }

    @Test
    void theEndThatWasAskedForIsSuccess() {
        Thread.currentThread().interrupt();
        assertEquals(0, cli.run("agent", "/srv/pg"));
        assertTrue(cli.err().contains("the agent has stopped"), cli.err());
    }

    @Test
    void withoutAnAgentTheBacklogIsTold() throws Exception {
        cli.environment.remove("WALE_FILE_PREFIX");
        Path status = Files.createDirectories(base.resolve("pg_wal/archive_status"));
        Files.createFile(status.resolve("00000001000000000000000A.ready"));
        assertEquals(21, cli.run("agent", "--status", base.toString()));
        assertTrue(cli.out().startsWith("""
                        no agent runs
                        to archive  1 files, and 0 for PostgreSQL to collect
                        oldest      00000001000000000000000A, ready for"""), cli.out());
        assertEquals(7, cli.run("agent", "--status", base.resolve("nothing").toString()));
    }

    @Test
    void withoutAnAgentNoLimitIsChanged() throws Exception {
        cli.environment.remove("WALE_FILE_PREFIX");
        Files.createDirectories(base.resolve("pg_wal"));
        assertEquals(7, cli.run("agent", "--cluster-read-rate-limit", "none", base.toString()));
        assertTrue(cli.err().contains("no agent serves " + base), cli.err());
    }

    @Test
    void theTextForPeople() {
        assertEquals("""
                agent       running, process 42
                since       2026-03-01T11:00:00Z
                archive     s3://b/p
                read limit  2000000 bytes per second, for base backups
                to archive  7 files, and 2 for PostgreSQL to collect
                oldest      00000001000000000000000A, ready for 10 s
                archived    100 files, 5000 bytes stored; 1.25 files/s lately
                failures    3, of them 1 since the last success
                next try    in 4 s
                fetched     9 files, 8 of them ahead; 1 absent, 4 failures
                last error  2026-03-01T12:00:10.500Z archiving of x: no
                """, AgentStatusCommand.text(BUSY, NOW));
    }

    @Test
    void theTextForPrograms() {
        assertEquals("""
                {
                  "state": "running",
                  "process_id": 42,
                  "address": "s3://b/p",
                  "started_at": "2026-03-01T11:00:00Z",
                  "metrics_port": 9187,
                  "cluster_read_rate_limit": 2000000,
                  "backlog": {
                    "files": 7,
                    "acknowledged": 2,
                    "oldest": "00000001000000000000000A",
                    "oldest_age_seconds": 10.5
                  },
                  "archived": {
                    "files": 100,
                    "stored_bytes": 5000,
                    "files_per_second": 1.25,
                    "last_at": "2026-03-01T12:00:10.500Z",
                    "failures": 3,
                    "failures_in_a_row": 1
                  },
                  "next_attempt_at": "2026-03-01T12:00:14.500Z",
                  "fetched": {
                    "files": 9,
                    "prefetched": 8,
                    "absent": 1,
                    "failures": 4
                  },
                  "dropped": {
                    "files": 0,
                    "noted": 0,
                    "postponed": 0,
                    "last": null,
                    "last_at": null
                  },
                  "last_error": {
                    "message": "archiving of x: no",
                    "at": "2026-03-01T12:00:10.500Z"
                  }
                }
                """, AgentStatusCommand.json(BUSY, NOW));
        assertTrue(AgentStatusCommand.json(ScriptedAgent.IDLE, NOW).contains("\"last_error\": null\n"));
    }

    @Test
    void whatWasDroppedIsTold() {
        AgentStatus.Dropped dropped = new AgentStatus.Dropped(
                2, 5, 1, Optional.of(WalFileName.parse("000000010000000000000004")), Optional.of(NOW));
        AgentStatus idle = ScriptedAgent.IDLE;
        AgentStatus status = new AgentStatus(
                idle.state(),
                idle.processId(),
                idle.address(),
                idle.startedAt(),
                idle.metricsPort(),
                idle.readRateLimit(),
                idle.backlog(),
                idle.archiving(),
                idle.nextAttemptAt(),
                idle.fetching(),
                idle.lastFailure(),
                dropped);
        String text = AgentStatusCommand.text(status, NOW);
        assertTrue(
                text.contains("DROPPED     5 files; the last 000000010000000000000004 at 2026-03-01T12:00:10.500Z; "
                        + "by this agent 2: take a new base backup\npostponed   1 histories of timelines\n"),
                text);
        assertTrue(AgentStatusCommand.json(status, NOW).contains("\"noted\": 5,\n"));
        assertEquals(ExitCode.WARNINGS, AgentStatusCommand.exitCode(status));
    }

    @Test
    void theExitCodeTellsMonitoring() {
        assertEquals(ExitCode.SUCCESS, AgentStatusCommand.exitCode(ScriptedAgent.IDLE));
        assertEquals(ExitCode.WARNINGS, AgentStatusCommand.exitCode(BUSY));
    }
}
