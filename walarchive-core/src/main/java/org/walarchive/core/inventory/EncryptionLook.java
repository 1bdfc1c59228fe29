package org.walarchive.core.inventory;

import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.walarchive.Backup;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.openpgp.OpenPgp;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.StoreException;

/**
 * Tells whether base backups are encrypted, which neither a name nor a sentinel says: by the first bytes of one tar partition of each.
 * What it finds is good for a warning, so that a read is tried once only.
 */
public final class EncryptionLook {

    private static final int HEAD_BYTES = 4;

    private final ArchiveStore archive;

    /** Makes a look at an archive. */
    public EncryptionLook(ArchiveStore archive) {
        this.archive = archive;
    }

    /**
     * Lists the sentinels, and looks at the backups whose sentinels were put last: a list and a read for each.
     *
     * @param most at how many
     * @return the newest of these that is encrypted; without details
     * @throws StoreException if the store fails
     */
    public Optional<Backup> newestEncrypted(int most) throws StoreException {
        List<Backup> newest = archive.list(ArchiveLayout.BASE_BACKUPS, ListDepth.IMMEDIATE).stream()
                .flatMap(blob -> ArchiveLayout.parseSentinel(blob.key())
                        .map(name -> new Backup(name, blob.lastModified(), Optional.empty()))
                        .stream())
                .sorted(Comparator.comparing(Backup::lastModified).reversed())
                .limit(most)
                .toList();
        for (Backup backup : newest) {
            ListPage first = archive.direct().list(ArchiveLayout.partitions(backup.name()), ListDepth.IMMEDIATE, null);
            if (isEncrypted(first.blobs())) {
                return Optional.of(backup);
            }
        }
        return Optional.empty();
    }

    /**
     * Reads the first bytes of the smallest of a backup's tar partitions: some stores read to the end what is closed early.
     *
     * @param partitions all of them, or some
     * @throws StoreException if the store fails
     */
    public boolean isEncrypted(Collection<BlobInfo> partitions) throws StoreException {
        Optional<BlobInfo> smallest = partitions.stream()
                .filter(blob -> ArchiveLayout.parsePartition(blob.key()).isPresent())
                .min(Comparator.comparingLong(BlobInfo::sizeBytes));
        return smallest.isPresent() && OpenPgp.isEncrypted(head(smallest.get().key()));
    }

    private byte[] head(String key) throws StoreException {
        try (BlobContent content = archive.direct().get(key)) {
            return content.stream().readNBytes(HEAD_BYTES);
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "read of " + key + " failed", null, e);
        }
    }
}
