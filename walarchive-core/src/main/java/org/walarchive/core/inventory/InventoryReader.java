package org.walarchive.core.inventory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.walarchive.BackupName;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException;

/** Sorts the objects of an archive by what their keys say. */
final class InventoryReader {

    private final Map<String, Parts> backups = new TreeMap<>();
    private final WalIndex wal = new WalIndex();
    private final List<WalFileObject> otherWal = new ArrayList<>();
    private final List<BlobInfo> unknown = new ArrayList<>();

    /** A backup, while it is read. */
    private static final class Parts {

        private final BackupName name;
        private @Nullable BlobInfo sentinel;
        private @Nullable BlobInfo version;
        private final List<BlobInfo> metadata = new ArrayList<>();
        private final List<BlobInfo> partitions = new ArrayList<>();
        private final List<BlobInfo> others = new ArrayList<>();

        Parts(BackupName name) {
            this.name = name;
        }

        BackupObjects objects() {
            return new BackupObjects(
                    name, Optional.ofNullable(sentinel), Optional.ofNullable(version), metadata, partitions, others);
        }
    }

    /** Lists the archive. */
    void read(ArchiveStore archive) throws StoreException {
        readBackups(archive);
        archive.forEach(ArchiveLayout.WAL, ListDepth.ALL, this::addWalObject);
    }

    /** Lists the base backups alone. */
    void readBackups(ArchiveStore archive) throws StoreException {
        archive.forEach(ArchiveLayout.BASE_BACKUPS, ListDepth.ALL, this::addBackupObject);
    }

    private void addBackupObject(BlobInfo blob) {
        Optional<BackupName> ofSentinel = ArchiveLayout.parseSentinel(blob.key());
        if (ofSentinel.isPresent()) {
            parts(ofSentinel.get()).sentinel = blob;
            return;
        }
        Optional<BackupName> backup = ArchiveLayout.parseBackup(blob.key());
        if (backup.isEmpty()) {
            unknown.add(blob);
            return;
        }
        Parts parts = parts(backup.get());
        if (blob.key().equals(ArchiveLayout.version(backup.get()))) {
            parts.version = blob;
        } else if (blob.key().equals(ArchiveLayout.walGMetadata(backup.get()))
                || blob.key().equals(ArchiveLayout.walGFiles(backup.get()))) {
            parts.metadata.add(blob);
        } else if (ArchiveLayout.parsePartition(blob.key()).isPresent()) {
            parts.partitions.add(blob);
        } else {
            parts.others.add(blob);
            unknown.add(blob);
        }
    }

    private Parts parts(BackupName name) {
        return backups.computeIfAbsent(name.toString(), key -> new Parts(name));
    }

    private void addWalObject(BlobInfo blob) {
        Optional<ArchiveLayout.WalObject> object = ArchiveLayout.parseWal(blob.key());
        if (object.isEmpty() || Codecs.forExtension(object.get().extension()).isEmpty()) {
            unknown.add(blob);
        } else if (object.get().name().kind() == WalFileName.Kind.SEGMENT) {
            wal.add(object.get().name().segment().orElseThrow(), object.get().extension(), blob);
        } else {
            otherWal.add(new WalFileObject(object.get().name(), object.get().extension(), blob));
        }
    }

    List<BackupObjects> backups() {
        Collection<Parts> parts = backups.values();
        return parts.stream().map(Parts::objects).toList();
    }

    WalIndex wal() {
        return wal;
    }

    List<WalFileObject> otherWal() {
        return otherWal;
    }

    List<BlobInfo> unknown() {
        return unknown;
    }
}
