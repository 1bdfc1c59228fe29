package org.walarchive.core.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.walarchive.StoreAccessException;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineHistory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.BlobInfo;

final class InventoryTest {

    private static final String BACKUP = "basebackups_005/base_000000010000000000000002_00000040";
    private static final TimelineId SECOND = new TimelineId(2);

    /** Small pages, so that all lists have several. */
    private final ArchiveFixture fixture = new ArchiveFixture(2);

    private void put(String key, String text) throws IOException {
        fixture.put(key, text.getBytes(StandardCharsets.UTF_8));
    }

    private void history(String name, String text) throws IOException {
        fixture.put("wal_005/" + name + ".lzo", SegmentBuilder.compress("lzo", text.getBytes(StandardCharsets.UTF_8)));
    }

    private void segment(String name) throws IOException {
        fixture.put(
                "wal_005/" + name + ".lzo",
                SegmentBuilder.compress("lzo", SegmentBuilder.segment(name).bytes()));
    }

    private Inventory read() throws Exception {
        return Inventory.read(fixture.archive());
    }

    private static List<String> keys(List<BlobInfo> blobs) {
        return blobs.stream().map(BlobInfo::key).toList();
    }

    @Test
    void anArchiveWithoutObjectsHasNothing() throws Exception {
        Inventory inventory = read();
        assertEquals(List.of(), inventory.backups());
        assertEquals(0, inventory.wal().count());
        assertEquals(Optional.empty(), inventory.segmentSize());
    }

    @Test
    void objectsAreSortedByWhatTheyAre() throws Exception {
        put(BACKUP + "_backup_stop_sentinel.json", "{}");
        put(BACKUP + "/extended_version.txt", "PostgreSQL 17");
        put(BACKUP + "/tar_partitions/part_00000000.tar.lzo", "x");
        put(BACKUP + "/tar_partitions/part_1.tar.lzo", "xy");
        put(BACKUP + "/tar_partitions/notes.txt", "x");
        put("basebackups_005/base_000000010000000000000009_00000040/extended_version.txt", "PostgreSQL 17");
        put("basebackups_005/readme", "x");
        segment("000000010000000000000002");
        put("wal_005/000000010000000000000003.gz", "x");
        put("wal_005/000000010000000000000002.00000028.backup.lzo", "x");
        put("wal_005/000000010000000000000004.partial.lzo", "x");
        put("walarchive/identity.properties", "system_identifier=1");
        put("something/else", "x");
        Inventory inventory = read();

        assertEquals(2, inventory.backups().size());
        BackupObjects backup = inventory.backups().get(0);
        assertEquals("base_000000010000000000000002_00000040", backup.name().toString());
        assertTrue(backup.sentinel().isPresent());
        assertEquals(
                List.of(BACKUP + "/tar_partitions/part_00000000.tar.lzo", BACKUP + "/tar_partitions/part_1.tar.lzo"),
                keys(backup.partitions()));
        assertEquals(List.of(BACKUP + "/tar_partitions/notes.txt"), keys(backup.others()));
        assertEquals(2 + 13 + 1 + 2, backup.storedBytes());
        assertEquals(backup.partitions().get(1).lastModified(), backup.lastModified(), "the newest of its own objects");
        assertTrue(inventory.backups().get(1).sentinel().isEmpty());
        assertEquals(
                Set.of(
                        "basebackups_005/readme",
                        BACKUP + "/tar_partitions/notes.txt",
                        "wal_005/000000010000000000000003.gz"),
                Set.copyOf(keys(inventory.unknown())));
        assertEquals(1, inventory.wal().count());
        assertEquals(2, inventory.otherWal().size());
        assertEquals(Optional.of(WalSegmentSize.ofBytes(1 << 20)), inventory.segmentSize());
    }

    @Test
    void historiesAreReadAndADamagedOneIsNoted() throws Exception {
        history("00000002.history", "1\t0/5000100\tx\n");
        history("00000003.history", "nonsense");
        put("wal_005/00000004.history.lzo", "no lzop file");
        Inventory inventory = read();
        assertEquals(Map.of(SECOND, TimelineHistory.parse(SECOND, "1\t0/5000100\tx")), inventory.histories());
        assertEquals(
                Optional.of(Lsn.parse("0/5000100")),
                inventory.history(SECOND).orElseThrow().endOf(new TimelineId(1)));
        assertEquals(
                Set.of(new TimelineId(3), new TimelineId(4)),
                inventory.unreadableHistories().keySet());
        assertEquals(Optional.empty(), inventory.history(new TimelineId(3)));
        assertEquals(
                TimelineHistory.ofFirst(new TimelineId(1)),
                inventory.history(new TimelineId(1)).orElseThrow());
    }

    @Test
    void theSizeIsTheNewestReadableSegments() throws Exception {
        segment("000000010000000000000002");
        put("wal_005/000000010000000000000003.lzo", "damaged");
        assertEquals(Optional.of(WalSegmentSize.ofBytes(1 << 20)), read().segmentSize());
    }

    @Test
    void aStoreThatCannotBeReadIsNoEmptyArchive() {
        fixture.drop();
        assertThrows(StoreAccessException.class, this::read);
    }
}
