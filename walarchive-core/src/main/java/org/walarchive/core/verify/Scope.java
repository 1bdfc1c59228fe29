package org.walarchive.core.verify;

import java.util.List;
import java.util.Optional;
import org.walarchive.BackupName;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/** What a deep verification reads. */
final class Scope {

    private final WalSegmentSize size;
    private final Optional<TimelineId> timeline;
    private final Optional<BackupName> backup;
    private final List<TimelinePath> paths;
    private final Optional<BackupFacts.Extent> extent;

    Scope(
            Inventory inventory,
            List<BackupFacts> backups,
            WalSegmentSize size,
            Optional<TimelineId> timeline,
            Optional<BackupName> backup) {
        this.size = size;
        this.timeline = timeline;
        this.backup = backup;
        this.extent = backups.stream()
                .filter(facts -> backup.isPresent() && facts.objects().name().equals(backup.get()))
                .flatMap(facts -> facts.extent().stream())
                .findFirst();
        this.paths = extent.isEmpty()
                ? List.of()
                : new Timelines(inventory, size, List.of(), new FindingLog())
                        .paths().stream()
                                .filter(path -> path.history()
                                        .includes(
                                                extent.get().timeline(),
                                                extent.get().stop()))
                                .toList();
    }

    boolean includes(BackupFacts facts) {
        return backup.isPresent()
                ? backup.get().equals(facts.objects().name())
                : timeline.isEmpty()
                        || timeline.get()
                                .equals(facts.objects().name().segment().timeline());
    }

    /** All segments, or those that recovery from the one backup could read. */
    boolean includes(WalSegmentName segment) {
        if (timeline.isPresent() && !timeline.get().equals(segment.timeline())) {
            return false;
        }
        if (backup.isEmpty()) {
            return true;
        }
        long number = segment.number(size);
        return extent.isPresent()
                && number >= extent.get().firstSegment()
                && paths.stream().anyMatch(path -> path.timelineAt(number).equals(segment.timeline()));
    }
}
