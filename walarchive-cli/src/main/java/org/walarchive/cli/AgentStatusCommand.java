package org.walarchive.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.walarchive.ArchiveException;
import org.walarchive.WalArchive;
import org.walarchive.agent.AgentStatus;

/** {@code agent --status}: how the agent of a server is doing. */
final class AgentStatusCommand {

    private static final List<Option> NOT_HERE = List.of(
            Option.POOL_SIZE, Option.PREFETCH, Option.SOCKET, Option.METRICS_PORT, Option.CLUSTER_READ_RATE_LIMIT);

    private final Path directory;
    private final boolean json;

    private AgentStatusCommand(Path directory, boolean json) {
        this.directory = directory;
        this.json = json;
    }

    static AgentStatusCommand of(CommandLine line, Map<String, String> environment) throws UsageException {
        for (Option option : NOT_HERE) {
            if (line.has(option)) {
                throw new UsageException(option.word() + " means nothing with --status", Usage.hint(Subcommand.AGENT));
            }
        }
        return new AgentStatusCommand(AgentCommand.directory(line, environment), line.has(Option.JSON));
    }

    ExitCode run(PrintStream out) throws ArchiveException {
        AgentStatus status = WalArchive.agentStatus(directory);
        Instant now = Instant.now();
        byte[] bytes = (json ? json(status, now) : text(status, now)).getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length);
        return exitCode(status);
    }

    static ExitCode exitCode(AgentStatus status) {
        if (status.state() == AgentStatus.State.NONE) {
            return ExitCode.NO_AGENT;
        }
        return status.isInTrouble() ? ExitCode.WARNINGS : ExitCode.SUCCESS;
    }

    static String text(AgentStatus status, Instant now) {
        StringBuilder text = new StringBuilder();
        if (status.state() == AgentStatus.State.NONE) {
            text.append("no agent runs\n");
        } else {
            line(
                    text,
                    "agent",
                    Json.word(status.state()) + ", process "
                            + status.processId().orElse(0));
            status.startedAt().ifPresent(at -> line(text, "since", at));
            status.address().ifPresent(address -> line(text, "archive", address));
            status.readRateLimit()
                    .ifPresent(rate -> line(text, "read limit", rate + " bytes per second, for base backups"));
        }
        AgentStatus.Backlog backlog = status.backlog();
        line(
                text,
                "to archive",
                backlog.files() + " files, and " + backlog.acknowledged() + " for PostgreSQL to collect");
        backlog.oldest()
                .ifPresent(name -> line(
                        text, "oldest", name + ", ready for " + backlog.age(now).toSeconds() + " s"));
        dropped(text, status.dropped());
        if (status.state() != AgentStatus.State.NONE) {
            AgentStatus.Archiving archiving = status.archiving();
            line(
                    text,
                    "archived",
                    archiving.files() + " files, " + archiving.storedBytes() + " bytes stored; "
                            + String.format(Locale.ROOT, "%.2f", archiving.filesPerSecond()) + " files/s lately");
            line(
                    text,
                    "failures",
                    archiving.failures() + ", of them " + archiving.failuresInARow() + " since the last success");
            status.nextAttemptAt()
                    .ifPresent(at -> line(
                            text,
                            "next try",
                            "in " + Math.max(0, Duration.between(now, at).toSeconds()) + " s"));
            AgentStatus.Fetching fetching = status.fetching();
            line(
                    text,
                    "fetched",
                    fetching.files() + " files, " + fetching.prefetched() + " of them ahead; " + fetching.absent()
                            + " absent, " + fetching.failures() + " failures");
            status.lastFailure().ifPresent(failure -> line(text, "last error", failure.at() + " " + failure.message()));
        }
        return text.toString();
    }

    private static void dropped(StringBuilder text, AgentStatus.Dropped dropped) {
        if (dropped.isAny()) {
            String last = dropped.last()
                    .map(name -> "; the last " + name
                            + dropped.lastAt().map(at -> " at " + at).orElse(""))
                    .orElse("");
            line(
                    text,
                    "DROPPED",
                    dropped.noted() + " files" + last + "; by this agent " + dropped.files()
                            + ": take a new base backup");
        }
        if (dropped.postponed() > 0) {
            line(text, "postponed", dropped.postponed() + " histories of timelines");
        }
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append(String.format(Locale.ROOT, "%-11s ", name)).append(value).append('\n');
    }

    static String json(AgentStatus status, Instant now) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("state", Json.word(status.state()));
        members.put("process_id", status.processId());
        members.put("address", status.address());
        members.put("started_at", status.startedAt());
        members.put("metrics_port", boxed(status.metricsPort()));
        members.put("cluster_read_rate_limit", status.readRateLimit());
        AgentStatus.Backlog backlog = status.backlog();
        Map<String, Object> waiting = new LinkedHashMap<>();
        waiting.put("files", backlog.files());
        waiting.put("acknowledged", backlog.acknowledged());
        waiting.put("oldest", backlog.oldest());
        waiting.put("oldest_age_seconds", backlog.age(now).toMillis() / 1000.0);
        members.put("backlog", waiting);
        AgentStatus.Archiving archiving = status.archiving();
        Map<String, Object> archived = new LinkedHashMap<>();
        archived.put("files", archiving.files());
        archived.put("stored_bytes", archiving.storedBytes());
        archived.put("files_per_second", archiving.filesPerSecond());
        archived.put("last_at", archiving.lastAt());
        archived.put("failures", archiving.failures());
        archived.put("failures_in_a_row", archiving.failuresInARow());
        members.put("archived", archived);
        members.put("next_attempt_at", status.nextAttemptAt());
        AgentStatus.Fetching fetching = status.fetching();
        Map<String, Object> fetched = new LinkedHashMap<>();
        fetched.put("files", fetching.files());
        fetched.put("prefetched", fetching.prefetched());
        fetched.put("absent", fetching.absent());
        fetched.put("failures", fetching.failures());
        members.put("fetched", fetched);
        AgentStatus.Dropped dropped = status.dropped();
        Map<String, Object> given = new LinkedHashMap<>();
        given.put("files", dropped.files());
        given.put("noted", dropped.noted());
        given.put("postponed", dropped.postponed());
        given.put("last", dropped.last());
        given.put("last_at", dropped.lastAt());
        members.put("dropped", given);
        Map<String, Object> failure = new LinkedHashMap<>();
        status.lastFailure().ifPresent(last -> {
            failure.put("message", last.message());
            failure.put("at", last.at());
        });
        members.put("last_error", failure.isEmpty() ? null : failure);
        return Json.of(members);
    }

    private static Object boxed(OptionalInt value) {
        return value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty();
    }
}
