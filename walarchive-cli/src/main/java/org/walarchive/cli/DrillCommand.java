package org.walarchive.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveException;
import org.walarchive.RestoreRequest;
import org.walarchive.WalArchive;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;
import org.walarchive.drill.DrillReport;
import org.walarchive.drill.DrillRequest;

/** The subcommand {@code drill}. */
final class DrillCommand {

    private final DrillRequest.Builder request;
    private final PrintStream out;
    private final RecordLog log;
    private final ProgressOutput progress;

    DrillCommand(CommandLine line, PrintStream out, RecordLog log, ProgressOutput progress) throws UsageException {
        this.request = request(line);
        this.out = out;
        this.log = log;
        this.progress = progress;
    }

    private static DrillRequest.Builder request(CommandLine line) throws UsageException {
        DrillRequest.Builder request = DrillRequest.builder()
                .backup(
                        line.operands().isEmpty()
                                ? RestoreRequest.LATEST
                                : line.operands().get(0));
        Path programs = path(line, Option.BIN_DIR);
        if (programs != null) {
            request.programs(programs);
        }
        Path parent = path(line, Option.DIRECTORY);
        if (parent != null) {
            request.parentDirectory(parent);
        }
        Path settings = path(line, Option.SETTINGS);
        if (settings != null) {
            request.settings(settings);
        }
        readTarget(line, request);
        String query = line.value(Option.QUERY);
        if (query != null) {
            request.query(query);
        }
        String user = line.value(Option.USER);
        if (user != null) {
            request.user(user);
        }
        String database = line.value(Option.DATABASE);
        if (database != null) {
            request.database(database);
        }
        if (line.has(Option.TIMEOUT)) {
            request.timeout(line.seconds(Option.TIMEOUT));
        }
        return request.keep(keep(line.value(Option.KEEP_DIRECTORY)));
    }

    private static void readTarget(CommandLine line, DrillRequest.Builder request) throws UsageException {
        List<Option> targets = BackupFetchCommand.targets(line);
        if (!targets.isEmpty()) {
            request.target(BackupFetchCommand.target(line, targets.get(0)));
        }
        for (Option option : List.of(Option.TARGET_EXCLUSIVE, Option.TARGET_TIMELINE)) {
            if (targets.isEmpty() && line.has(option)) {
                throw usage(option.word() + " means nothing without a recovery target");
            }
        }
        if (line.has(Option.TARGET_TIMELINE)) {
            request.timeline(BackupFetchCommand.timeline(line));
        }
    }

    private static DrillRequest.Keep keep(@Nullable String word) throws UsageException {
        if (word == null) {
            return DrillRequest.Keep.NEVER;
        }
        return switch (word) {
            case "failed" -> DrillRequest.Keep.FAILED;
            case "always" -> DrillRequest.Keep.ALWAYS;
            default -> throw usage("--keep-directory: \"" + word + "\" is none of failed, always");
        };
    }

    private static @Nullable Path path(CommandLine line, Option option) throws UsageException {
        String text = line.value(option);
        try {
            return text == null ? null : Path.of(text);
        } catch (InvalidPathException e) {
            throw usage(option.word() + ": \"" + text + "\" is not a path: " + e.getReason());
        }
    }

    private static UsageException usage(String message) {
        return new UsageException(message, Usage.hint(Subcommand.DRILL));
    }

    private DrillReport drill(WalArchive archive) throws ArchiveException, InterruptedException {
        try (ProgressDisplay display = progress.begin()) {
            display.listener().ifPresent(request::progress);
            return archive.drills().run(request.build());
        }
    }

    ExitCode run(WalArchive archive) throws ArchiveException, InterruptedException {
        DrillReport report = drill(archive);
        byte[] bytes = DrillJson.of(report).getBytes(StandardCharsets.US_ASCII);
        out.write(bytes, 0, bytes.length);
        if (report.failure().isEmpty()) {
            return ExitCode.SUCCESS;
        }
        ArchiveException cause = report.failure().get().cause();
        log.write(Main.record(
                Severity.ERROR,
                "drill of " + report.backup() + " failed: " + cause.getMessage(),
                cause.detail().orElse(null),
                cause.hint().orElse(null)));
        return ExitCode.of(cause);
    }
}
