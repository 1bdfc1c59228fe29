package org.walarchive.core.verify;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.inventory.UnreadableHistory;
import org.walarchive.core.inventory.WalFileObject;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.postgres.TimelineHistory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentSize;

/** The timelines of an archive, and how recovery gets to each. */
final class Timelines {

    private final Inventory inventory;
    private final WalSegmentSize size;
    private final Map<TimelineId, TimelinePath> paths = new TreeMap<>();

    /** Takes all timelines that have WAL, a history, or backups; says what is wrong with their histories. */
    Timelines(Inventory inventory, WalSegmentSize size, Collection<TimelineId> ofBackups, FindingLog findings) {
        this.inventory = inventory;
        this.size = size;
        Set<TimelineId> known = new TreeSet<>(inventory.wal().timelines());
        known.addAll(ofBackups);
        Set<TimelineId> used = Set.copyOf(known);
        known.addAll(inventory.histories().keySet());
        known.addAll(inventory.unreadableHistories().keySet());
        for (TimelineId timeline : known) {
            tell(timeline, used.contains(timeline), findings);
            paths.put(timeline, path(timeline));
        }
    }

    private void tell(TimelineId timeline, boolean isUsed, FindingLog findings) {
        UnreadableHistory unreadable = inventory.unreadableHistories().get(timeline);
        if (unreadable != null && unreadable.here().isPresent()) {
            findings.warning(
                    keyOf(timeline),
                    "the history of timeline " + timeline + " is not readable here: " + unreadable.why(),
                    "It may be whole; where recovery can get to is not known without it. "
                            + unreadable.here().get().hint());
            return;
        }
        Optional<String> fault = unreadable == null
                ? fault(timeline, isUsed)
                : Optional.of("the history of timeline " + timeline + " cannot be read: " + unreadable.text());
        fault.ifPresent(text -> findings.error(
                keyOf(timeline),
                text,
                "Recovery cannot get from the timelines before to timeline " + timeline + ". Is there a copy of "
                        + timeline.toHex() + ".history in a server's pg_wal?"));
    }

    private Optional<String> fault(TimelineId timeline, boolean isUsed) {
        Optional<TimelineHistory> history = inventory.history(timeline);
        if (history.isEmpty()) {
            return isUsed ? Optional.of("the history of timeline " + timeline + " is missing") : Optional.empty();
        }
        List<TimelineHistory.Ancestor> ancestors = history.get().ancestors();
        if (ancestors.isEmpty()) {
            return timeline.value() == 1
                    ? Optional.empty()
                    : Optional.of("the history of timeline " + timeline + " names no timeline before it");
        }
        TimelineId parent = ancestors.get(ancestors.size() - 1).timeline();
        return inventory
                .history(parent)
                .filter(before -> !sameWay(before.ancestors(), ancestors.subList(0, ancestors.size() - 1)))
                .map(before -> "the history of timeline " + timeline + " does not agree with that of timeline " + parent
                        + ", which it comes from");
    }

    private static boolean sameWay(List<TimelineHistory.Ancestor> one, List<TimelineHistory.Ancestor> other) {
        return way(one).equals(way(other));
    }

    private static List<String> way(List<TimelineHistory.Ancestor> ancestors) {
        return ancestors.stream()
                .map(ancestor -> ancestor.timeline() + " " + ancestor.end())
                .toList();
    }

    private String keyOf(TimelineId timeline) {
        WalFileName name = WalFileName.parse(timeline.toHex() + ".history");
        return inventory.otherWal().stream()
                .filter(file -> file.name().equals(name))
                .map(WalFileObject::blob)
                .map(blob -> blob.key())
                .findFirst()
                .orElse(ArchiveLayout.wal(name, "lzo"));
    }

    private TimelinePath path(TimelineId timeline) {
        TimelineHistory history = inventory.history(timeline).orElse(TimelineHistory.ofFirst(timeline));
        try {
            return TimelinePath.of(history, size);
        } catch (IllegalArgumentException e) {
            // a position that no segment of this size has
            return TimelinePath.of(TimelineHistory.ofFirst(timeline), size);
        }
    }

    Set<TimelineId> all() {
        return paths.keySet();
    }

    Collection<TimelinePath> paths() {
        return paths.values();
    }

    /** Returns the timeline that a timeline branched off, and where. */
    Optional<TimelineHistory.Ancestor> parentOf(TimelineId timeline) {
        List<TimelineHistory.Ancestor> ancestors = paths.get(timeline).history().ancestors();
        return ancestors.isEmpty() ? Optional.empty() : Optional.of(ancestors.get(ancestors.size() - 1));
    }
}
