package org.walarchive.store.tck;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.walarchive.stability.Stable;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreFeature;
import org.walarchive.store.StoreKeys;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

/**
 * A store in memory, which keeps the whole contract but for two promises that it cannot: nothing is durable, and a put
 * holds its whole blob in memory.
 *
 * <p>{@link #create} makes one with blobs of its own; {@link MemoryStoreProvider} makes several that share theirs.
 */
@Stable
public final class MemoryBlobStore implements BlobStore {

    private final MemoryContainer container;
    private final StoreLocation location;
    private final Clock clock;
    private final int pageSize;
    private volatile boolean closed;

    MemoryBlobStore(MemoryContainer container, StoreLocation location, Clock clock, int pageSize) {
        this.container = container;
        this.location = location;
        this.clock = clock;
        this.pageSize = pageSize;
    }

    /**
     * Makes an empty store that shares its blobs with no other.
     *
     * @return a new store
     */
    public static MemoryBlobStore create() {
        return new MemoryStoreProvider().open(new StoreLocation("memory", "", ""), StoreSettings.none());
    }

    @Override
    public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
        check();
        String fullKey = fullKey(key);
        if (mode == PutMode.IF_ABSENT && container.blobs().containsKey(fullKey)) {
            return PutResult.ALREADY_PRESENT;
        }
        byte[] bytes = readAll(key, source);
        // The source took its time.
        check();
        MemoryContainer.Blob blob = new MemoryContainer.Blob(bytes, clock.instant());
        return switch (mode) {
            case OVERWRITE -> {
                container.blobs().put(fullKey, blob);
                yield PutResult.WRITTEN;
            }
            case IF_ABSENT ->
                container.blobs().putIfAbsent(fullKey, blob) == null ? PutResult.WRITTEN : PutResult.ALREADY_PRESENT;
        };
    }

    private static byte[] readAll(String key, BlobSource source) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream in = source.open()) {
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                checkInterrupt();
                bytes.write(buffer, 0, n);
            }
        }
        OptionalLong declared = source.sizeBytes();
        if (declared.isPresent() && declared.getAsLong() != bytes.size()) {
            throw new StoreException(
                    Kind.CORRUPT,
                    "source of " + key + " gave " + bytes.size() + " bytes and had declared " + declared.getAsLong());
        }
        return bytes.toByteArray();
    }

    @Override
    public BlobContent get(String key) throws StoreException {
        check();
        MemoryContainer.Blob blob = container.blobs().get(fullKey(key));
        if (blob == null) {
            throw new StoreException(Kind.NOT_FOUND, "no blob " + key + " in " + location);
        }
        return new BlobContent(new ByteArrayInputStream(blob.bytes()), OptionalLong.of(blob.bytes().length));
    }

    @Override
    public ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) throws StoreException {
        check();
        String base = location.path();
        List<BlobInfo> blobs = new ArrayList<>();
        List<String> prefixes = new ArrayList<>();
        // A token is the last key or prefix of its page. What lies below that prefix is passed over.
        String after = pageToken == null ? null : pageToken;
        String from = base + (after == null ? prefix : after);
        for (Map.Entry<String, MemoryContainer.Blob> entry :
                container.blobs().tailMap(from, after == null).entrySet()) {
            String key = entry.getKey();
            if (!key.startsWith(base + prefix)) {
                break;
            }
            key = key.substring(base.length());
            if (after != null && after.endsWith("/") && key.startsWith(after)) {
                continue;
            }
            if (blobs.size() + prefixes.size() == pageSize) {
                return new ListPage(blobs, prefixes, Optional.ofNullable(after));
            }
            int slash = depth == ListDepth.IMMEDIATE ? key.indexOf('/', prefix.length()) : -1;
            if (slash >= 0) {
                after = key.substring(0, slash + 1);
                prefixes.add(after);
            } else {
                after = key;
                blobs.add(new BlobInfo(
                        key, entry.getValue().bytes().length, entry.getValue().lastModified()));
            }
        }
        return new ListPage(blobs, prefixes, Optional.empty());
    }

    @Override
    public void delete(Collection<String> keys) throws StoreException {
        check();
        List<String> fullKeys = new ArrayList<>();
        for (String key : keys) {
            fullKeys.add(fullKey(key));
        }
        fullKeys.forEach(container.blobs()::remove);
    }

    /** Returns all features. */
    @Override
    public Set<StoreFeature> features() {
        return Set.of(StoreFeature.ATOMIC_IF_ABSENT);
    }

    /** Closes this store; the blobs stay with the {@link MemoryStoreProvider} that opened it. */
    @Override
    public void close() {
        closed = true;
    }

    private String fullKey(String key) throws StoreException {
        return location.path() + StoreKeys.requireValid(key);
    }

    private void check() throws StoreException {
        if (closed) {
            throw new IllegalStateException("store " + location + " is closed");
        }
        checkInterrupt();
        if (container.dropped()) {
            throw new StoreException(Kind.NO_CONTAINER, "no container " + location.container() + " for " + location);
        }
    }

    private static void checkInterrupt() throws StoreException {
        if (Thread.currentThread().isInterrupted()) {
            throw new StoreException(Kind.INTERRUPTED, "interrupted");
        }
    }
}
