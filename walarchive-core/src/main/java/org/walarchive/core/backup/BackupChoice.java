package org.walarchive.core.backup;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.BackupNotFoundException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.RecoveryRequest;
import org.walarchive.RecoveryTarget;
import org.walarchive.RestoreRequest;
import org.walarchive.TargetTimeline;
import org.walarchive.core.inventory.BackupObjects;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.inventory.PartitionSet;
import org.walarchive.core.inventory.UnreadableHistory;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineHistory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentSize;

/** Chooses the backup that a recovery begins with, and the timeline it follows. */
final class BackupChoice {

    private static final Logger LOG = LoggerFactory.getLogger(BackupChoice.class);

    private final ArchiveStore archive;
    private final Inventory inventory;
    private final Optional<WalSegmentSize> size;

    BackupChoice(ArchiveStore archive, Inventory inventory) {
        this.archive = archive;
        this.inventory = inventory;
        this.size = inventory.segmentSize();
    }

    /**
     * What was chosen.
     *
     * @param backup the backup
     * @param history the timeline to follow, and where it comes from
     */
    record Chosen(BackupCandidate backup, TimelineHistory history) {}

    /** Why a backup does not do: a phrase for after "it". */
    private record Unfit(String reason) {}

    /** Returns the newest backup from which the target can be reached, or the named one if it can. */
    Chosen choose(String query, RecoveryRequest recovery) throws ArchiveException, InterruptedException {
        if (!query.equals(RestoreRequest.LATEST)) {
            return named(query, recovery);
        }
        Optional<String> nearest = Optional.empty();
        for (BackupObjects objects : newestFirst(recovery.timeline())) {
            Optional<BackupCandidate> candidate = complete(objects);
            if (candidate.isPresent()) {
                TimelineHistory history = history(recovery.timeline(), candidate.get());
                Optional<Unfit> unfit = unfit(candidate.get(), history, recovery.target());
                if (unfit.isEmpty()) {
                    return new Chosen(candidate.get(), history);
                }
                nearest =
                        Optional.of(candidate.get().name() + ", " + unfit.get().reason() + ".");
            }
        }
        throw new BackupNotFoundException(
                "no base backup leads to the recovery target",
                nearest.map(reason -> "The oldest complete one, " + reason)
                        .orElse("There is no complete base backup in "
                                + archive.config().location() + "."),
                "backup-list shows the backups there are. A target on another timeline needs --target-timeline.");
    }

    private Chosen named(String query, RecoveryRequest recovery) throws ArchiveException, InterruptedException {
        BackupCandidate candidate = candidate(find(query));
        TimelineHistory history = history(recovery.timeline(), candidate);
        Optional<Unfit> unfit = unfit(candidate, history, recovery.target());
        if (unfit.isPresent()) {
            throw new BackupNotFoundException(
                    "backup " + candidate.name() + " does not lead to the recovery target",
                    "It " + unfit.get().reason() + ".",
                    "Name LATEST to have the newest backup chosen that leads there. A target on another timeline needs"
                            + " --target-timeline.");
        }
        return new Chosen(candidate, history);
    }

    /** Finds a backup by its name, or for LATEST the one whose sentinel was put last. */
    BackupObjects find(String query) throws ArchiveException, InterruptedException {
        BackupName name = new BackupList(archive).resolve(query).name();
        return inventory.backups().stream()
                .filter(objects -> objects.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BackupNotFoundException(
                        "no backups found for fetching", "Backup " + name + " was deleted meanwhile.", null));
    }

    /** The order in which backups are tried: on one ancestry by where they begin, else by when they were complete. */
    private List<BackupObjects> newestFirst(TargetTimeline timeline) {
        Comparator<BackupObjects> byPlace = Comparator.comparing(
                        (BackupObjects objects) -> objects.name().segment())
                .thenComparing(objects -> objects.name().offset());
        Comparator<BackupObjects> byTime =
                Comparator.comparing(objects -> objects.sentinel().orElseThrow().lastModified());
        return inventory.backups().stream()
                .filter(objects -> objects.sentinel().isPresent())
                .sorted((timeline instanceof TargetTimeline.Current ? byTime.thenComparing(byPlace) : byPlace)
                        .reversed())
                .toList();
    }

    /** Reads a backup that has a sentinel; one that is damaged or not complete is passed over, and told of. */
    Optional<BackupCandidate> complete(BackupObjects objects) throws ArchiveException, InterruptedException {
        try {
            return Optional.of(candidate(objects));
        } catch (CorruptArchiveException e) {
            LOG.warn(
                    "backup {} is passed over: {}: {}",
                    objects.name(),
                    e.getMessage(),
                    e.detail().orElse(""));
            return Optional.empty();
        }
    }

    /** Reads a backup that has a sentinel. */
    BackupCandidate candidate(BackupObjects objects) throws ArchiveException, InterruptedException {
        Sentinel sentinel = Inventory.sentinel(archive, objects.name());
        return new BackupCandidate(
                objects.name(),
                sentinel,
                PartitionSet.read(archive, objects.name(), sentinel, objects.partitions()),
                objects.sentinel().orElseThrow().lastModified());
    }

    /** Returns the history of the timeline to follow. */
    TimelineHistory history(TargetTimeline wanted, BackupCandidate backup) throws ArchiveException {
        if (wanted instanceof TargetTimeline.Numbered numbered) {
            return history(numbered.timeline(), backup);
        }
        return history(wanted instanceof TargetTimeline.Latest ? latest() : backup.timeline(), backup);
    }

    /** Returns the newest timeline that has a history or a backup. */
    private TimelineId latest() {
        TreeSet<TimelineId> timelines = new TreeSet<>(inventory.histories().keySet());
        timelines.addAll(inventory.unreadableHistories().keySet());
        inventory.backups().stream()
                .filter(objects -> objects.sentinel().isPresent())
                .forEach(objects -> timelines.add(objects.name().segment().timeline()));
        return timelines.last();
    }

    private TimelineHistory history(TimelineId timeline, BackupCandidate backup) throws ArchiveException {
        UnreadableHistory unreadable = inventory.unreadableHistories().get(timeline);
        if (unreadable != null && unreadable.here().isPresent()) {
            throw unreadable.here().get().of("read of the history of timeline " + timeline, unreadable.location());
        }
        if (unreadable != null) {
            throw new CorruptArchiveException(
                    "the history of timeline " + timeline + " cannot be read",
                    unreadable.text(),
                    "Recovery could follow another timeline, and would come to other data: --target-timeline.");
        }
        Optional<TimelineHistory> history = inventory.history(timeline);
        if (history.isEmpty() && isOnABackup(timeline)) {
            // PostgreSQL takes a timeline without a history for one without ancestors
            history = Optional.of(TimelineHistory.ofFirst(timeline));
        }
        return history.orElseThrow(() -> new BackupNotFoundException(
                "backup " + backup.name() + " does not lead to timeline " + timeline,
                "The archive has neither a history of timeline " + timeline + " nor a base backup on it.",
                "Name a timeline that is in the archive: --target-timeline."));
    }

    private boolean isOnABackup(TimelineId timeline) {
        return inventory.backups().stream()
                .anyMatch(objects -> objects.name().segment().timeline().equals(timeline));
    }

    private Optional<Unfit> unfit(BackupCandidate backup, TimelineHistory history, RecoveryTarget target) {
        Optional<Lsn> stop = backup.stop(size);
        if (!isAncestor(backup.timeline(), history)) {
            return unfit("is on timeline " + backup.timeline() + ", of which timeline " + history.timeline()
                    + " does not come");
        }
        if (stop.isEmpty() && !backup.timeline().equals(history.timeline())) {
            return unfit("does not record where it ends, so it cannot be said whether timeline " + history.timeline()
                    + " comes after that");
        }
        if (stop.isPresent() && !history.includes(backup.timeline(), stop.get())) {
            return unfit("ends at " + stop.get() + " of timeline " + backup.timeline() + ", which was left at "
                    + history.endOf(backup.timeline()).orElseThrow() + " for timeline " + history.timeline());
        }
        if (target instanceof RecoveryTarget.LsnAt at) {
            if (stop.isEmpty()) {
                return unfit("does not record where it ends");
            }
            return stop.get().compareTo(at.lsn()) > 0
                    ? unfit("ends at " + stop.get() + ", after " + at.lsn())
                    : Optional.empty();
        }
        if (target instanceof RecoveryTarget.Time at && backup.finished().isAfter(at.time())) {
            return unfit("was complete at " + backup.finished() + ", after " + at.time());
        }
        return Optional.empty();
    }

    private static boolean isAncestor(TimelineId timeline, TimelineHistory history) {
        return timeline.equals(history.timeline())
                || history.ancestors().stream()
                        .anyMatch(ancestor -> ancestor.timeline().equals(timeline));
    }

    private static Optional<Unfit> unfit(String reason) {
        return Optional.of(new Unfit(reason));
    }
}
