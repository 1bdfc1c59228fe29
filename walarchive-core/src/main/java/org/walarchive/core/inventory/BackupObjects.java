package org.walarchive.core.inventory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.walarchive.BackupName;
import org.walarchive.store.BlobInfo;

/**
 * The objects of one base backup. Without a sentinel it is one that is being taken, or was given up.
 *
 * @param name its name
 * @param sentinel the object that makes it a backup
 * @param version the object that is put first; WAL-G's backups have none
 * @param metadata what WAL-G keeps of a backup beside its sentinel
 * @param partitions its tar partitions, in order of their keys
 * @param others what lies among them and is none of a backup's objects
 */
public record BackupObjects(
        BackupName name,
        Optional<BlobInfo> sentinel,
        Optional<BlobInfo> version,
        List<BlobInfo> metadata,
        List<BlobInfo> partitions,
        List<BlobInfo> others) {

    /** Copies the lists. */
    public BackupObjects {
        metadata = List.copyOf(metadata);
        partitions = List.copyOf(partitions);
        others = List.copyOf(others);
    }

    /** Returns the backup's own objects; the sentinel first. */
    public Stream<BlobInfo> objects() {
        return Stream.of(sentinel.stream(), version.stream(), metadata.stream(), partitions.stream())
                .flatMap(stream -> stream);
    }

    /** Returns when the newest of its own objects was put; the beginning of time if it has none. */
    public Instant lastModified() {
        return objects().map(BlobInfo::lastModified).max(Instant::compareTo).orElse(Instant.EPOCH);
    }

    /** Returns how much its own objects take in the store. */
    public long storedBytes() {
        return objects().mapToLong(BlobInfo::sizeBytes).sum();
    }
}
