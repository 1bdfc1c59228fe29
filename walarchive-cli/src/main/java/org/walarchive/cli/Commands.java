package org.walarchive.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.BackupPushRequest;
import org.walarchive.ConfigurationException;
import org.walarchive.ServerConnection;
import org.walarchive.WalArchive;
import org.walarchive.WalPushRequest;
import org.walarchive.cli.log.LogRecord;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.RecordLoggerFactory;
import org.walarchive.cli.log.Severity;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;

/** What each subcommand does. */
final class Commands {

    private static final String READ_RATE_LIMIT = "WALARCHIVE_CLUSTER_READ_RATE_LIMIT";

    /** What a subcommand does with the archive. */
    @FunctionalInterface
    private interface Work {
        ExitCode with(WalArchive archive) throws ArchiveException, InterruptedException;
    }

    private final ProgramName program;
    private final CommandLine line;
    private final Map<String, String> environment;
    private final PrintStream out;
    private final RecordLog log;
    private final ArchiveOpener opener;
    private final ProgressOutput progress;

    Commands(
            ProgramName program,
            CommandLine line,
            Map<String, String> environment,
            PrintStream out,
            RecordLog log,
            ArchiveOpener opener,
            ProgressOutput progress) {
        this.program = program;
        this.line = line;
        this.environment = environment;
        this.out = out;
        this.log = log;
        this.opener = opener;
        this.progress = progress;
    }

    ExitCode run() throws ArchiveException, UsageException, InterruptedException {
        return switch (line.subcommand()) {
            case WAL_PUSH -> walPush();
            case WAL_FETCH -> walFetch();
            case WAL_PREFETCH -> walPrefetch();
            case BACKUP_PUSH -> backupPush();
            case BACKUP_FETCH -> backupFetch();
            case BACKUP_LIST -> backupList();
            case DELETE -> delete();
            case KEEP -> keep();
            case DRILL -> drill();
            case VERIFY -> verify();
            case CHECK -> check();
            case OPTIMIZE -> throw usage("optimize is done by bin/walarchive, which prepares the start of Java");
            case VERSION -> printVersion();
            case HELP -> help();
            case COMPLETION -> completion();
            case AGENT -> agent();
            case NONE -> throw new IllegalStateException("there is no subcommand");
        };
    }

    private ExitCode walPush() throws ArchiveException, UsageException, InterruptedException {
        WalPushRequest request = WalPushRequest.builder(path(0))
                .poolSize(WalPushPool.of(line, environment))
                .build();
        return open(archive -> {
            archive.wal().push(request);
            return ExitCode.SUCCESS;
        });
    }

    private ExitCode walFetch() throws ArchiveException, UsageException, InterruptedException {
        WalFileName name = WalFetchCommand.name(line);
        Path target = path(1);
        int ahead = WalFetchCommand.ahead(line, environment);
        return open(archive -> WalFetchCommand.fetch(archive, name, target, ahead, line, log));
    }

    private ExitCode walPrefetch() throws ArchiveException, UsageException, InterruptedException {
        Path walDirectory = path(0);
        WalSegmentName first = WalFetchCommand.segment(line);
        int ahead = WalFetchCommand.ahead(line, environment);
        return open(archive -> {
            archive.wal().prefetch(walDirectory, first, ahead);
            return ExitCode.SUCCESS;
        });
    }

    private ExitCode backupPush() throws ArchiveException, UsageException, InterruptedException {
        BackupPushRequest.Builder request = backupPushRequest();
        return open(archive -> {
            try (ProgressDisplay display = progress.begin()) {
                display.listener().ifPresent(request::progress);
                archive.backups().push(request.build());
            }
            return ExitCode.SUCCESS;
        });
    }

    private BackupPushRequest.Builder backupPushRequest() throws ArchiveException, UsageException {
        BackupPushRequest.Builder request = BackupPushRequest.builder(path(0));
        if (line.has(Option.WHILE_OFFLINE)) {
            request.mode(BackupPushRequest.Mode.OFFLINE);
        } else {
            request.server(server());
        }
        if (line.has(Option.NO_CONFIG_FILES)) {
            request.configurationFiles(BackupPushRequest.ConfigurationFiles.LEAVE_OUT);
        }
        if (line.has(Option.NO_WAL_WAIT) && line.has(Option.WAL_WAIT)) {
            throw usage("--no-wal-wait and --wal-wait exclude each other");
        } else if (line.has(Option.NO_WAL_WAIT)) {
            request.withoutWalWait();
        } else if (line.has(Option.WAL_WAIT)) {
            request.walWait(line.seconds(Option.WAL_WAIT));
        }
        String rate = line.value(Option.CLUSTER_READ_RATE_LIMIT);
        if (rate != null) {
            request.readRateLimit(ReadRate.parse(Option.CLUSTER_READ_RATE_LIMIT.word(), rate, line.subcommand()));
        } else if (!environment.getOrDefault(READ_RATE_LIMIT, "").isEmpty()) {
            request.readRateLimit(ReadRate.parse(READ_RATE_LIMIT, environment.get(READ_RATE_LIMIT), line.subcommand()));
        }
        String checkpoint = line.value(Option.CHECKPOINT);
        if (checkpoint != null) {
            request.checkpoint(
                    switch (checkpoint) {
                        case "fast" -> BackupPushRequest.Checkpoint.FAST;
                        case "spread" -> BackupPushRequest.Checkpoint.SPREAD;
                        default -> throw usage("--checkpoint: \"" + checkpoint + "\" is none of fast, spread");
                    });
        }
        return request;
    }

    private ServerConnection server() throws ConfigurationException {
        try {
            return ServerConnection.fromEnvironment(environment);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("PGPORT cannot be read", e.getMessage(), "Correct or unset PGPORT.", e);
        }
    }

    private ExitCode backupFetch() throws ArchiveException, UsageException, InterruptedException {
        ArchiveConfig config = config();
        BackupFetchCommand command = BackupFetchCommand.of(line, config, environment, log);
        return open(config, archive -> {
            command.run(archive, out, progress);
            return finishOutput();
        });
    }

    private ExitCode backupList() throws ArchiveException, UsageException, InterruptedException {
        ArchiveConfig config = config();
        BackupListCommand command =
                new BackupListCommand(line, config.location().scheme(), out, log);
        return open(config, archive -> finishOutput(command.run(archive)));
    }

    private ExitCode drill() throws ArchiveException, UsageException, InterruptedException {
        DrillCommand command = new DrillCommand(line, out, log, progress);
        return open(archive -> finishOutput(command.run(archive)));
    }

    private ExitCode delete() throws ArchiveException, UsageException, InterruptedException {
        DeleteCommand command = DeleteCommand.of(line);
        ArchiveConfig config = config();
        return open(config, archive -> {
            ExitCode code = command.run(archive.retention(), new DeletionLog(log, config.location()), out);
            return code == ExitCode.SUCCESS ? finishOutput() : code;
        });
    }

    private ExitCode keep() throws ArchiveException, UsageException, InterruptedException {
        KeepCommand command = KeepCommand.of(line);
        return open(archive -> {
            command.run(archive.retention(), out);
            return finishOutput();
        });
    }

    private ExitCode verify() throws ArchiveException, UsageException, InterruptedException {
        VerifyCommand command = new VerifyCommand(line, out, progress, Terminal.colours(environment));
        return open(archive -> {
            ExitCode code = command.run(archive);
            return code == ExitCode.SUCCESS ? finishOutput() : code;
        });
    }

    private ExitCode check() throws ArchiveException, UsageException, InterruptedException {
        Optional<Path> directory = line.operands().isEmpty() ? Optional.empty() : Optional.of(path(0));
        CheckCommand command = new CheckCommand(line, server(), directory, out, Terminal.colours(environment));
        return open(archive -> finishOutput(command.run(archive)));
    }

    private ExitCode agent() throws ArchiveException, UsageException, InterruptedException {
        if (line.has(Option.STATUS)) {
            return finishOutput(AgentStatusCommand.of(line, environment).run(out));
        }
        if (line.has(Option.CLUSTER_READ_RATE_LIMIT)) {
            return AgentReadRateCommand.of(line, environment).run(log);
        }
        AgentCommand command = AgentCommand.of(line, environment, log);
        return open(archive -> command.run(archive));
    }

    private ExitCode completion() throws UsageException {
        return print(Completion.of(line.operands().get(0))
                .orElseThrow(() -> usage("\"" + line.operands().get(0) + "\" is none of "
                        + Subcommand.COMPLETION.operands().replace("|", ", "))));
    }

    private ExitCode help() {
        if (line.has(Option.MAN)) {
            return print(ManPage.text());
        }
        String about = line.operands().isEmpty() ? "" : line.operands().get(0);
        Subcommand subcommand = Subcommand.named(about);
        return print(Usage.of(program, subcommand == null ? Subcommand.NONE : subcommand));
    }

    private ExitCode print(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length);
        return finishOutput();
    }

    private ExitCode finishOutput(ExitCode code) {
        ExitCode written = finishOutput();
        return code == ExitCode.SUCCESS ? written : code;
    }

    private ExitCode finishOutput() {
        if (out.checkError()) {
            log.write(Main.record(Severity.ERROR, "standard output cannot be written", null, null));
            return ExitCode.FAILURE;
        }
        return ExitCode.SUCCESS;
    }

    /** Scripts compare the version of {@code wal-e} with what they need; who reads the log is told what answered. */
    private ExitCode printVersion() {
        if (program == ProgramName.WALARCHIVE) {
            return print(version());
        }
        log.write(Main.record(
                Severity.INFO,
                "this is walarchive " + version().strip() + ", called as wal-e",
                "It answers as WAL-E " + ProgramName.WAL_E_VERSION + " does.",
                null));
        return print(ProgramName.WAL_E_VERSION + "\n");
    }

    private static String version() {
        try (InputStream resource = Commands.class.getResourceAsStream("version.txt")) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ExitCode open(Work work) throws ArchiveException, UsageException, InterruptedException {
        return open(config(), work);
    }

    private ExitCode open(ArchiveConfig config, Work work) throws ArchiveException, InterruptedException {
        if (!line.subcommand().isPerSegment()) {
            announce(config);
        }
        if (LoggerFactory.getILoggerFactory() instanceof RecordLoggerFactory loggers) {
            loggers.sendTo(log);
        }
        Cancellation cancellation = new Cancellation();
        try (WalArchive archive = opener.open(config)) {
            return work.with(archive);
        } finally {
            cancellation.end();
        }
    }

    private void announce(ArchiveConfig config) {
        boolean ofWalE = program == ProgramName.WAL_E;
        log.write(new LogRecord(
                Main.LOGGER,
                Severity.INFO,
                ofWalE ? "starting WAL-E" : "starting walarchive",
                "The subcommand is \"" + line.words() + "\".",
                null,
                ofWalE ? Map.of("program", "walarchive", "version", version().strip()) : Map.of()));
        ForeignVariables.warn(environment, line.subcommand(), config.location().scheme(), log);
        UnknownVariables.warn(environment, log);
    }

    private ArchiveConfig config() throws ArchiveException, UsageException {
        ArchiveConfig.Builder builder;
        try {
            builder = ArchiveSettings.of(line, environment);
        } catch (ArchiveException e) {
            UnknownVariables.warn(environment, log);
            throw e;
        }
        // What check does to find out is not what somebody asked for.
        Severity told = line.subcommand() == Subcommand.CHECK ? Severity.DEBUG : Severity.INFO;
        return builder.listener(new EventLog(log, builder.build().location(), told))
                .build();
    }

    private Path path(int operand) throws UsageException {
        String text = line.operands().get(operand);
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException(
                    "\"" + text + "\" is not a path: " + e.getReason(),
                    "If the name has letters beyond ASCII, set LC_ALL to a locale with UTF-8.");
        }
    }

    private UsageException usage(String message) {
        return new UsageException(message, Usage.hint(line.subcommand()));
    }
}
