package org.walarchive.core.inventory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.codec.CorruptStreamException;
import org.walarchive.core.codec.Decoder;
import org.walarchive.core.codec.MissingLibraryException;
import org.walarchive.core.codec.UnreadableHere;
import org.walarchive.core.openpgp.DecryptionException;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.TimelineHistory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.BlobContent;
import org.walarchive.store.StoreException;

/** Reads the history files of an archive. One that is damaged is noted, and does not hinder the others. */
final class HistoryReader {

    /** A line is some 50 bytes; a cluster with thousands of promotions has some 100 KiB. */
    private static final int MAX_LENGTH_BYTES = 4 << 20;

    private final ArchiveStore archive;
    private final Map<TimelineId, TimelineHistory> histories = new TreeMap<>();
    private final Map<TimelineId, UnreadableHistory> unreadable = new TreeMap<>();

    HistoryReader(ArchiveStore archive) {
        this.archive = archive;
    }

    void read(List<WalFileObject> files) throws StoreException {
        for (WalFileObject file : files) {
            if (file.name().kind() == WalFileName.Kind.HISTORY) {
                read(file);
            }
        }
        unreadable.keySet().removeAll(histories.keySet());
    }

    private void read(WalFileObject file) throws StoreException {
        TimelineId timeline = file.name().timeline();
        try {
            histories.put(timeline, TimelineHistory.parse(timeline, new String(content(file), StandardCharsets.UTF_8)));
        } catch (DecryptionException e) {
            unreadable(file, "it is encrypted. " + e.getMessage(), Optional.of(e));
        } catch (MissingLibraryException e) {
            unreadable(file, String.valueOf(e.getMessage()), Optional.of(e));
        } catch (IllegalArgumentException | CorruptStreamException | CorruptArchiveException e) {
            unreadable(file, String.valueOf(e.getMessage()), Optional.empty());
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE, "read of " + file.blob().key() + " failed", null, e);
        }
    }

    private void unreadable(WalFileObject file, String why, Optional<UnreadableHere> here) {
        unreadable.put(
                file.name().timeline(),
                new UnreadableHistory(archive.locate(file.blob().key()), why, here));
    }

    private byte[] content(WalFileObject file) throws IOException, CorruptArchiveException {
        Decoder codec = Codecs.forExtension(file.extension())
                .orElseThrow(() ->
                        new CorruptArchiveException("compression ." + file.extension() + " is not known", null, null));
        return archive.retry().call("read of " + file.blob().key(), () -> {
            try (BlobContent content = archive.direct().get(file.blob().key());
                    InputStream plain = archive.plain(codec, content.stream())) {
                byte[] bytes = plain.readNBytes(MAX_LENGTH_BYTES + 1);
                if (bytes.length > MAX_LENGTH_BYTES) {
                    throw new CorruptArchiveException("longer than " + MAX_LENGTH_BYTES + " bytes", null, null);
                }
                return bytes;
            }
        });
    }

    Map<TimelineId, TimelineHistory> histories() {
        return histories;
    }

    Map<TimelineId, UnreadableHistory> unreadable() {
        return unreadable;
    }
}
