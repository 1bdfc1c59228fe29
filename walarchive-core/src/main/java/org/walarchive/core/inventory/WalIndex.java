package org.walarchive.core.inventory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.BlobInfo;

/** The WAL segments of an archive: 17 bytes for each, so that millions can be looked at together. */
public final class WalIndex {

    private final Map<TimelineId, SegmentColumn> timelines = new TreeMap<>();
    private final Map<TimelineId, Instant> lastPut = new HashMap<>();

    WalIndex() {}

    /**
     * An object that holds a segment. A segment may have two, compressed differently.
     *
     * @param name the segment
     * @param extension how it is compressed
     * @param sizeBytes the length of the object
     */
    public record SegmentObject(WalSegmentName name, String extension, long sizeBytes) {

        /** Returns the object's key. */
        public String key() {
            return ArchiveLayout.wal(WalFileName.of(name), extension);
        }
    }

    /** Adds a segment; in order of the keys. */
    void add(WalSegmentName name, String extension, BlobInfo blob) {
        timelines.computeIfAbsent(name.timeline(), SegmentColumn::new).add(name, extension, blob.sizeBytes());
        lastPut.put(name.timeline(), blob.lastModified());
    }

    /** Returns the timelines that have segments, in order. */
    public Set<TimelineId> timelines() {
        return timelines.keySet();
    }

    /** Returns how many objects hold segments. */
    public long count() {
        return timelines.values().stream().mapToLong(SegmentColumn::count).sum();
    }

    /** Calls for every object that holds a segment of a timeline, in order. */
    public void forEach(TimelineId timeline, Consumer<SegmentObject> consumer) {
        SegmentColumn column = timelines.get(timeline);
        if (column != null) {
            for (int i = 0; i < column.count(); i++) {
                consumer.accept(column.object(i));
            }
        }
    }

    /** Returns the objects that hold a timeline's segments, in order, made as they are asked for. */
    public Iterable<SegmentObject> of(TimelineId timeline) {
        SegmentColumn column = timelines.get(timeline);
        return column == null
                ? List.of()
                : () -> IntStream.range(0, column.count())
                        .mapToObj(column::object)
                        .iterator();
    }

    /** Returns the last objects of a timeline, in order. */
    public List<SegmentObject> lastOf(TimelineId timeline, int count) {
        List<SegmentObject> last = new ArrayList<>();
        SegmentColumn column = timelines.get(timeline);
        if (column != null) {
            for (int i = Math.max(0, column.count() - count); i < column.count(); i++) {
                last.add(column.object(i));
            }
        }
        return last;
    }

    /** Returns when a timeline's last segment was put; empty if it has none. */
    public Optional<Instant> lastPut(TimelineId timeline) {
        return Optional.ofNullable(lastPut.get(timeline));
    }

    /** Tells whether there is an object for a segment. */
    public boolean contains(WalSegmentName name) {
        SegmentColumn column = timelines.get(name.timeline());
        return column != null && column.contains(name);
    }

    /** Returns the stored length of a segment; of the largest where it has two; empty if it is not there. */
    public OptionalLong storedBytes(WalSegmentName name) {
        SegmentColumn column = timelines.get(name.timeline());
        return column == null ? OptionalLong.empty() : column.storedBytes(name);
    }

    /**
     * Returns a timeline's segments as ranges of places, in order, with a gap between any two.
     *
     * @throws IllegalArgumentException if a segment cannot be of the size
     */
    public List<SegmentRange> ranges(TimelineId timeline, WalSegmentSize size) {
        List<SegmentRange> ranges = new ArrayList<>();
        SegmentColumn column = timelines.get(timeline);
        if (column == null) {
            return ranges;
        }
        long begin = -1;
        long end = -1;
        for (int i = 0; i < column.count(); i++) {
            long number = column.name(i).number(size);
            if (number == end - 1) {
                continue;
            }
            if (number != end) {
                if (end > begin) {
                    ranges.add(new SegmentRange(begin, end));
                }
                begin = number;
            }
            end = number + 1;
        }
        if (end > begin) {
            ranges.add(new SegmentRange(begin, end));
        }
        return ranges;
    }
}
