package org.walarchive.core.verify;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.walarchive.core.codec.UnreadableHere;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.inventory.WalIndex.SegmentObject;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/** What the names alone tell: segments that cannot be, and files that are there twice. */
final class NamesCheck {

    private NamesCheck() {}

    static void check(Inventory inventory, WalSegmentSize size, FindingLog findings) {
        if (inventory.wal().count() > 0 && inventory.segmentSize().isEmpty()) {
            tellOfSize(inventory.segmentsUnreadableHere(), findings);
        }
        for (TimelineId timeline : inventory.wal().timelines()) {
            Twins twins = new Twins(size, findings);
            inventory.wal().forEach(timeline, twins::see);
        }
        Set<WalFileName> seen = new HashSet<>();
        inventory.otherWal().forEach(file -> {
            if (!seen.add(file.name())) {
                tell(findings, file.blob().key(), file.name().text());
            }
        });
    }

    private static void tellOfSize(Optional<UnreadableHere> here, FindingLog findings) {
        String unknown =
                "the size of WAL segments cannot be found out: no sentinel records it, and the newest segments ";
        if (here.isPresent()) {
            findings.warning(
                    ArchiveLayout.WAL,
                    unknown + "are not readable here",
                    "They may be whole. " + here.get().hint());
        } else {
            findings.error(ArchiveLayout.WAL, unknown + "cannot be read", "Are they damaged?");
        }
    }

    private static void tell(FindingLog findings, String key, String name) {
        findings.warning(
                key,
                name + " is there twice, compressed in two ways",
                "A fetch takes the one of today's compression. Compare them, and delete one if they are the same.");
    }

    /** Looks at segments in order. */
    private static final class Twins {

        private final WalSegmentSize size;
        private final FindingLog findings;
        private @Nullable WalSegmentName last;

        Twins(WalSegmentSize size, FindingLog findings) {
            this.size = size;
            this.findings = findings;
        }

        void see(SegmentObject segment) {
            if (segment.name().equals(last)) {
                tell(findings, segment.key(), segment.name().toString());
            }
            last = segment.name();
            if (!WalMap.isPossible(segment, size)) {
                findings.error(
                        segment.key(),
                        "no segment can have this name where segments have " + size.bytes() + " bytes",
                        "Does WAL of another cluster lie here?");
            }
        }
    }
}
