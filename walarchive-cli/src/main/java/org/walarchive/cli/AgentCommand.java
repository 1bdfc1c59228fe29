package org.walarchive.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveException;
import org.walarchive.ConfigurationException;
import org.walarchive.WalArchive;
import org.walarchive.agent.AgentRequest;
import org.walarchive.agent.ArchiveAgent;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;

/** The subcommand {@code agent}, which runs until it is told to end. */
final class AgentCommand {

    private final AgentRequest request;
    private final ServiceManager manager;
    private final RecordLog log;

    private AgentCommand(AgentRequest request, ServiceManager manager, RecordLog log) {
        this.request = request;
        this.manager = manager;
        this.log = log;
    }

    static AgentCommand of(CommandLine line, Map<String, String> environment, RecordLog log)
            throws UsageException, ConfigurationException {
        if (line.has(Option.JSON)) {
            throw usage("--json means nothing without --status");
        }
        AgentRequest.Builder request = AgentRequest.builder(directory(line, environment));
        String socket = line.value(Option.SOCKET);
        if (socket != null) {
            request.socket(path(socket));
        }
        request.threads(WalPushPool.of(line, environment));
        request.prefetch(WalFetchCommand.ahead(line, environment));
        try {
            if (line.has(Option.METRICS_PORT)) {
                request.metricsPort(line.number(Option.METRICS_PORT, 0));
            }
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        return new AgentCommand(request.build(), new ServiceManager(environment, log), log);
    }

    /** Returns the directory that is named, or the one that PostgreSQL's programs take where none is. */
    static Path directory(CommandLine line, Map<String, String> environment) throws UsageException {
        @Nullable
        String text = line.operands().isEmpty()
                ? environment.get("PGDATA")
                : line.operands().get(0);
        if (text == null || text.isEmpty()) {
            throw usage("no directory is named, and PGDATA is not set");
        }
        return path(text);
    }

    private static Path path(String text) throws UsageException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw usage("\"" + text + "\" is not a path: " + e.getReason());
        }
    }

    private static UsageException usage(String message) {
        return new UsageException(message, Usage.hint(Subcommand.AGENT));
    }

    ExitCode run(WalArchive archive) throws ArchiveException {
        try (ArchiveAgent agent = archive.agent(request);
                ServiceManager notified = manager) {
            agent.start();
            notified.ready(agent::isResponsive);
            agent.awaitEnd();
        } catch (InterruptedException e) {
            // That is how it is told to end; the agent was closed before this line.
            log.write(Main.record(Severity.INFO, "the agent has stopped", null, null));
        }
        return ExitCode.SUCCESS;
    }
}
