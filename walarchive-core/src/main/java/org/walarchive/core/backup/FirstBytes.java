package org.walarchive.core.backup;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.codec.CorruptStreamException;
import org.walarchive.core.codec.Decoder;
import org.walarchive.core.codec.MissingLibraryException;
import org.walarchive.core.inventory.PartitionSet;
import org.walarchive.core.openpgp.DecryptionException;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.BlobContent;

/**
 * Reads the beginnings of tar partitions, so that a key or a library that lacks is found before a restore writes anything. All
 * partitions of a backup are encrypted to the same keys: of each compression the largest is opened, whose window is the widest.
 */
final class FirstBytes {

    private final ArchiveStore archive;
    private final String doing;

    FirstBytes(ArchiveStore archive, BackupName backup) {
        this.archive = archive;
        this.doing = "restore of backup " + backup;
    }

    /**
     * Requires that partitions can be read here, as far as their first bytes tell.
     *
     * @throws org.walarchive.ConfigurationException if a key or a library lacks
     * @throws CorruptArchiveException if one is damaged there
     */
    void require(List<PartitionSet.Entry> partitions) throws ArchiveException, InterruptedException {
        Map<String, PartitionSet.Entry> largest = new HashMap<>();
        partitions.forEach(partition -> largest.merge(
                partition.extension(),
                partition,
                (one, other) -> other.storedBytes() > one.storedBytes() ? other : one));
        List<PartitionSet.Entry> opened = new ArrayList<>(largest.values());
        opened.sort(Comparator.comparingInt(PartitionSet.Entry::number));
        for (PartitionSet.Entry partition : opened) {
            require(partition);
        }
    }

    private void require(PartitionSet.Entry partition) throws ArchiveException, InterruptedException {
        String key = partition.key();
        Decoder decoder =
                Codecs.forExtension(partition.extension()).orElseThrow().forLargeContent();
        try {
            archive.retry().call("read of " + key, () -> {
                try (BlobContent content = archive.direct().get(key);
                        InputStream plain = archive.plain(decoder, content.stream())) {
                    return plain.read();
                }
            });
        } catch (DecryptionException | MissingLibraryException e) {
            throw e.of(doing, archive.locate(key));
        } catch (CorruptStreamException e) {
            throw new CorruptArchiveException(
                    doing + " failed",
                    key + ": " + e.getMessage(),
                    "Nothing was restored. Restore another backup; backup-list shows them.",
                    e);
        } catch (IOException e) {
            throw Failures.ofWork(doing, e);
        }
    }
}
