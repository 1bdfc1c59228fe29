package org.walarchive.core.verify;

import org.walarchive.core.inventory.Inventory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentSize;

/** Segments that need not be read to know that they are damaged. */
final class EmptySegments {

    private EmptySegments() {}

    static DamagedSegments of(Inventory inventory, WalSegmentSize size, FindingLog findings) {
        DamagedSegments damaged = new DamagedSegments();
        for (TimelineId timeline : inventory.wal().timelines()) {
            inventory.wal().forEach(timeline, segment -> {
                if (segment.sizeBytes() == 0 && WalMap.isPossible(segment, size)) {
                    damaged.add(timeline, segment.name().number(size));
                    findings.error(segment.key(), "it is empty", null);
                }
            });
        }
        return damaged;
    }
}
