package org.walarchive.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.RecoveryRequest;
import org.walarchive.RecoveryTarget;
import org.walarchive.RecoveryTarget.Bound;
import org.walarchive.RestorePlan;
import org.walarchive.RestoreRequest;
import org.walarchive.TablespacePlacement;
import org.walarchive.TargetTimeline;
import org.walarchive.WalArchive;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;

/** {@code backup-fetch}: restores a backup, and says beforehand what it would do. */
final class BackupFetchCommand {

    private static final List<Option> TARGETS = List.of(
            Option.TARGET_TIME,
            Option.TARGET_LSN,
            Option.TARGET_NAME,
            Option.TARGET_XID,
            Option.TARGET_IMMEDIATE,
            Option.RECOVER);

    private final CommandLine line;
    private final RestoreRequest.Builder request;

    private BackupFetchCommand(CommandLine line, RestoreRequest.Builder request) {
        this.line = line;
        this.request = request;
    }

    /** Reads the command line. */
    static BackupFetchCommand of(CommandLine line, ArchiveConfig config, Map<String, String> environment, RecordLog log)
            throws UsageException {
        RestoreRequest.Builder request =
                RestoreRequest.builder(path(line, line.operands().get(0)));
        List<Option> targets = targets(line);
        if (line.operands().size() > 1) {
            request.backup(line.operands().get(1));
        } else if (targets.isEmpty()) {
            throw usage(line, "backup-fetch needs DIR NAME|LATEST, or a recovery target");
        }
        if (!targets.isEmpty()) {
            request.recovery(recovery(line, targets.get(0), config, environment, log));
        }
        for (Option option : List.of(
                Option.TARGET_EXCLUSIVE,
                Option.TARGET_TIMELINE,
                Option.TARGET_ACTION,
                Option.RESTORE_COMMAND,
                Option.ALLOW_MISSING_WAL)) {
            if (targets.isEmpty() && line.has(option)) {
                throw usage(line, option.word() + " means nothing without a recovery target or --recover");
            }
        }
        request.tablespaces(tablespaces(line));
        if (line.has(Option.REPLACE)) {
            request.existingFiles(RestoreRequest.ExistingFiles.REPLACE);
        }
        if (line.has(Option.CLONE)) {
            request.archiving(RestoreRequest.Archiving.OFF);
        }
        if (line.has(Option.ALLOW_MISSING_WAL)) {
            request.missingWal(RestoreRequest.MissingWal.ALLOW);
        }
        if (line.has(Option.JSON) && !isPlanOnly(line)) {
            throw usage(line, "--json means nothing without --plan");
        }
        return new BackupFetchCommand(line, request);
    }

    /** Returns the option that gives a recovery target; none or one. */
    static List<Option> targets(CommandLine line) throws UsageException {
        List<Option> targets = TARGETS.stream().filter(line::has).toList();
        if (targets.size() > 1) {
            throw usage(line, targets.get(0).word() + " and " + targets.get(1).word() + " exclude each other");
        }
        return targets;
    }

    private static boolean isPlanOnly(CommandLine line) {
        return line.has(Option.PLAN) || line.has(Option.DRY_RUN);
    }

    /** Restores; or prints the plan, and then fails as the restore would. */
    void run(WalArchive archive, PrintStream out, ProgressOutput progress)
            throws ArchiveException, InterruptedException {
        if (!isPlanOnly(line)) {
            try (ProgressDisplay display = progress.begin()) {
                display.listener().ifPresent(request::progress);
                archive.backups().fetch(request.build());
            }
            return;
        }
        RestorePlan plan = archive.backups().plan(request.build());
        String text = line.has(Option.JSON) ? RestorePlanText.json(plan) : RestorePlanText.text(plan);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length);
        if (plan.refusal().isPresent()) {
            throw plan.refusal().get();
        }
    }

    private static TablespacePlacement tablespaces(CommandLine line) throws UsageException {
        String specification = line.value(Option.RESTORE_SPEC);
        if (line.has(Option.BLIND_RESTORE)) {
            if (specification != null) {
                throw usage(line, "--blind-restore and --restore-spec exclude each other");
            }
            return new TablespacePlacement.Blind();
        }
        if (specification == null) {
            return new TablespacePlacement.ExistingLinks();
        }
        return specification.equals("SOURCE")
                ? new TablespacePlacement.Located(Map.of())
                : new TablespacePlacement.Specification(path(line, specification));
    }

    private static RecoveryRequest recovery(
            CommandLine line, Option option, ArchiveConfig config, Map<String, String> environment, RecordLog log)
            throws UsageException {
        RecoveryTarget target = target(line, option);
        if (line.has(Option.TARGET_EXCLUSIVE)
                && List.of(Option.TARGET_NAME, Option.TARGET_IMMEDIATE, Option.RECOVER)
                        .contains(option)) {
            throw usage(line, option.word() + " cannot be exclusive");
        }
        if (line.has(Option.TARGET_ACTION) && option == Option.RECOVER) {
            throw usage(line, "--target-action means nothing at the end of the WAL: the server is promoted");
        }
        String command = line.value(Option.RESTORE_COMMAND);
        if (command == null) {
            command = OwnRestoreCommand.of(System.getProperty(OwnRestoreCommand.LAUNCHER), config, line, environment);
            List<String> withheld = OwnRestoreCommand.withheld(line, environment);
            if (!withheld.isEmpty()) {
                log.write(Main.record(
                        Severity.WARNING,
                        "the restored server needs more in its environment than restore_command gives it",
                        "Not written, for they may be secret, or another user's: " + String.join(", ", withheld) + ".",
                        "Set them where the server is started, or give another command with --restore-command."));
            }
        }
        if (OwnRestoreCommand.endsRecoveryAtFailures(environment)) {
            log.write(
                    Main.record(
                            Severity.WARNING,
                            "WALARCHIVE_FETCH_FAILURE_EXIT is set",
                            "Where the restored server has it too, recovery ends at the first fetch that fails, as if there were no more"
                                    + " WAL.",
                            "Unset it where the server is started, and delete it from the directory of --envdir, until recovery is over."));
        }
        RecoveryRequest request =
                value(line, Option.RESTORE_COMMAND, command, text -> RecoveryRequest.to(target, text));
        if (line.has(Option.TARGET_TIMELINE)) {
            request = request.timeline(timeline(line));
        }
        String action = line.value(Option.TARGET_ACTION);
        if (action != null) {
            request = request.action(
                    switch (action) {
                        case "pause" -> RecoveryRequest.TargetAction.PAUSE;
                        case "promote" -> RecoveryRequest.TargetAction.PROMOTE;
                        case "shutdown" -> RecoveryRequest.TargetAction.SHUTDOWN;
                        default ->
                            throw usage(
                                    line, "--target-action: \"" + action + "\" is none of pause, promote, shutdown");
                    });
        }
        return request;
    }

    static RecoveryTarget target(CommandLine line, Option option) throws UsageException {
        Bound bound = line.has(Option.TARGET_EXCLUSIVE) ? Bound.EXCLUSIVE : Bound.INCLUSIVE;
        String text = line.value(option);
        return switch (option) {
            case TARGET_TIME -> new RecoveryTarget.Time(TargetTime.parse(String.valueOf(text)), bound);
            case TARGET_LSN -> value(line, option, text, lsn -> new RecoveryTarget.LsnAt(Lsn.parse(lsn), bound));
            case TARGET_NAME -> value(line, option, text, RecoveryTarget.Name::new);
            case TARGET_XID -> value(line, option, text, xid -> new RecoveryTarget.Xid(Long.parseLong(xid), bound));
            case TARGET_IMMEDIATE -> new RecoveryTarget.Immediate();
            default -> new RecoveryTarget.EndOfWal();
        };
    }

    static TargetTimeline timeline(CommandLine line) throws UsageException {
        String text = String.valueOf(line.value(Option.TARGET_TIMELINE)).toLowerCase(Locale.ROOT);
        return switch (text) {
            case "latest" -> new TargetTimeline.Latest();
            case "current" -> new TargetTimeline.Current();
            default ->
                value(
                        line,
                        Option.TARGET_TIMELINE,
                        text,
                        number -> new TargetTimeline.Numbered(new TimelineId(Long.parseLong(number))));
        };
    }

    private static <T> T value(CommandLine line, Option option, String text, Function<String, T> reader)
            throws UsageException {
        try {
            return reader.apply(String.valueOf(text));
        } catch (NumberFormatException e) {
            throw usage(line, option.word() + ": \"" + text + "\" is not a number");
        } catch (IllegalArgumentException e) {
            throw usage(line, option.word() + ": " + e.getMessage());
        }
    }

    private static Path path(CommandLine line, String text) throws UsageException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException(
                    "\"" + text + "\" is not a path: " + e.getReason(),
                    "If the name has letters beyond ASCII, set LC_ALL to a locale with UTF-8.");
        }
    }

    private static UsageException usage(CommandLine line, String message) {
        return new UsageException(message, Usage.hint(line.subcommand()));
    }
}
