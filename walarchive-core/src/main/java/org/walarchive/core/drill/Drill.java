package org.walarchive.core.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.Backup;
import org.walarchive.BackupDetails;
import org.walarchive.BackupNotFoundException;
import org.walarchive.BackupService;
import org.walarchive.BackupService.ListDetail;
import org.walarchive.RecoveryRequest;
import org.walarchive.RestoreRequest;
import org.walarchive.WalService;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.drill.DrillReport;
import org.walarchive.drill.DrillRequest;
import org.walarchive.drill.DrillService;
import org.walarchive.store.StoreException;

/** Restores a backup, lets a server recover on it, asks it a query, and leaves nothing behind. */
public final class Drill implements DrillService {

    private static final Logger LOG = LoggerFactory.getLogger(Drill.class);

    private static final int LONGEST_VERSION_BYTES = 4096;

    private final ArchiveStore archive;
    private final BackupService backups;
    private final WalService wal;

    /** Makes the use case for an archive, whose services are given. */
    public Drill(ArchiveStore archive, BackupService backups, WalService wal) {
        this.archive = archive;
        this.backups = backups;
        this.wal = wal;
    }

    @Override
    public DrillReport run(DrillRequest request) throws ArchiveException, InterruptedException {
        Backup backup = choose(request);
        Optional<BackupDetails> details = backup.details();
        ServerPrograms programs = new ServerPrograms(
                request.programs(), Optional.ofNullable(System.getenv("PATH")).orElse(""));
        Optional<String> major = major(backup);
        if (major.isPresent()) {
            programs.postgres(major.get()); // before hours of restore, not after
        }
        OptionalLong size = details.map(BackupDetails::expandedSizeBytes).orElse(OptionalLong.empty());
        DrillDirectory directory = DrillDirectory.create(request.parentDirectory(), size.orElse(0));
        LOG.info("begin a drill of {} in {}", backup.name(), directory.root());
        DrillRun run = new DrillRun(request, backup, directory, new Findings(backup.name(), Clock.systemUTC()));
        boolean finished = false;
        try {
            run.restoreAndRecover(archive, backups, wal, programs);
            finished = true;
        } finally {
            cleanUp(request, directory, run.findings(), finished);
        }
        DrillReport report = run.findings().report();
        LOG.info("{} a drill of {}", report.failure().isPresent() ? "failed" : "completed", backup.name());
        return report;
    }

    /** Returns the release that the backup records; those of WAL-E have the server's own words beside them. */
    private Optional<String> major(Backup backup) throws ArchiveException, InterruptedException {
        Optional<Integer> recorded = backup.details().flatMap(BackupDetails::serverVersion);
        if (recorded.isPresent()) {
            return recorded.map(ServerPrograms::major);
        }
        String key = ArchiveLayout.version(backup.name());
        try {
            return ServerPrograms.majorOfText(
                    new String(archive.read(key, LONGEST_VERSION_BYTES), StandardCharsets.UTF_8));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw ArchiveStore.failure("read of the version of " + backup.name(), e);
        }
    }

    /** Returns how to recover to the target; empty for the end of WAL. */
    static Optional<RecoveryRequest> recovery(DrillRequest request) {
        return request.target()
                .map(target -> RecoveryRequest.to(target, WalFeeder.RESTORE_COMMAND)
                        .action(RecoveryRequest.TargetAction.PROMOTE))
                .map(recovery -> request.timeline().map(recovery::timeline).orElse(recovery));
    }

    private Backup choose(DrillRequest request) throws ArchiveException, InterruptedException {
        String query = request.backup();
        Optional<RecoveryRequest> recovery = recovery(request);
        if (recovery.isPresent()) {
            RestoreRequest restore = RestoreRequest.builder(request.parentDirectory())
                    .backup(query)
                    .recovery(recovery.get())
                    .build();
            query = backups.plan(restore).backup().toString();
        }
        List<Backup> found = backups.list(query, ListDetail.SENTINELS);
        if (found.size() != 1) {
            throw new BackupNotFoundException(
                    found.isEmpty()
                            ? "no backup to drill"
                            : "\"" + query + "\" is the beginning of the names of " + found.size() + " backups",
                    "The query was \"" + query + "\", in " + archive.config().location() + ".",
                    "backup-list shows the backups there are.");
        }
        return found.get(0);
    }

    private static void cleanUp(DrillRequest request, DrillDirectory directory, Findings findings, boolean finished) {
        boolean keep = switch (request.keep()) {
            case NEVER -> false;
            case FAILED -> finished && findings.hasFailed();
            case ALWAYS -> true;
        };
        Path root = directory.root();
        long begun = System.nanoTime();
        if (keep) {
            findings.left(root);
        }
        try {
            if (keep) {
                directory.deleteSocket();
            } else {
                directory.delete();
            }
        } catch (IOException e) {
            LOG.warn("the drill's directory {} cannot be deleted: {}", root, e.toString());
            findings.left(root);
        }
        findings.took(DrillReport.Step.CLEAN_UP, Duration.ofNanos(System.nanoTime() - begun));
    }
}
