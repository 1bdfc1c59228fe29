package org.walarchive.store.tck;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.BlobContent;
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
import org.walarchive.store.support.PartBuffer;

/** What docs/writing-a-store.md begins with: where what goes, and no service behind it. */
// docs/writing-a-store.md quotes from here
final class SkeletonStore implements BlobStore {

    private static final long PART_BYTES = 8 << 20;

    private volatile boolean closed;

    @Override
    public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
        check(key);
        try (InputStream in = source.open()) { // an IOException of the source passes through unchanged
            PartBuffer first = new PartBuffer();
            if (first.fill(in, PART_BYTES)) {
                // All of it, in memory: one request, with the service's checksum, and "if absent" where mode says so.
                return PutResult.WRITTEN;
            }
            // More, of a length that need not be known: parts, none of which a reader sees, until one last request
            // makes the blob visible; or a failure, after which nothing of it is, and no part is under way any more.
            return PutResult.ALREADY_PRESENT; // what that request answers where mode is IF_ABSENT and a blob is there
        }
    }

    @Override
    public BlobContent get(String key) throws StoreException {
        check(key);
        // Absent: NOT_FOUND, once the container was seen; else NO_CONTAINER. The stream throws where it ends too early.
        throw new StoreException(Kind.NOT_FOUND, "there is no " + key);
    }

    @Override
    public ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) throws StoreException {
        // One request: blobs in ascending order of the keys' bytes, and the token of the next page.
        throw new StoreException(Kind.NO_CONTAINER, "there is no container", "Make it, or correct the location.", null);
    }

    @Override
    public void delete(Collection<String> keys) throws StoreException {
        for (String key : keys) {
            check(key); // in batches, where the service has them; each key's own answer is read
        }
    }

    @Override
    public Set<StoreFeature> features() {
        return Set.of(); // only what holds for any number of processes at once
    }

    @Override
    public void close() {
        closed = true;
    }

    private void check(String key) throws StoreException {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
        StoreKeys.requireValid(key);
    }
}
