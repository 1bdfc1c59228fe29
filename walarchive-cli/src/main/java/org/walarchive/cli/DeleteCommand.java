package org.walarchive.cli;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveException;
import org.walarchive.DeletionOverride;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionPlan.BackupDecision;
import org.walarchive.DeletionPlan.BackupDecision.State;
import org.walarchive.DeletionPolicy;
import org.walarchive.DeletionReason;
import org.walarchive.DeletionResult;
import org.walarchive.RetentionService;
import org.walarchive.cli.DeletionLog.Run;

/** The subcommand {@code delete}: says what would go, and with {@code --confirm} lets it go. */
final class DeleteCommand {

    /** Why a backup stays that a reader of the log would not expect to. */
    private static final Set<DeletionReason> NOTABLE = EnumSet.of(
            DeletionReason.NEWER,
            DeletionReason.KEPT,
            DeletionReason.FLOOR,
            DeletionReason.NEWEST_TIMELINE,
            DeletionReason.IN_PROGRESS,
            DeletionReason.BROKEN,
            DeletionReason.OTHER_CLUSTER);

    private final DeletionPolicy policy;
    private final DeletionOverride[] overrides;
    private final Run run;
    private final Output output;

    /** What is printed on standard output. */
    private enum Output {
        NOTHING,
        JSON
    }

    private DeleteCommand(DeletionPolicy policy, DeletionOverride[] overrides, Run run, Output output) {
        this.policy = policy;
        this.overrides = overrides;
        this.run = run;
        this.output = output;
    }

    static DeleteCommand of(CommandLine line) throws UsageException {
        Set<DeletionOverride> overrides = EnumSet.noneOf(DeletionOverride.class);
        DeletionPolicy policy = new PolicyReader(line).read();
        if (line.has(Option.BELOW_FLOOR)) {
            overrides.add(DeletionOverride.BELOW_FLOOR);
        }
        if (line.has(Option.INCLUDING_KEPT)) {
            if (!(policy instanceof DeletionPolicy.Everything)) {
                throw new UsageException(
                        "--including-kept goes with \"delete everything\" only",
                        "To let a single backup go, take its mark away: walarchive keep --release NAME");
            }
            overrides.add(DeletionOverride.INCLUDING_KEPT);
        }
        if (line.has(Option.INCLUDING_UNFINISHED)) {
            if (!(policy instanceof DeletionPolicy.Everything)) {
                throw new UsageException(
                        "--including-unfinished goes with \"delete everything\" only",
                        "Backups that were given up go by themselves when they are older than what is retained.");
            }
            overrides.add(DeletionOverride.INCLUDING_UNFINISHED);
        }
        return new DeleteCommand(
                policy,
                overrides.toArray(DeletionOverride[]::new),
                line.has(Option.CONFIRM) && !line.has(Option.DRY_RUN) ? Run.REAL : Run.DRY,
                line.has(Option.JSON) ? Output.JSON : Output.NOTHING);
    }

    ExitCode run(RetentionService retention, DeletionLog log, PrintStream out)
            throws ArchiveException, InterruptedException {
        log.begin(run);
        DeletionPlan plan = retention.plan(policy, overrides);
        announce(plan, log);
        plan.forEach(decision -> {
            if (decision.reason() == DeletionReason.UNKNOWN) {
                log.skipping(decision);
            } else if (decision.goes() && run == Run.DRY) {
                log.deleting(decision, run);
            }
        });
        DeletionResult result = null;
        if (run == Run.REAL) {
            result = retention.execute(plan);
            result.failures().forEach(log::failure);
        } else {
            summarise(plan, log);
        }
        if (output == Output.JSON) {
            new DeletionJson(out).print(plan, result);
        }
        return finish(result, log);
    }

    private void announce(DeletionPlan plan, DeletionLog log) {
        if (policy instanceof DeletionPolicy.Retain) {
            announceRetained(plan, log);
        }
        plan.notes().forEach(log::note);
        plan.backups().stream()
                .filter(backup -> NOTABLE.contains(backup.reason()))
                .forEach(log::staying);
    }

    private static void announceRetained(DeletionPlan plan, DeletionLog log) {
        List<BackupDecision> finished = plan.backups().stream()
                .filter(backup -> backup.state() != State.UNFINISHED)
                .toList();
        long going = finished.stream().filter(BackupDecision::goes).count();
        Optional<BackupDecision> oldest = finished.stream()
                .filter(backup -> backup.reason() == DeletionReason.RETAINED)
                .min(Comparator.comparing(backup -> backup.name().segment()));
        String hint = oldest.map(backup -> "Deleting keys older than "
                        + log.locate("basebackups_005/" + backup.name() + "_backup_stop_sentinel.json") + ".")
                .orElse(null);
        if (finished.isEmpty()) {
            log.info("Not deleting any data.", "No existing base backups.", null);
        } else if (going > 0) {
            log.info(
                    "Deleting " + going + " oldest base backups.",
                    "Found " + finished.size() + " total base backups.",
                    hint);
        } else if (finished.size() == 1) {
            log.info("Retaining existing base backup.", null, hint);
        } else {
            log.info("Retaining all " + finished.size() + " base backups.", null, hint);
        }
    }

    private static void summarise(DeletionPlan plan, DeletionLog log) {
        DeletionPlan.Totals totals = plan.totals();
        log.info(
                totals.goingObjects() + " objects of " + totals.goingBytes() + " bytes would be deleted",
                totals.stayingObjects() + " objects of " + totals.stayingBytes() + " bytes would stay.",
                totals.goingObjects() == 0 ? null : "Add --confirm, without --dry-run, to delete them.");
    }

    private static ExitCode finish(@Nullable DeletionResult result, DeletionLog log) {
        if (result == null || result.failures().isEmpty()) {
            return ExitCode.SUCCESS;
        }
        log.error(
                "could not delete " + result.failures().size() + " objects",
                result.leftObjects() + " objects of the plan are left.",
                "Are the credentials allowed to delete, and are there locks on the objects? The command can be repeated.");
        return ExitCode.STORE;
    }
}
