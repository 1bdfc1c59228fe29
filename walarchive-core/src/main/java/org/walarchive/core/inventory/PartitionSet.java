package org.walarchive.core.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.tar.TarDialect;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException;

/** The tar partitions of a backup: found in the store, and held against what the sentinel records. */
public final class PartitionSet {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionSet.class);

    private PartitionSet() {}

    /**
     * A partition to fetch.
     *
     * @param number its place, from 0
     * @param key its key
     * @param extension how it is compressed
     * @param storedBytes its length in the store
     * @param record what the sentinel says of it; empty for WAL-E's and WAL-G's
     * @param dialect how its tar archive is written
     */
    public record Entry(
            int number,
            String key,
            String extension,
            long storedBytes,
            Optional<BackupRecord.Partition> record,
            TarDialect dialect) {}

    /**
     * Finds all partitions, in order. For a backup of WAL-G's, what it recorded beside the sentinel is read.
     *
     * @throws CorruptArchiveException if any is missing, has another length, or is one too many
     */
    public static List<Entry> find(ArchiveStore archive, BackupName backup, Sentinel sentinel)
            throws ArchiveException, InterruptedException {
        try {
            return read(archive, backup, sentinel, archive.list(ArchiveLayout.partitions(backup), ListDepth.IMMEDIATE));
        } catch (StoreException e) {
            throw ArchiveStore.failure("list of the partitions of " + backup, e);
        }
    }

    /** Does the same with objects that were listed already. */
    public static List<Entry> read(ArchiveStore archive, BackupName backup, Sentinel sentinel, List<BlobInfo> listed)
            throws ArchiveException, InterruptedException {
        if (sentinel.walG().isEmpty()) {
            return of(archive, backup, sentinel, listed);
        }
        WalGPartitions walG = new WalGPartitions(backup, sentinel.walG().get(), listed);
        walG.requireWhole();
        return walG.require(
                new WalGMetadata(archive, backup).partitions(sentinel.walG().get()));
    }

    /** Does the same with what was listed alone, without reading anything. */
    public static List<Entry> of(ArchiveStore archive, BackupName backup, Sentinel sentinel, List<BlobInfo> listed)
            throws CorruptArchiveException {
        if (sentinel.walG().isPresent()) {
            return new WalGPartitions(backup, sentinel.walG().get(), listed)
                    .require(sentinel.walG().get().partitions());
        }
        Map<Integer, BlobInfo> found = byNumber(archive, backup, listed);
        Optional<BackupRecord> record = sentinel.record();
        int count = record.isPresent()
                ? record.get().partitions().size()
                : found.keySet().stream().mapToInt(n -> n + 1).max().orElse(0);
        if (count == 0) {
            throw incomplete(backup, "It has no tar partitions.");
        }
        List<Entry> entries = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            BlobInfo blob = found.remove(number);
            Optional<BackupRecord.Partition> expected = Optional.empty();
            if (record.isPresent()) {
                expected = Optional.of(record.get().partitions().get(number));
            }
            if (blob == null) {
                throw incomplete(backup, "Partition " + number + " is missing.");
            }
            requireRecorded(backup, blob, expected);
            String extension =
                    ArchiveLayout.parsePartition(blob.key()).orElseThrow().extension();
            entries.add(new Entry(number, blob.key(), extension, blob.sizeBytes(), expected, TarDialect.STANDARD));
        }
        if (!found.isEmpty()) {
            throw incomplete(
                    backup,
                    "The sentinel records " + count + " partitions, and there is "
                            + found.values().iterator().next().key() + " besides.");
        }
        return entries;
    }

    /**
     * Requires that all partitions are there. What the list alone makes of a backup of WAL-G's need not be so: where it finds fault,
     * what was recorded of the partitions decides, and only then is it read.
     *
     * @throws CorruptArchiveException if any is missing, has another length, or is one too many
     */
    public static void require(ArchiveStore archive, BackupName backup, Sentinel sentinel, List<BlobInfo> listed)
            throws ArchiveException, InterruptedException {
        try {
            of(archive, backup, sentinel, listed);
        } catch (CorruptArchiveException e) {
            if (sentinel.walG().isEmpty()) {
                throw e;
            }
            read(archive, backup, sentinel, listed);
        }
    }

    private static Map<Integer, BlobInfo> byNumber(ArchiveStore archive, BackupName backup, List<BlobInfo> listed)
            throws CorruptArchiveException {
        Map<Integer, BlobInfo> found = new TreeMap<>();
        for (BlobInfo blob : listed) {
            Optional<ArchiveLayout.PartitionObject> partition = ArchiveLayout.parsePartition(blob.key());
            if (partition.isEmpty()
                    || partition.get().number().isEmpty()
                    || !Codecs.written().contains(partition.get().extension())) {
                LOG.warn("unexpected key found in tar volume directory: {}", archive.locate(blob.key()));
                continue;
            }
            int number = partition.get().number().getAsInt();
            BlobInfo other = found.put(number, blob);
            if (other != null) {
                throw incomplete(
                        backup, "Partition " + number + " is there twice: " + other.key() + " and " + blob.key() + ".");
            }
        }
        return found;
    }

    private static void requireRecorded(BackupName backup, BlobInfo blob, Optional<BackupRecord.Partition> expected)
            throws CorruptArchiveException {
        if (expected.isEmpty()) {
            return;
        }
        if (!blob.key().endsWith("/" + expected.get().name())) {
            throw incomplete(
                    backup, "The sentinel records " + expected.get().name() + ", and there is " + blob.key() + ".");
        }
        if (blob.sizeBytes() != expected.get().storedBytes()) {
            throw incomplete(
                    backup,
                    blob.key() + " has " + blob.sizeBytes() + " bytes; the sentinel records "
                            + expected.get().storedBytes() + ".");
        }
    }

    static CorruptArchiveException incomplete(BackupName backup, String detail) {
        return new CorruptArchiveException(
                "backup " + backup + " is not complete",
                detail,
                "Nothing was restored. Restore another backup; backup-list shows them.");
    }
}
