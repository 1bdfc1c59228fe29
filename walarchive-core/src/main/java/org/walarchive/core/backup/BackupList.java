package org.walarchive.core.backup;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.Backup;
import org.walarchive.BackupDetails;
import org.walarchive.BackupName;
import org.walarchive.BackupNotFoundException;
import org.walarchive.BackupService.ListDetail;
import org.walarchive.RestoreRequest;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.SentinelJson;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException;

/** Finds the base backups of an archive: those that have a sentinel. */
public final class BackupList {

    private final ArchiveStore archive;

    /** Makes the use case for an archive. */
    public BackupList(ArchiveStore archive) {
        this.archive = archive;
    }

    /** See {@link org.walarchive.BackupService#list}. */
    public List<Backup> list(ListDetail detail) throws ArchiveException, InterruptedException {
        try {
            List<Backup> backups = new ArrayList<>();
            for (BlobInfo blob : archive.list(ArchiveLayout.BASE_BACKUPS, ListDepth.IMMEDIATE)) {
                Optional<BackupName> name = ArchiveLayout.parseSentinel(blob.key());
                if (name.isPresent()) {
                    backups.add(new Backup(name.get(), blob.lastModified(), details(name.get(), detail)));
                }
            }
            backups.sort(Comparator.comparing(backup -> backup.name().toString()));
            return backups;
        } catch (StoreException e) {
            throw ArchiveStore.failure(
                    "list of the base backups in " + archive.config().location(), e);
        }
    }

    private Optional<BackupDetails> details(BackupName name, ListDetail detail)
            throws StoreException, ArchiveException {
        return detail == ListDetail.NAMES ? Optional.empty() : Optional.of(details(read(name)));
    }

    private static BackupDetails details(Sentinel sentinel) {
        Optional<BackupRecord> record = sentinel.record();
        return new BackupDetails(
                sentinel.expandedSizeBytes(),
                sentinel.stopSegment(),
                sentinel.stopOffset(),
                record.map(BackupRecord::startLsn),
                record.map(BackupRecord::stopLsn),
                record.map(BackupRecord::systemIdentifier),
                record.map(BackupRecord::serverVersion));
    }

    private Sentinel read(BackupName name) throws StoreException, ArchiveException {
        String key = ArchiveLayout.sentinel(name);
        return SentinelJson.read(key, archive.read(key, SentinelJson.MAX_LENGTH_BYTES));
    }

    /** Reads the sentinel of a backup that {@link #resolve} found. */
    Sentinel sentinel(BackupName name) throws ArchiveException, InterruptedException {
        try {
            return read(name);
        } catch (StoreException e) {
            throw ArchiveStore.failure("read of the sentinel of " + name, e);
        }
    }

    /**
     * Finds one backup.
     *
     * @param query a name, or LATEST: the backup whose sentinel was put last
     * @throws BackupNotFoundException if there is none
     */
    Backup resolve(String query) throws ArchiveException, InterruptedException {
        boolean latest = query.equals(RestoreRequest.LATEST);
        if (!latest && !BackupName.isValid(query)) {
            throw new BackupNotFoundException(
                    "invalid backup query submitted",
                    "The submitted query operator was \"" + query + ".\"",
                    "Give LATEST or a name such as base_000000010000000000000008_00000040; backup-list shows them.");
        }
        return list(ListDetail.NAMES).stream()
                .filter(backup -> latest || backup.name().toString().equals(query))
                .max(Comparator.comparing(Backup::lastModified)
                        .thenComparing(backup -> backup.name().toString()))
                .orElseThrow(() -> new BackupNotFoundException(
                        "no backups found for fetching",
                        "No backup matching the query \"" + query + "\" was found in "
                                + archive.config().location() + ".",
                        "backup-list shows the backups there are."));
    }
}
