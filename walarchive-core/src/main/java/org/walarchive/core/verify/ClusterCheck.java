package org.walarchive.core.verify;

import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.identity.ClusterIdentity;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.store.StoreException;

/** Reads which cluster the archive belongs to. WAL-E's archives do not say. */
final class ClusterCheck {

    private ClusterCheck() {}

    static Optional<SystemIdentifier> of(ArchiveStore archive, Inventory inventory, FindingLog findings)
            throws ArchiveException, InterruptedException {
        try {
            Optional<SystemIdentifier> cluster = new ClusterIdentity(archive).read();
            if (cluster.isEmpty()
                    && (inventory.wal().count() > 0 || !inventory.backups().isEmpty())) {
                findings.note(
                        ArchiveLayout.IDENTITY,
                        "the archive does not say which cluster it belongs to",
                        "Archives that only WAL-E wrote do not. The next push of walarchive records it; if it was there before,"
                                + " what else was deleted?");
            }
            return cluster;
        } catch (CorruptArchiveException e) {
            findings.error(
                    ArchiveLayout.IDENTITY,
                    "the record of the archive's cluster cannot be read: "
                            + e.detail().orElse(e.getMessage()),
                    e.hint().orElse(null));
            return Optional.empty();
        } catch (StoreException e) {
            throw ArchiveStore.failure("read of the archive's cluster", e);
        }
    }
}
