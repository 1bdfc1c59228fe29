package org.walarchive.core.retention;

import java.io.IOException;
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
import org.walarchive.store.StoreFeature;

/** A store that can be reached no more after some changes, be it in the middle of a call. */
final class StoppingStore implements BlobStore {

    private final BlobStore store;
    private int left;

    StoppingStore(BlobStore store, int changes) {
        this.store = store;
        this.left = changes;
    }

    boolean hasStopped() {
        return left < 0;
    }

    private void change() throws StoreException {
        if (--left < 0) {
            left = -1;
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "stopped");
        }
    }

    @Override
    public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
        change();
        return store.put(key, source, mode);
    }

    @Override
    public BlobContent get(String key) throws StoreException {
        return store.get(key);
    }

    @Override
    public ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) throws StoreException {
        return store.list(prefix, depth, pageToken);
    }

    @Override
    public void delete(Collection<String> keys) throws StoreException {
        for (String key : keys) {
            change();
            store.delete(Set.of(key));
        }
    }

    @Override
    public Set<StoreFeature> features() {
        return store.features();
    }

    @Override
    public void close() {
        store.close();
    }
}
