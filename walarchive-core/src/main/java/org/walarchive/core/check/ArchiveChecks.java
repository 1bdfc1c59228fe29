package org.walarchive.core.check;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.verification.BackupReport;
import org.walarchive.verification.Finding;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.VerificationService;
import org.walarchive.verification.VerifyRequest;

/** Whether what is in the archive can be restored, as far as names and lengths tell. */
final class ArchiveChecks {

    private final VerificationService verification;
    private final InstantSource clock;
    private final Results results;

    ArchiveChecks(VerificationService verification, InstantSource clock, Results results) {
        this.verification = verification;
        this.clock = clock;
        this.results = results;
    }

    /** Returns what was found; it is told already. */
    VerificationReport run(Duration maxBackupAge) throws ArchiveException, InterruptedException {
        VerificationReport report = verification.verify(VerifyRequest.of(VerifyRequest.Depth.SHALLOW));
        if (report.findings().isEmpty() || report.findings().get(0).severity() == Finding.Severity.NOTE) {
            int count = report.backups().size();
            results.ok(
                    "archive",
                    count + " base backup" + (count == 1 ? "" : "s") + ", and no gap in the WAL for recovery");
        } else {
            tell(report);
        }
        checkAge(report, maxBackupAge);
        return report;
    }

    private void tell(VerificationReport report) {
        Finding first = report.findings().get(0);
        long more = report.counts().errors() + report.counts().warnings() - 1;
        String message =
                first.subject() + ": " + first.message() + (more > 0 ? "; and " + more + " findings more" : "");
        String hint = first.hint().map(text -> text + " ").orElse("") + "walarchive verify lists all.";
        if (report.isHealthy()) {
            results.warn("archive", message, hint);
        } else {
            results.fail("archive", message, hint);
        }
    }

    private void checkAge(VerificationReport report, Duration most) {
        Optional<BackupReport> newest = report.backups().stream()
                .filter(backup -> backup.state() == BackupReport.State.GOOD)
                .max(Comparator.comparing(ArchiveChecks::time));
        if (newest.isEmpty()) {
            results.fail(
                    "backup-age",
                    "there is no base backup that can be restored: the WAL alone is of no use",
                    "Take one: walarchive backup-push DIR.");
            return;
        }
        Duration age = Duration.between(time(newest.get()), clock.instant());
        String text = "the newest base backup, " + newest.get().name() + ", is " + age.toHours() + " hours old";
        if (age.compareTo(most) > 0) {
            results.warn(
                    "backup-age",
                    text,
                    "Does whatever takes them still run? The older it is, the longer a recovery takes.");
        } else {
            results.ok("backup-age", text);
        }
    }

    private static Instant time(BackupReport backup) {
        return backup.finished().orElse(backup.lastModified());
    }
}
