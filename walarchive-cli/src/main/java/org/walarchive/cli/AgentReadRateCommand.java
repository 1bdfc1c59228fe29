package org.walarchive.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.walarchive.ArchiveException;
import org.walarchive.ReadRateLimit;
import org.walarchive.WalArchive;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;

/** {@code agent --cluster-read-rate-limit}: changes how fast base backups read, through the agent that runs. */
final class AgentReadRateCommand {

    private static final List<Option> NOT_HERE =
            List.of(Option.POOL_SIZE, Option.PREFETCH, Option.SOCKET, Option.METRICS_PORT, Option.JSON);

    private final Path directory;
    private final ReadRateLimit limit;

    private AgentReadRateCommand(Path directory, ReadRateLimit limit) {
        this.directory = directory;
        this.limit = limit;
    }

    static AgentReadRateCommand of(CommandLine line, Map<String, String> environment) throws UsageException {
        String word = Option.CLUSTER_READ_RATE_LIMIT.word();
        for (Option option : NOT_HERE) {
            if (line.has(option)) {
                throw new UsageException(
                        option.word() + " means nothing with " + word + ", which asks the agent that runs",
                        Usage.hint(Subcommand.AGENT));
            }
        }
        String text = String.valueOf(line.value(Option.CLUSTER_READ_RATE_LIMIT));
        return new AgentReadRateCommand(
                AgentCommand.directory(line, environment), ReadRate.parse(word, text, Subcommand.AGENT));
    }

    ExitCode run(RecordLog log) throws ArchiveException {
        WalArchive.limitClusterReads(directory, limit);
        log.write(
                Main.record(Severity.INFO, "the agent's limit on what base backups read is now: " + limit, null, null));
        return ExitCode.SUCCESS;
    }
}
