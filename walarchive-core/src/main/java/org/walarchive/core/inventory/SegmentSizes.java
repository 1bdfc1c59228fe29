package org.walarchive.core.inventory;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.codec.CorruptStreamException;
import org.walarchive.core.codec.Decoder;
import org.walarchive.core.codec.UnreadableHere;
import org.walarchive.core.openpgp.DecryptionException;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.server.WalPageHeader;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.BlobContent;
import org.walarchive.store.StoreException;

/** Finds out the size of an archive's WAL segments: what the newest backup records, else what a segment's first page says. */
final class SegmentSizes {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentSizes.class);

    /** How many backups and segments are looked at before the size stays unknown. */
    private static final int ATTEMPTS = 5;

    private SegmentSizes() {}

    /**
     * What was found out.
     *
     * @param size empty if nothing that can be read tells
     * @param here why the newest segment that could tell it cannot be read here; empty if the size is known, or none is like that
     */
    record Found(Optional<WalSegmentSize> size, Optional<UnreadableHere> here) {}

    static Found find(ArchiveStore archive, List<BackupObjects> backups, WalIndex wal)
            throws StoreException, ArchiveException, InterruptedException {
        int attempts = 0;
        for (int i = backups.size() - 1; i >= 0 && attempts < ATTEMPTS; i--) {
            if (backups.get(i).sentinel().isPresent()) {
                attempts++;
                Optional<WalSegmentSize> size = recorded(archive, backups.get(i));
                if (size.isPresent()) {
                    return new Found(size, Optional.empty());
                }
            }
        }
        Optional<UnreadableHere> here = Optional.empty();
        for (WalIndex.SegmentObject segment : newest(wal)) {
            Found found = ofSegment(archive, segment);
            if (found.size().isPresent()) {
                return found;
            }
            here = here.or(found::here);
        }
        return new Found(Optional.empty(), here);
    }

    private static Optional<WalSegmentSize> recorded(ArchiveStore archive, BackupObjects backup)
            throws ArchiveException, InterruptedException {
        try {
            Sentinel sentinel = Inventory.sentinel(archive, backup.name());
            return sentinel.record().map(BackupRecord::walSegmentSizeBytes).map(bytes -> WalSegmentSize.ofBytes(bytes));
        } catch (CorruptArchiveException | IllegalArgumentException e) {
            LOG.warn("{}", e.getMessage());
            return Optional.empty();
        }
    }

    private static List<WalIndex.SegmentObject> newest(WalIndex wal) {
        List<WalIndex.SegmentObject> newest = new ArrayList<>();
        for (TimelineId timeline : wal.timelines()) {
            wal.lastOf(timeline, ATTEMPTS).forEach(segment -> newest.add(0, segment));
        }
        return newest.subList(0, Math.min(ATTEMPTS, newest.size()));
    }

    private static Found ofSegment(ArchiveStore archive, WalIndex.SegmentObject segment)
            throws StoreException, ArchiveException {
        try {
            byte[] head = archive.retry().call("read of " + segment.key(), () -> {
                Decoder codec = Codecs.forExtension(segment.extension()).orElseThrow();
                try (BlobContent content = archive.direct().get(segment.key());
                        InputStream plain = archive.plain(codec, content.stream())) {
                    return plain.readNBytes(WalPageHeader.LENGTH);
                }
            });
            return new Found(WalPageHeader.parse(head).flatMap(WalPageHeader::walSegmentSize), Optional.empty());
        } catch (CorruptStreamException | DecryptionException e) {
            LOG.warn("segment {} cannot be read: {}", archive.locate(segment.key()), e.getMessage());
            return new Found(Optional.empty(), e instanceof UnreadableHere why ? Optional.of(why) : Optional.empty());
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "read of " + segment.key() + " failed", null, e);
        }
    }
}
