package org.walarchive.core.inventory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.core.codec.UnreadableHere;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.SentinelJson;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.TimelineHistory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.StoreException;

/** What an archive held when it was listed. Keys outside of WAL-E's layout and ours are not looked at. */
public final class Inventory {

    private final List<BackupObjects> backups;
    private final WalIndex wal;
    private final List<WalFileObject> otherWal;
    private final List<BlobInfo> unknown;
    private final Map<TimelineId, TimelineHistory> histories;
    private final Map<TimelineId, UnreadableHistory> unreadableHistories;
    private final SegmentSizes.Found segmentSize;

    Inventory(InventoryReader read, HistoryReader histories, SegmentSizes.Found segmentSize) {
        this.backups = read.backups();
        this.wal = read.wal();
        this.otherWal = List.copyOf(read.otherWal());
        this.unknown = List.copyOf(read.unknown());
        this.histories = histories.histories();
        this.unreadableHistories = histories.unreadable();
        this.segmentSize = segmentSize;
    }

    /**
     * Lists the archive, reads all history files, and finds out the size of segments.
     *
     * @param archive the archive
     * @return what there is; nothing in an archive that nothing was pushed to
     * @throws ArchiveException if the store fails
     */
    public static Inventory read(ArchiveStore archive) throws ArchiveException, InterruptedException {
        try {
            InventoryReader reader = new InventoryReader();
            reader.read(archive);
            HistoryReader histories = new HistoryReader(archive);
            histories.read(reader.otherWal());
            return new Inventory(reader, histories, SegmentSizes.find(archive, reader.backups(), reader.wal()));
        } catch (StoreException e) {
            throw ArchiveStore.failure("list of archive " + archive.config().location(), e);
        }
    }

    /**
     * Lists the base backups alone, whole or not, in order of their names; no sentinel is read.
     *
     * @throws ArchiveException if the store fails
     */
    public static List<BackupObjects> listBackups(ArchiveStore archive) throws ArchiveException, InterruptedException {
        try {
            InventoryReader reader = new InventoryReader();
            reader.readBackups(archive);
            return reader.backups();
        } catch (StoreException e) {
            throw ArchiveStore.failure(
                    "list of the base backups in " + archive.config().location(), e);
        }
    }

    /**
     * Reads the sentinel of a backup.
     *
     * @throws org.walarchive.CorruptArchiveException if it cannot be understood
     */
    public static Sentinel sentinel(ArchiveStore archive, BackupName backup)
            throws ArchiveException, InterruptedException {
        String key = ArchiveLayout.sentinel(backup);
        try {
            return SentinelJson.read(key, archive.read(key, SentinelJson.MAX_LENGTH_BYTES));
        } catch (StoreException e) {
            throw ArchiveStore.failure("read of the sentinel of " + backup, e);
        }
    }

    /** Returns the base backups, whole or not, in order of their names. */
    public List<BackupObjects> backups() {
        return backups;
    }

    /** Returns the WAL segments. */
    public WalIndex wal() {
        return wal;
    }

    /** Returns the other WAL files, in order of their keys. */
    public List<WalFileObject> otherWal() {
        return otherWal;
    }

    /** Returns the objects below {@code wal_005/} and {@code basebackups_005/} that the layout does not know. */
    public List<BlobInfo> unknown() {
        return unknown;
    }

    /**
     * Returns where a timeline comes from.
     *
     * @return empty if it has ancestors and the archive has no history of it that can be read
     */
    public Optional<TimelineHistory> history(TimelineId timeline) {
        return Optional.ofNullable(histories.get(timeline))
                .or(() -> timeline.value() == 1 ? Optional.of(TimelineHistory.ofFirst(timeline)) : Optional.empty());
    }

    /** Returns the histories that were read, by timeline. */
    public Map<TimelineId, TimelineHistory> histories() {
        return histories;
    }

    /** Returns the timelines whose history file cannot be read, and why. */
    public Map<TimelineId, UnreadableHistory> unreadableHistories() {
        return unreadableHistories;
    }

    /** Returns the size of segments; empty in an archive without any that can be read. */
    public Optional<WalSegmentSize> segmentSize() {
        return segmentSize.size();
    }

    /** Returns why the segments that could tell their size cannot be read here; empty if it is known, or they are damaged. */
    public Optional<UnreadableHere> segmentsUnreadableHere() {
        return segmentSize.here();
    }
}
