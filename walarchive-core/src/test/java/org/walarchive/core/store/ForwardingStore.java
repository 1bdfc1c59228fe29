package org.walarchive.core.store;

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

/** Another store, but for what a test does otherwise. */
public abstract class ForwardingStore implements BlobStore {

    private final BlobStore store;

    protected ForwardingStore(BlobStore store) {
        this.store = store;
    }

    @Override
    public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
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
        store.delete(keys);
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
