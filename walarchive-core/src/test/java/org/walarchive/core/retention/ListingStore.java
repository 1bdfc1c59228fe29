package org.walarchive.core.retention;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ForwardingStore;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.StoreException;

/** A store that makes the list of its WAL segments up and keeps a bit for each; what else is put into it is in memory. */
final class ListingStore extends ForwardingStore {

    private static final int PAGE = 1000;

    private final int segments;
    private final BitSet deleted = new BitSet();

    /** Makes a store with the segments 1 to a number of timeline 1, and what another store has. */
    ListingStore(int segments, BlobStore others) {
        super(others);
        this.segments = segments;
    }

    int segmentsLeft() {
        return segments - deleted.cardinality();
    }

    private static String key(int number) {
        return ArchiveLayout.wal(WalFileName.of(WalSegmentName.at(new TimelineId(1), number, TestArchive.SIZE)), "lzo");
    }

    @Override
    public ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) throws StoreException {
        if (!prefix.equals(ArchiveLayout.WAL)) {
            return super.list(prefix, depth, pageToken);
        }
        int number = pageToken == null ? 1 : Integer.parseInt(pageToken);
        List<BlobInfo> blobs = new ArrayList<>();
        for (; number <= segments && blobs.size() < PAGE; number++) {
            if (!deleted.get(number)) {
                blobs.add(new BlobInfo(key(number), 5_000_000, Instant.EPOCH.plus(Duration.ofSeconds(number))));
            }
        }
        return new ListPage(
                blobs, List.of(), number <= segments ? Optional.of(Integer.toString(number)) : Optional.empty());
    }

    @Override
    public void delete(Collection<String> keys) throws StoreException {
        TreeMap<String, Boolean> rest = new TreeMap<>();
        for (String key : keys) {
            Optional<WalSegmentName> segment =
                    ArchiveLayout.parseWal(key).flatMap(object -> object.name().segment());
            if (segment.isPresent()) {
                deleted.set((int) segment.get().number(TestArchive.SIZE));
            } else {
                rest.put(key, true);
            }
        }
        super.delete(rest.keySet());
    }

    @Override
    public BlobContent get(String key) throws StoreException {
        return key.startsWith(ArchiveLayout.WAL)
                ? new BlobContent(new ByteArrayInputStream(new byte[0]), OptionalLong.of(0))
                : super.get(key);
    }
}
