package org.walarchive.core.backup;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.Backup;
import org.walarchive.BackupName;
import org.walarchive.ConfigurationException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.RecoveryRequest;
import org.walarchive.RecoveryTarget;
import org.walarchive.RestorePlan;
import org.walarchive.RestoreRequest;
import org.walarchive.WalNotArchivedException;
import org.walarchive.core.codec.UnreadableHere;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.inventory.PartitionSet;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.TimelineHistory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException;

/** Works out what a restore does before anything is written. */
final class RestorePlanner {

    private static final Logger LOG = LoggerFactory.getLogger(RestorePlanner.class);

    /** How far the clocks of the store and of the server may be apart before a target is held to be out of reach. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private static final int LONGEST_VERSION_BYTES = 4096;

    private final ArchiveStore archive;

    RestorePlanner(ArchiveStore archive) {
        this.archive = archive;
    }

    /**
     * What is known of a restore.
     *
     * @param backup the backup
     * @param release of the server that was backed up; empty where the archive does not tell
     * @param followed the timeline recovery follows; the backup's own where there is no recovery
     * @param plan what the caller is told
     * @param unreadable why no segment that could tell the size of segments can be read here; empty if the size is known
     */
    record Planned(
            BackupCandidate backup,
            Optional<ServerRelease> release,
            TimelineId followed,
            Optional<RestorePlan> plan,
            Optional<UnreadableHere> unreadable) {

        private Planned with(RestorePlan told) {
            return new Planned(backup, release, followed, Optional.of(told), unreadable);
        }
    }

    /** Plans for {@code fetch}: without a recovery, WAL is not looked at, nor listed. */
    Planned forFetch(RestoreRequest request) throws ArchiveException, InterruptedException {
        return request.recovery().isPresent() ? plan(request) : ofFiles(request);
    }

    private Planned ofFiles(RestoreRequest request) throws ArchiveException, InterruptedException {
        BackupList backups = new BackupList(archive);
        Backup found = backups.resolve(request.backup());
        BackupCandidate backup = candidate(backups, found);
        Optional<ServerRelease> release = release(backup);
        requireFit(request, release);
        return new Planned(backup, release, backup.timeline(), Optional.empty(), Optional.empty());
    }

    private BackupCandidate candidate(BackupList backups, Backup found) throws ArchiveException, InterruptedException {
        try {
            Sentinel sentinel = backups.sentinel(found.name());
            List<PartitionSet.Entry> partitions = PartitionSet.find(archive, found.name(), sentinel);
            return new BackupCandidate(found.name(), sentinel, partitions, found.lastModified());
        } catch (CorruptArchiveException e) {
            throw backups.withAlternative(e, found.name());
        }
    }

    /** Plans with the WAL that is needed. */
    Planned plan(RestoreRequest request) throws ArchiveException, InterruptedException {
        if (request.recovery().isEmpty()) {
            Planned files = ofFiles(request);
            return files.with(plan(request, files.backup(), files.release(), consistency(files.backup())));
        }
        RecoveryRequest recovery = request.recovery().get();
        Inventory inventory = Inventory.read(archive);
        BackupChoice choice = new BackupChoice(archive, inventory);
        BackupChoice.Chosen chosen = choice.choose(request.backup(), recovery);
        Optional<ServerRelease> release = release(chosen.backup());
        requireFit(request, release);
        Needed needed = needed(inventory, choice, chosen, recovery.target());
        return new Planned(
                chosen.backup(),
                release,
                chosen.history().timeline(),
                Optional.of(plan(request, chosen.backup(), release, needed)),
                inventory.segmentsUnreadableHere());
    }

    /**
     * The WAL of a plan.
     *
     * @param size of segments, where it is known
     * @param wal what recovery needs
     * @param timelines those that it is read from
     */
    private record Needed(Optional<WalSegmentSize> size, Optional<RestorePlan.Wal> wal, List<TimelineId> timelines) {}

    private static Needed needed(
            Inventory inventory, BackupChoice choice, BackupChoice.Chosen chosen, RecoveryTarget target)
            throws ArchiveException, InterruptedException {
        Optional<WalSegmentSize> size = inventory.segmentSize();
        if (size.isEmpty()) {
            return new Needed(size, Optional.empty(), List.of(chosen.backup().timeline()));
        }
        NeededWal needed = new NeededWal(inventory, choice, chosen, size.get());
        RestorePlan.Wal wal = needed.to(target);
        return new Needed(size, Optional.of(wal), needed.timelines(wal));
    }

    /**
     * Finds the WAL that makes the backup consistent, all of which is on its own timeline. The restore does not look at it: whatever
     * hinders the look leaves the plan without it.
     */
    private Needed consistency(BackupCandidate backup) throws InterruptedException {
        try {
            Inventory inventory = Inventory.read(archive);
            BackupChoice.Chosen chosen = new BackupChoice.Chosen(backup, TimelineHistory.ofFirst(backup.timeline()));
            return needed(inventory, new BackupChoice(archive, inventory), chosen, new RecoveryTarget.Immediate());
        } catch (ArchiveException e) {
            LOG.warn(
                    "the plan lacks the WAL, which this restore does not need: {}: {}",
                    e.getMessage(),
                    e.detail().orElse(""));
            return new Needed(Optional.empty(), Optional.empty(), List.of(backup.timeline()));
        }
    }

    private RestorePlan plan(
            RestoreRequest request, BackupCandidate backup, Optional<ServerRelease> release, Needed needed) {
        return new RestorePlan(
                backup.name(),
                request.directory().toAbsolutePath().normalize(),
                release.isPresent() ? OptionalInt.of(release.get().major()) : OptionalInt.empty(),
                backup.finished(),
                backup.stop(needed.size()),
                backup.partitions().size(),
                backup.partitions().stream()
                        .mapToLong(PartitionSet.Entry::storedBytes)
                        .sum(),
                backup.sentinel().expandedSizeBytes(),
                FreeSpace.at(request.directory()),
                needed.timelines(),
                needed.wal(),
                obstacle(request, needed.wal()),
                Optional.empty());
    }

    /** Says why the target cannot be reached with the WAL in the archive, as far as names and times tell. */
    private Optional<String> obstacle(RestoreRequest request, Optional<RestorePlan.Wal> needed) {
        if (request.recovery().isEmpty()) {
            return Optional.empty();
        }
        if (needed.isEmpty()) {
            return Optional.of("The archive has nothing that tells the size of WAL segments.");
        }
        RestorePlan.Wal wal = needed.get();
        if (!wal.gaps().isEmpty()) {
            RestorePlan.Gap first = wal.gaps().get(0);
            RestorePlan.Gap last = wal.gaps().get(wal.gaps().size() - 1);
            long missing = wal.segments() - wal.present();
            return Optional.of("Of the " + wal.segments() + " WAL segments from " + wal.first() + " to " + wal.last()
                    + ", "
                    + missing + (missing == 1 ? " is" : " are") + " not in the archive: the first is " + first.first()
                    + ", the last " + last.last() + ".");
        }
        RecoveryTarget target = request.recovery().get().target();
        if (target instanceof RecoveryTarget.Time at
                && wal.lastSegment() == RestorePlan.LastSegment.NEWEST_IN_ARCHIVE
                && wal.newestPut().isPresent()
                && wal.newestPut().get().plus(CLOCK_TOLERANCE).isBefore(at.time())) {
            return Optional.of("The newest WAL segment, " + wal.last() + ", was put at "
                    + wal.newestPut().get() + ", before " + at.time() + ".");
        }
        return Optional.empty();
    }

    /** Refuses a restore whose recovery lacks WAL or cannot read it here, unless the request allows that. */
    void requireWal(RestoreRequest request, Planned planned) throws ArchiveException, InterruptedException {
        if (request.recovery().isEmpty()
                || planned.plan().isEmpty()
                || request.missingWal() == RestoreRequest.MissingWal.ALLOW) {
            return;
        }
        RestorePlan plan = planned.plan().get();
        WalEnds ends = new WalEnds(archive, plan.backup());
        if (planned.unreadable().isPresent()) {
            throw ends.unreadable(planned.unreadable().get());
        }
        requireThere(plan);
        if (plan.wal().isPresent()) {
            ends.require(plan.wal().get(), request.recovery().get().target());
        }
    }

    private static void requireThere(RestorePlan plan) throws WalNotArchivedException {
        if (plan.obstacle().isEmpty()) {
            return;
        }
        boolean gap = plan.wal().isPresent() && !plan.wal().get().gaps().isEmpty();
        String message = gap
                ? "WAL segment " + plan.wal().get().gaps().get(0).first() + ", which recovery from backup "
                        + plan.backup() + " needs, is not in the archive"
                : "the archive's WAL does not reach the recovery target";
        throw new WalNotArchivedException(
                message,
                plan.obstacle().get(),
                "Nothing was restored. Is the old server's pg_wal still there, to push what is missing? Else choose an earlier"
                        + " target or a later backup; --allow-missing-wal restores all the same.");
    }

    private Optional<ServerRelease> release(BackupCandidate backup) throws ArchiveException, InterruptedException {
        Optional<Integer> recorded = backup.sentinel().serverVersion();
        if (recorded.isPresent()) {
            return Optional.of(ServerRelease.ofNumber(recorded.get()));
        }
        return versionText(backup.name()).flatMap(ServerRelease::parse);
    }

    /** Reads what WAL-E keeps of the server's version. */
    private Optional<String> versionText(BackupName backup) throws ArchiveException, InterruptedException {
        String key = ArchiveLayout.version(backup);
        try {
            if (archive.list(key, ListDepth.ALL).isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new String(archive.read(key, LONGEST_VERSION_BYTES), StandardCharsets.UTF_8));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw ArchiveStore.failure("read of the version of " + backup, e);
        }
    }

    private static void requireFit(RestoreRequest request, Optional<ServerRelease> release)
            throws ConfigurationException {
        if (release.isPresent()) {
            RecoverySettings.requireFit(request, release.get());
        }
    }
}
