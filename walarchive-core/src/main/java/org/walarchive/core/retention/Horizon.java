package org.walarchive.core.retention;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.walarchive.BackupName;
import org.walarchive.DeletionPolicy;
import org.walarchive.DeletionReason;
import org.walarchive.postgres.WalSegmentName;

/**
 * The place before which a policy lets go, where it names one.
 *
 * @param segment the first segment to stay
 * @param name what the policy named
 * @param time a backup that was not taken before this stays, wherever it lies; empty if there is no backup to tell
 */
record Horizon(WalSegmentName segment, String name, Optional<Instant> time) {

    /** Returns the horizon of a policy; empty if it names none. */
    static Optional<Horizon> of(DeletionPolicy policy, List<KnownBackup> backups, List<KnownBackup> restorable) {
        if (policy instanceof DeletionPolicy.Before before) {
            BackupName name = before.backup();
            Optional<Instant> time = backups.stream()
                    .filter(backup -> backup.name().equals(name)
                            && backup.objects().sentinel().isPresent())
                    .map(KnownBackup::time)
                    .findFirst();
            return Optional.of(new Horizon(
                    name.segment(), name.toString(), time.or(() -> oldestFrom(name.segment(), restorable))));
        }
        if (policy instanceof DeletionPolicy.BeforeSegment before) {
            WalSegmentName segment = before.segment();
            return Optional.of(new Horizon(segment, segment.toString(), oldestFrom(segment, restorable)));
        }
        return Optional.empty();
    }

    private static Optional<Instant> oldestFrom(WalSegmentName segment, List<KnownBackup> restorable) {
        return restorable.stream()
                .filter(backup -> !backup.segment().isBefore(segment))
                .map(KnownBackup::time)
                .min(Instant::compareTo);
    }

    /** Returns why a backup stays; empty if it is older. */
    Optional<Verdict> whyNotBefore(KnownBackup backup) {
        if (!backup.segment().isBefore(segment)) {
            return Optional.of(new Verdict(DeletionReason.RETAINED, "it does not start before " + name));
        }
        return time.filter(limit -> !backup.time().isBefore(limit))
                .map(limit -> new Verdict(
                        DeletionReason.NEWER,
                        "it starts before " + name + ", but was taken later, at " + backup.time()));
    }
}
