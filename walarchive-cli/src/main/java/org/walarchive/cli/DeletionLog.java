package org.walarchive.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.walarchive.DeletionDecision;
import org.walarchive.DeletionPlan.BackupDecision;
import org.walarchive.DeletionReason;
import org.walarchive.DeletionResult;
import org.walarchive.cli.log.LogRecord;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;
import org.walarchive.store.StoreLocation;

/** Says what is deleted, in WAL-E's words. */
final class DeletionLog {

    private static final String DRY_RUN = "This is only a dry run -- no actual data is being deleted";

    private final RecordLog log;
    private final StoreLocation location;

    DeletionLog(RecordLog log, StoreLocation location) {
        this.log = log;
        this.location = location;
    }

    /** Whether what is said is done. */
    enum Run {
        DRY("performing dry run of data deletion"),
        REAL("deleting data in the store");

        private final String words;

        Run(String words) {
            this.words = words;
        }
    }

    void begin(Run run) {
        info(run.words, null, null);
    }

    /** Reports an object that goes. */
    void deleting(DeletionDecision decision, Run run) {
        info(
                "deleting " + noun(decision),
                "The key being deleted is " + locate(decision.key()) + ".",
                run == Run.DRY ? DRY_RUN : null);
    }

    private static String noun(DeletionDecision decision) {
        if (decision.reason() == DeletionReason.EVERYTHING) {
            return part(decision.key());
        }
        return switch (decision.kind()) {
            case SENTINEL -> "a base backup sentinel file";
            case VERSION -> "a extended version metadata file";
            case PARTITION -> "a base backup volume";
            case SEGMENT -> "a wal file";
            case PARTIAL -> "a partial wal file";
            case BACKUP_HISTORY -> "a backup history file";
            case TIMELINE_HISTORY, OTHER_BACKUP_OBJECT, OTHER_WAL_OBJECT, RECORD -> part(decision.key());
        };
    }

    private static String part(String key) {
        if (key.startsWith("basebackups_")) {
            return "part of a base backup";
        }
        return key.startsWith("wal_") ? "part of wal logs" : "a record of the archive";
    }

    /** Reports an object that nobody knows. */
    void skipping(DeletionDecision decision) {
        write(
                Severity.WARNING,
                "skipping non-qualifying key in 'delete before'",
                "The unexpected key is \"" + locate(decision.key()) + "\": " + decision.explanation() + ".",
                "This means an unexpected key was found in a WAL-E prefix.  It can be harmless, or the result a bug or"
                        + " misconfiguration.");
    }

    /** Reports a backup that stays although the policy would let it go, or nobody asked for it. */
    void staying(BackupDecision backup) {
        info("not deleting a base backup", backup.name() + " stays: " + backup.explanation() + ".", null);
    }

    void note(String note) {
        write(Severity.WARNING, note, "More stays therefore than might be needed.", null);
    }

    void failure(DeletionResult.Failure failure) {
        write(Severity.ERROR, "could not delete " + locate(failure.key()), failure.message(), null);
    }

    void info(String message, @Nullable String detail, @Nullable String hint) {
        write(Severity.INFO, message, detail, hint);
    }

    void error(String message, @Nullable String detail, @Nullable String hint) {
        write(Severity.ERROR, message, detail, hint);
    }

    String locate(String key) {
        return location + "/" + key;
    }

    private void write(Severity severity, String message, @Nullable String detail, @Nullable String hint) {
        log.write(new LogRecord(Main.LOGGER, severity, message, detail, hint, Map.of()));
    }
}
