package org.walarchive.core.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.walarchive.ArchiveException;
import org.walarchive.Backup;
import org.walarchive.BackupDetails;
import org.walarchive.BackupService;
import org.walarchive.LocalFileException;
import org.walarchive.Progress;
import org.walarchive.RestoreRequest;
import org.walarchive.ServerException;
import org.walarchive.StoreAccessException;
import org.walarchive.WalNotArchivedException;
import org.walarchive.WalService;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.progress.ProgressMeter;
import org.walarchive.core.server.ControlFile;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.drill.DrillReport.Step;
import org.walarchive.drill.DrillRequest;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.StoreException;

/** One drill in its directory, from the restore to the end of its server. */
final class DrillRun {

    private static final int POLL_MILLIS = 50;

    private static final Pattern MAJOR = Pattern.compile("9\\.[0-9]|[1-9][0-9]");

    private static final Pattern START = Pattern.compile("START WAL LOCATION: ([0-9A-F]+/[0-9A-F]+) ");

    /** How servers of any release complain of WAL that is not there. */
    private static final Pattern WAL_MISSING = Pattern.compile(
            "WAL ends before|could not locate (a valid|required) checkpoint|could not find redo location|recovery ended before");

    /** Not listening yet, not accepting connections yet, or ended meanwhile. */
    private static final Set<String> NOT_YET = Set.of("57P03", "08001", "08006");

    private final DrillRequest request;
    private final Backup backup;
    private final DrillDirectory directory;
    private final Findings findings;
    private Step step = Step.RESTORE;
    private long stepBegun = System.nanoTime();

    DrillRun(DrillRequest request, Backup backup, DrillDirectory directory, Findings findings) {
        this.request = request;
        this.backup = backup;
        this.directory = directory;
        this.findings = findings;
    }

    Findings findings() {
        return findings;
    }

    /** Does everything; a failure becomes one of the findings. The server has ended when it returns or throws. */
    void restoreAndRecover(ArchiveStore archive, BackupService backups, WalService wal, ServerPrograms programs)
            throws InterruptedException {
        TimeLimit limit = new TimeLimit(request.timeout());
        try {
            Path postgres = restore(backups, programs);
            enter(Step.RECOVER);
            recover(archive, wal, postgres);
        } catch (ArchiveException e) {
            findings.failed(step, limit.lift() ? tooLate(e) : e, ServerLog.tail(directory.serverLog()));
        } catch (InterruptedException e) {
            if (!limit.lift()) {
                throw e;
            }
            findings.failed(step, tooLate(e), ServerLog.tail(directory.serverLog()));
        } finally {
            limit.lift();
            enter(Step.CLEAN_UP);
        }
    }

    private void enter(Step next) {
        long now = System.nanoTime();
        findings.took(step, Duration.ofNanos(now - stepBegun));
        step = next;
        stepBegun = now;
    }

    private ArchiveException tooLate(Exception cause) {
        String message = "the drill did not end within " + request.timeout().toSeconds() + " s";
        return switch (step) {
            case RESTORE ->
                new StoreAccessException(
                        message,
                        new StoreException(
                                StoreException.Kind.UNAVAILABLE,
                                "it was restoring the backup",
                                "Give it more time (--timeout).",
                                cause));
            case RECOVER, QUERY, CLEAN_UP ->
                new ServerException(
                        message,
                        step == Step.QUERY ? "It was waiting for the query." : "The server was replaying WAL.",
                        "Give it more time (--timeout), or take base backups more often, so that there is less WAL to"
                                + " replay.",
                        cause);
        };
    }

    /** Restores the backup and returns the program for it. */
    private Path restore(BackupService backups, ServerPrograms programs) throws ArchiveException, InterruptedException {
        directory.prepareTablespaces(
                backup.details().map(BackupDetails::tablespaces).orElse(List.of()));
        RestoreRequest.Builder restore = RestoreRequest.builder(directory.data())
                .backup(backup.name().toString())
                .archiving(RestoreRequest.Archiving.OFF);
        request.progress().ifPresent(restore::progress);
        Drill.recovery(request).ifPresent(restore::recovery);
        long bytes = backups.fetch(restore.build()).bytes();
        directory.closeWaysOut();
        findings.restored(control().systemIdentifier(), bytes);
        return programs.postgres(major(directory.data()));
    }

    private ControlFile control() throws LocalFileException {
        try {
            return ControlFile.read(directory.data());
        } catch (IOException e) {
            throw RestoredFile.unreadable(directory.data().resolve(ControlFile.PATH), e.toString(), e);
        }
    }

    static String major(Path data) throws LocalFileException {
        Path file = data.resolve("PG_VERSION");
        String text = RestoredFile.read(file).strip();
        if (!MAJOR.matcher(text).matches()) { // it becomes part of the path of a program
            throw RestoredFile.unreadable(file, "it names no release", null);
        }
        return text;
    }

    /** Returns where recovery begins: what the backup's label says, which an offline backup has none of. */
    private Lsn redo(ControlFile control) throws LocalFileException {
        Path label = directory.data().resolve("backup_label");
        if (!Files.exists(label)) {
            return control.redo();
        }
        Matcher start = START.matcher(RestoredFile.read(label));
        return start.find() ? Lsn.parse(start.group(1)) : control.redo();
    }

    private void recover(ArchiveStore archive, WalService wal, Path postgres)
            throws ArchiveException, InterruptedException {
        ControlFile control = control();
        DrillConfiguration configuration =
                new DrillConfiguration(directory, major(directory.data()), control.parameters());
        configuration.write(request);
        Inventory before = Inventory.read(archive); // what is archived during the drill is not its concern
        try (WalFeeder feeder =
                WalFeeder.start(wal, directory, control.walSegmentSize(), new TablespaceGuard(redo(control)))) {
            try (DrillServer server = DrillServer.start(postgres, configuration.arguments(), directory)) {
                ask(server, feeder, before, control);
                enter(Step.CLEAN_UP);
                server.shutDown();
            } finally {
                findings.fed(feeder.progress());
            }
        }
    }

    private void ask(DrillServer server, WalFeeder feeder, Inventory before, ControlFile control)
            throws ArchiveException, InterruptedException {
        try (DrillSession session = connect(server, feeder)) {
            findings.answered(session.version());
            RecoveryEnd end = RecoveryEnd.read(directory.data());
            Optional<Instant> lastTransaction = session.lastTransaction();
            findings.reached(end, lastTransaction);
            requireAll(end, before, control.walSegmentSize());
            if (request.query().isPresent()) {
                enter(Step.QUERY);
                findings.result(session.query(request.query().get()));
            }
        } catch (SQLException e) {
            requireNotInterrupted(e);
            throw new ServerException(
                    step == Step.QUERY ? "the query failed" : "the recovered server does not answer",
                    detail(e),
                    null,
                    e);
        }
    }

    private void requireAll(RecoveryEnd end, Inventory before, WalSegmentSize size) throws ArchiveException {
        if (request.target().isEmpty()) {
            end.requireEndOf(before, size);
        } else if (!ServerLog.contains(directory.serverLog(), "recovery stopping ")) {
            // 12 and older start all the same
            throw new WalNotArchivedException(
                    "recovery ended at " + end.lsn() + ", before its target",
                    "The archive has no more WAL on timeline " + end.timeline() + ".",
                    "Choose an earlier target.");
        }
    }

    private static void requireNotInterrupted(SQLException e) throws InterruptedException {
        if (Thread.interrupted()) {
            throw (InterruptedException) new InterruptedException("interrupted").initCause(e);
        }
    }

    private static String detail(SQLException e) {
        return e.getMessage() + " [SQLSTATE " + e.getSQLState() + "]";
    }

    /** Waits until recovery is over, for the server lets nobody in before. */
    private DrillSession connect(DrillServer server, WalFeeder feeder) throws ArchiveException, InterruptedException {
        ProgressMeter meter = new ProgressMeter(request.progress());
        meter.begin(Progress.Phase.REPLAY);
        while (true) {
            meter.reached(feeder.progress().segments());
            feeder.check();
            if (!server.isRunning()) {
                throw ended(feeder);
            }
            try {
                DrillSession session = DrillSession.open(directory.socket(), request.user(), request.database());
                meter.reached(feeder.progress().segments());
                meter.end();
                return session;
            } catch (SQLException e) {
                requireNotInterrupted(e);
                if (!NOT_YET.contains(String.valueOf(e.getSQLState()))) {
                    throw new ServerException(
                            "cannot connect to the recovered server as " + request.user() + " to database "
                                    + request.database(),
                            detail(e),
                            "Name a role and a database that the cluster has (--user, --database).",
                            e);
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private ArchiveException ended(WalFeeder feeder) throws ArchiveException, InterruptedException {
        feeder.close();
        feeder.check();
        String complaint = ServerLog.lastComplaint(ServerLog.tail(directory.serverLog()))
                .orElse("The server's log does not say why.");
        if (feeder.progress().absent().isPresent()
                && WAL_MISSING.matcher(complaint).find()) {
            return new WalNotArchivedException(
                    "segment " + feeder.progress().absent().get() + " is not in the archive, and recovery needs it",
                    "The server says: " + complaint,
                    "Is it on a standby, or in the old server's pg_wal? Take a new base backup now.");
        }
        return new ServerException(
                "the server ended before it had recovered", "The server says: " + complaint, "See the server's log.");
    }
}
