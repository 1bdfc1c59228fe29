package org.walarchive.core.retention;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.walarchive.BackupName;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException;

/** The objects of our own beside the archive: marks on base backups, and the cluster's record. */
final class Marks {

    private final Map<String, BlobInfo> kept = new TreeMap<>();
    private final Map<String, BlobInfo> deleting = new TreeMap<>();
    private Optional<BlobInfo> identity = Optional.empty();

    private Marks() {}

    static Marks read(ArchiveStore archive) throws StoreException {
        Marks marks = new Marks();
        archive.forEach(ArchiveLayout.OWN, ListDepth.ALL, marks::add);
        return marks;
    }

    private void add(BlobInfo blob) {
        ArchiveLayout.parseKeepMark(blob.key()).ifPresent(name -> kept.put(name.toString(), blob));
        ArchiveLayout.parseDeletionMark(blob.key()).ifPresent(name -> deleting.put(name.toString(), blob));
        if (blob.key().equals(ArchiveLayout.IDENTITY)) {
            identity = Optional.of(blob);
        }
    }

    boolean keeps(BackupName backup) {
        return kept.containsKey(backup.toString());
    }

    /** Returns the marks that keep a backup, by its name. */
    Map<String, BlobInfo> kept() {
        return kept;
    }

    /** Returns when a deletion of a backup was begun. */
    Optional<Instant> deletionOf(BackupName backup) {
        return Optional.ofNullable(deleting.get(backup.toString())).map(BlobInfo::lastModified);
    }

    /** Returns the names of the backups whose deletion was begun and not ended. */
    Set<String> deleting() {
        return deleting.keySet();
    }

    /** Returns the marks that a backup is being deleted, by its name. */
    Map<String, BlobInfo> deletionMarks() {
        return deleting;
    }

    Optional<BlobInfo> identity() {
        return identity;
    }
}
