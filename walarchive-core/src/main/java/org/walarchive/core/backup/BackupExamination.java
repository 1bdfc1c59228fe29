package org.walarchive.core.backup;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.walarchive.ArchiveException;
import org.walarchive.Backup;
import org.walarchive.BackupDetails;
import org.walarchive.BackupState;
import org.walarchive.CorruptArchiveException;
import org.walarchive.StoreAccessException;
import org.walarchive.core.inventory.BackupObjects;
import org.walarchive.core.inventory.PartitionSet;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.store.ArchiveStore;

/** Tells whole backups from others, by the list of their objects. */
final class BackupExamination {

    private BackupExamination() {}

    /** Examines a backup that is being taken or was given up. */
    static Backup withoutSentinel(BackupObjects objects, Instant now) {
        Instant limit = now.minus(BackupState.IN_PROGRESS_LIMIT);
        BackupState.Kind kind =
                objects.lastModified().isBefore(limit) ? BackupState.Kind.ABANDONED : BackupState.Kind.IN_PROGRESS;
        return new Backup(
                objects.name(),
                objects.lastModified(),
                Optional.empty(),
                Optional.of(state(objects, kind, Optional.empty())));
    }

    /** Examines a backup whose sentinel was read; of WAL-G's, where the list finds fault with them, what is recorded beside it too. */
    static Backup of(ArchiveStore archive, BackupObjects objects, Sentinel sentinel)
            throws ArchiveException, InterruptedException {
        Optional<String> reason = Optional.empty();
        try {
            PartitionSet.require(archive, objects.name(), sentinel, objects.partitions());
        } catch (CorruptArchiveException e) {
            reason = Optional.of(reason(e));
        } catch (StoreAccessException e) {
            if (e.retryable()) {
                throw e;
            }
            reason = Optional.of("its list of parts finds fault with it, and what was recorded of them cannot be read: "
                    + e.getMessage() + " " + e.detail().orElse(""));
        }
        BackupState.Kind kind = reason.isPresent() ? BackupState.Kind.BROKEN : BackupState.Kind.COMPLETE;
        return put(objects, Optional.of(SentinelDetails.of(sentinel)), state(objects, kind, reason));
    }

    /** Describes a backup whose sentinel cannot be understood. */
    static Backup unreadable(BackupObjects objects, CorruptArchiveException failure) {
        String reason = failure.getMessage() + ": " + reason(failure);
        return put(objects, Optional.empty(), state(objects, BackupState.Kind.BROKEN, Optional.of(reason)));
    }

    private static String reason(CorruptArchiveException failure) {
        return failure.detail().orElseGet(() -> String.valueOf(failure.getMessage()));
    }

    private static Backup put(BackupObjects objects, Optional<BackupDetails> details, BackupState state) {
        return new Backup(objects.name(), objects.sentinel().orElseThrow().lastModified(), details, Optional.of(state));
    }

    private static String compression(ArchiveLayout.PartitionObject partition) {
        return partition.extension().matches("\\.?") ? "none" : partition.extension();
    }

    private static BackupState state(BackupObjects objects, BackupState.Kind kind, Optional<String> reason) {
        SortedSet<String> compressions = new TreeSet<>();
        objects.partitions()
                .forEach(blob -> ArchiveLayout.parsePartition(blob.key())
                        .ifPresent(partition -> compressions.add(compression(partition))));
        return new BackupState(kind, reason, objects.partitions().size(), objects.storedBytes(), compressions);
    }
}
