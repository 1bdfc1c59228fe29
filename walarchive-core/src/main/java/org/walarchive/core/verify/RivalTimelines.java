package org.walarchive.core.verify;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.inventory.WalFileObject;
import org.walarchive.core.inventory.WalIndex;
import org.walarchive.postgres.TimelineHistory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentSize;

/** Notes timelines that went on being archived when a newer one had begun: two servers archive, each a timeline of its own. */
final class RivalTimelines {

    /** For the backlog of a primary that was replaced. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    private final Inventory inventory;
    private final WalSegmentSize size;
    private final FindingLog findings;

    RivalTimelines(Inventory inventory, WalSegmentSize size, FindingLog findings) {
        this.inventory = inventory;
        this.size = size;
        this.findings = findings;
    }

    /** Compares the times at which the store got the last segment of each timeline, and the histories of newer ones. */
    void check() {
        for (TimelineId timeline : inventory.wal().timelines()) {
            Optional<WalFileObject> rival = inventory.otherWal().stream()
                    .filter(file -> file.name().kind() == WalFileName.Kind.HISTORY)
                    .filter(file -> outlived(timeline, file))
                    .reduce((one, newer) -> newer);
            rival.ifPresent(file -> tell(timeline, file));
        }
    }

    private boolean outlived(TimelineId timeline, WalFileObject history) {
        TimelineId newer = history.name().timeline();
        Instant limit = history.blob().lastModified().plus(MARGIN);
        return newer.compareTo(timeline) > 0
                && inventory.wal().lastPut(timeline).orElseThrow().isAfter(limit)
                && inventory.history(newer).isPresent() // else nobody knows where it begins
                && !leftAtTheEnd(timeline, newer);
    }

    /** Tells whether all segments of a timeline are before the place where the newer one left it, or hold that place. */
    private boolean leftAtTheEnd(TimelineId timeline, TimelineId newer) {
        return inventory.history(newer).stream()
                .flatMap(history -> history.ancestors().stream())
                .filter(ancestor -> ancestor.timeline().equals(timeline))
                .map(TimelineHistory.Ancestor::end)
                .anyMatch(end -> last(timeline).name().startLsn(size).compareTo(end) < 0);
    }

    private WalIndex.SegmentObject last(TimelineId timeline) {
        return inventory.wal().lastOf(timeline, 1).get(0);
    }

    private void tell(TimelineId timeline, WalFileObject history) {
        TimelineId newer = history.name().timeline();
        findings.note(
                last(timeline).key(),
                "timeline " + timeline + " was archived until "
                        + seconds(inventory.wal().lastPut(timeline).orElseThrow()) + ", though timeline " + newer
                        + " began at "
                        + seconds(history.blob().lastModified()) + ": two servers archive here",
                "Was a restored copy started without --clone, and promoted? Give it a prefix of its own. LATEST and"
                        + " --recover follow the newest timeline; --target-timeline " + timeline
                        + " restores the other: docs/restore.md.");
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }
}
