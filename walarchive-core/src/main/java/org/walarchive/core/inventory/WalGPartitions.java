package org.walarchive.core.inventory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.BackupName;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.layout.ArchiveLayout.PartitionObject;
import org.walarchive.core.sentinel.WalGRecord;
import org.walarchive.core.tar.TarDialect;
import org.walarchive.core.tar.TarDialect.End;
import org.walarchive.core.tar.TarDialect.Maker;
import org.walarchive.store.BlobInfo;

/**
 * The tar partitions of a backup of WAL-G's: those with the data directory, then {@code backup_label}, then {@code pg_control}.
 * What is in the last two counts, whatever else has files of their names.
 */
public final class WalGPartitions {

    private static final Logger LOG = LoggerFactory.getLogger(WalGPartitions.class);

    private static final Set<String> LABEL_FILES = Set.of("backup_label", "tablespace_map");
    private static final Set<String> CONTROL_FILES = Set.of("global/pg_control");

    private static final Comparator<PartitionObject> ORDER = Comparator.comparingInt(WalGPartitions::rank)
            .thenComparing(object -> object.number().orElse(0))
            .thenComparing(PartitionObject::stem);

    private final BackupName backup;
    private final WalGRecord record;
    private final List<Listed> listed = new ArrayList<>();

    private record Listed(PartitionObject object, BlobInfo blob) {}

    /** Takes the objects that were listed. */
    public WalGPartitions(BackupName backup, WalGRecord record, List<BlobInfo> listed) {
        this.backup = backup;
        this.record = record;
        for (BlobInfo blob : listed) {
            ArchiveLayout.parsePartition(blob.key()).ifPresent(object -> this.listed.add(new Listed(object, blob)));
        }
    }

    /**
     * Tells whether a partition counts. WAL-G leaves some behind that it put no file into, and passes over what it did not record;
     * the last two partitions it does not always record, nor any of those that have the label among the files.
     */
    private boolean counts(PartitionObject object, Optional<Set<String>> recorded) {
        return recorded.isEmpty()
                || rank(object) > 0
                || recorded.get().contains(object.name())
                || listed.stream().noneMatch(other -> rank(other.object()) == 1);
    }

    private Map<PartitionObject, BlobInfo> found(Optional<Set<String>> recorded) {
        Map<PartitionObject, BlobInfo> found = new TreeMap<>(ORDER);
        listed.stream()
                .filter(each -> counts(each.object(), recorded))
                .forEach(each -> found.putIfAbsent(each.object(), each.blob()));
        return found;
    }

    private static int rank(PartitionObject object) {
        return switch (object.stem()) {
            case PartitionObject.CONTROL -> 2;
            case PartitionObject.LABEL -> 1;
            default -> 0;
        };
    }

    /**
     * Returns the partitions in the order of their extraction's importance.
     *
     * @param recorded the names of those that have files in them, where WAL-G recorded them
     * @throws CorruptArchiveException if any is missing, or the backup is one that cannot be restored here
     */
    List<PartitionSet.Entry> require(Optional<Set<String>> recorded) throws CorruptArchiveException {
        requireWhole();
        List<String> faults = faults(recorded);
        if (!faults.isEmpty()) {
            throw PartitionSet.incomplete(backup, faults.get(0));
        }
        return entries(recorded);
    }

    /** Refuses a delta backup. */
    void requireWhole() throws CorruptArchiveException {
        Optional<String> deltaFrom = deltaFrom();
        if (deltaFrom.isPresent()) {
            throw new CorruptArchiveException(
                    "backup " + backup + " is a delta backup of WAL-G",
                    "It holds what changed since " + deltaFrom.get() + ", and cannot be restored here.",
                    "Restore the full backup that it begins with, and let recovery replay the WAL since; or restore it with"
                            + " WAL-G.");
        }
    }

    /** Returns which backup the sentinel or the name says this one holds the changes from. */
    public Optional<String> deltaFrom() {
        return record.deltaFrom().or(() -> backup.deltaFrom().map(segment -> "base_" + segment));
    }

    /** Returns the partitions that are there and count. */
    public List<PartitionSet.Entry> entries(Optional<Set<String>> recorded) {
        List<String> passedOver = listed.stream()
                .filter(each -> !counts(each.object(), recorded))
                .map(each -> each.object().name())
                .toList();
        if (!passedOver.isEmpty()) {
            LOG.warn("backup {}: passed over is what WAL-G did not record: {}", backup, passedOver);
        }
        Map<PartitionObject, BlobInfo> found = found(recorded);
        boolean hasLabel = found.keySet().stream().anyMatch(object -> rank(object) == 1);
        boolean hasControl = found.keySet().stream().anyMatch(object -> rank(object) == 2);
        // Remote backups, which have the label among the files and record none, lack end marks: their size is recorded,
        // and the streams end by themselves.
        End end = hasLabel || recorded.isPresent() ? End.MARKED : End.OPEN;
        Set<String> superseded = new TreeSet<>();
        superseded.addAll(hasLabel ? LABEL_FILES : Set.of());
        superseded.addAll(hasControl ? CONTROL_FILES : Set.of());
        List<PartitionSet.Entry> entries = new ArrayList<>();
        found.forEach((object, blob) -> entries.add(new PartitionSet.Entry(
                entries.size(),
                blob.key(),
                object.extension(),
                blob.sizeBytes(),
                Optional.empty(),
                switch (rank(object)) {
                    case 2 -> new TarDialect(Maker.WAL_G, Set.of(), end);
                    case 1 -> new TarDialect(Maker.WAL_G, Set.of(), End.MARKED);
                    default -> new TarDialect(Maker.WAL_G, superseded, end);
                })));
        return entries;
    }

    /** Returns what is wrong: sentences. */
    public List<String> faults(Optional<Set<String>> recorded) {
        List<String> faults = new ArrayList<>();
        Map<PartitionObject, BlobInfo> found = found(recorded);
        listed.stream()
                .filter(each -> counts(each.object(), recorded) && found.get(each.object()) != each.blob())
                .forEach(each ->
                        faults.add("There is " + each.blob().key() + ", and the same compressed in another way."));
        found.keySet().stream()
                .filter(object -> Codecs.forExtension(object.extension()).isEmpty())
                .findFirst()
                .ifPresent(object -> faults.add("Partition " + object.name()
                        + " is compressed in a way that this version cannot read. Readable are: "
                        + String.join(", ", Codecs.extensions()) + "."));
        if (found.isEmpty()) {
            faults.add("It has no tar partitions.");
        } else if (found.keySet().stream().noneMatch(object -> rank(object) == 2)) {
            faults.add("Partition pg_control.tar is missing.");
        }
        if (recorded.isPresent()) {
            Set<String> names = new TreeSet<>(recorded.get());
            found.keySet().forEach(object -> names.remove(object.name()));
            names.forEach(name -> faults.add("Partition " + name + " is missing."));
        } else {
            numbers(found, faults);
            requireSize(found, faults);
        }
        return faults;
    }

    /** WAL-G counts from 1, and leaves no gap. */
    private static void numbers(Map<PartitionObject, BlobInfo> found, List<String> faults) {
        int next = 1;
        for (PartitionObject object : found.keySet()) {
            if (object.number().isPresent()) {
                if (object.number().getAsInt() > next) {
                    faults.add("Partition " + next + " is missing.");
                }
                next = object.number().getAsInt() + 1;
            }
        }
    }

    private void requireSize(Map<PartitionObject, BlobInfo> found, List<String> faults) {
        long stored = found.values().stream().mapToLong(BlobInfo::sizeBytes).sum();
        if (stored < record.compressedBytes()) {
            faults.add("Its partitions have " + stored + " bytes; WAL-G recorded that it had stored "
                    + record.compressedBytes() + ".");
        }
    }
}
