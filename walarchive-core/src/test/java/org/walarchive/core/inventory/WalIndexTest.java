package org.walarchive.core.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.BlobInfo;

final class WalIndexTest {

    private static final WalSegmentSize SIZE = WalSegmentSize.DEFAULT;
    private static final TimelineId FIRST = new TimelineId(1);

    private static void add(WalIndex index, String name, String extension, long size) {
        index.add(WalSegmentName.parse(name), extension, new BlobInfo(name + "." + extension, size, Instant.EPOCH));
    }

    @Property(tries = 300)
    void rangesAreTheSetOfPlacesAndGrowOverTheEndOfAnXlogId(
            @ForAll @Size(max = 60) Set<@LongRange(min = 200, max = 300) Long> places) {
        WalIndex index = new WalIndex();
        new TreeSet<>(places)
                .forEach(place ->
                        add(index, WalSegmentName.at(FIRST, place, SIZE).toString(), "lzo", 1));
        Set<Long> found = new TreeSet<>();
        long end = -1;
        for (SegmentRange range : index.ranges(FIRST, SIZE)) {
            assertEquals(true, range.begin() > end, "a gap before " + range);
            end = range.end();
            for (long place = range.begin(); place < range.end(); place++) {
                found.add(place);
            }
        }
        assertEquals(new TreeSet<>(places), found);
        for (long place = 199; place <= 301; place++) {
            WalSegmentName name = WalSegmentName.at(FIRST, place, SIZE);
            assertEquals(places.contains(place), index.contains(name), name::toString);
        }
    }

    @Example
    void aSegmentMayHaveTwoObjects() {
        WalIndex index = new WalIndex();
        add(index, "000000010000000000000001", "lzo", 10);
        add(index, "000000010000000000000001", "zst", 7);
        add(index, "000000010000000000000002", "lzo", 3);
        assertEquals(List.of(new SegmentRange(1, 3)), index.ranges(FIRST, SIZE));
        assertEquals(OptionalLong.of(10), index.storedBytes(WalSegmentName.parse("000000010000000000000001")));
        assertEquals(OptionalLong.empty(), index.storedBytes(WalSegmentName.parse("000000010000000000000003")));
        assertEquals(3, index.count());
        List<String> keys = new ArrayList<>();
        index.forEach(FIRST, object -> keys.add(object.key()));
        assertEquals(
                List.of(
                        "wal_005/000000010000000000000001.lzo",
                        "wal_005/000000010000000000000001.zst",
                        "wal_005/000000010000000000000002.lzo"),
                keys);
        assertEquals(
                "000000010000000000000002", index.lastOf(FIRST, 1).get(0).name().toString());
    }

    @Example
    void whatIsOutOfOrderIsADefect() {
        WalIndex index = new WalIndex();
        add(index, "000000010000000000000002", "lzo", 10);
        assertThrows(IllegalArgumentException.class, () -> add(index, "000000010000000000000001", "lzo", 10));
    }
}
