package org.walarchive.core.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.walarchive.BackupName;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.inventory.BackupObjects;
import org.walarchive.core.inventory.PartitionSet;
import org.walarchive.core.inventory.WalGPartitions;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.WalGRecord;
import org.walarchive.core.tar.TarDialect;
import org.walarchive.core.verify.BackupFacts.StoredPartition;
import org.walarchive.store.BlobInfo;

/** Holds the tar partitions that were listed against what the sentinel says. A restore stops at the first fault; here are all. */
final class PartitionList {

    private final BackupName backup;
    private final List<BackupRecord.Partition> recorded;
    private final boolean isRecorded;
    private final List<StoredPartition> partitions = new ArrayList<>();
    private final Map<String, String> faults = new TreeMap<>();

    /** Takes what was listed. */
    PartitionList(BackupObjects objects, Sentinel sentinel, Optional<Set<String>> namedByWalG) {
        backup = objects.name();
        recorded = sentinel.record().map(BackupRecord::partitions).orElse(List.of());
        isRecorded = sentinel.record().isPresent();
        if (sentinel.walG().isPresent()) {
            takeWalGs(objects, sentinel.walG().get(), namedByWalG);
            return;
        }
        Map<Integer, BlobInfo> found = byNumber(objects.partitions());
        if (isRecorded) {
            takeRecorded(found);
        } else {
            takeAll(found);
        }
    }

    private void takeWalGs(BackupObjects objects, WalGRecord record, Optional<Set<String>> named) {
        Map<String, BlobInfo> blobs = new TreeMap<>();
        objects.partitions().forEach(blob -> blobs.put(blob.key(), blob));
        WalGPartitions walG = new WalGPartitions(backup, record, objects.partitions());
        for (PartitionSet.Entry entry : walG.entries(named)) {
            BlobInfo blob = blobs.get(entry.key());
            partitions.add(
                    new StoredPartition(entry.number(), blob, entry.extension(), Optional.empty(), entry.dialect()));
            if (blob.sizeBytes() == 0) {
                faults.put(blob.key(), "it is empty");
            }
        }
        List<String> wrong = walG.faults(named);
        if (!wrong.isEmpty()) {
            faults.put(ArchiveLayout.partitions(backup), String.join(" ", wrong));
        }
    }

    private void takeRecorded(Map<Integer, BlobInfo> found) {
        for (int number = 0; number < recorded.size(); number++) {
            BlobInfo blob = found.remove(number);
            if (blob == null) {
                lacks(number, number + 1);
            } else {
                take(number, blob);
            }
        }
        found.forEach((number, blob) -> faults.put(
                blob.key(),
                "tar partition " + number + " is one that " + ArchiveLayout.sentinel(backup) + " does not record"));
    }

    /** One stray number may be a hundred million behind the others. */
    private void takeAll(Map<Integer, BlobInfo> found) {
        int next = 0;
        for (Map.Entry<Integer, BlobInfo> partition : found.entrySet()) {
            lacks(next, partition.getKey());
            take(partition.getKey(), partition.getValue());
            next = partition.getKey() + 1;
        }
        lacks(next, Math.max(next, 1));
    }

    private void lacks(int from, int to) {
        if (to == from + 1) {
            faults.put(keyOf(from), "tar partition " + from + " is missing");
        } else if (to > from) {
            faults.put(keyOf(from), "tar partitions " + from + " to " + (to - 1) + " are missing");
        }
    }

    private Map<Integer, BlobInfo> byNumber(List<BlobInfo> listed) {
        Map<Integer, BlobInfo> found = new TreeMap<>();
        for (BlobInfo blob : listed) {
            ArchiveLayout.PartitionObject object =
                    ArchiveLayout.parsePartition(blob.key()).orElseThrow();
            if (object.number().isPresent() && Codecs.written().contains(object.extension())) {
                int number = object.number().getAsInt();
                BlobInfo other = found.putIfAbsent(number, blob);
                if (other != null) {
                    faults.put(blob.key(), "tar partition " + number + " is there twice, see " + other.key());
                }
            }
        }
        return found;
    }

    private void take(int number, BlobInfo blob) {
        Optional<BackupRecord.Partition> record = isRecorded ? Optional.of(recorded.get(number)) : Optional.empty();
        String extension =
                ArchiveLayout.parsePartition(blob.key()).orElseThrow().extension();
        partitions.add(new StoredPartition(number, blob, extension, record, TarDialect.STANDARD));
        if (record.isPresent() && !blob.key().endsWith("/" + record.get().name())) {
            faults.put(
                    blob.key(),
                    ArchiveLayout.sentinel(backup) + " records tar partition "
                            + record.get().name());
        } else if (record.isPresent() && blob.sizeBytes() != record.get().storedBytes()) {
            faults.put(
                    blob.key(),
                    "it has " + blob.sizeBytes() + " bytes; " + ArchiveLayout.sentinel(backup) + " records "
                            + record.get().storedBytes());
        } else if (blob.sizeBytes() == 0) {
            faults.put(blob.key(), "it is empty");
        }
    }

    private String keyOf(int number) {
        return isRecorded
                ? ArchiveLayout.partitions(backup) + recorded.get(number).name()
                : ArchiveLayout.partition(backup, number, "lzo");
    }

    /** Returns the partitions that are there. */
    List<StoredPartition> partitions() {
        return partitions;
    }

    /** Returns what is wrong, by key. */
    Map<String, String> faults() {
        return faults;
    }
}
