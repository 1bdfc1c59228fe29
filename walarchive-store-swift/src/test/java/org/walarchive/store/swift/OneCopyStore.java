package org.walarchive.store.swift;

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
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreFeature;

/**
 * A store in a cluster that keeps one copy of each object. Its object server answers a read with 503 when the file is
 * replaced between finding it and opening it (DiskFileStateChanged in Swift's obj/server.py); where there are more copies,
 * another one answers. A read is therefore tried again.
 */
record OneCopyStore(BlobStore store) implements BlobStore {

    private static final int ATTEMPTS = 5;

    @Override
    public BlobContent get(String key) throws StoreException {
        for (int attempt = 1; ; attempt++) {
            try {
                return store.get(key);
            } catch (StoreException e) {
                if (e.kind() != Kind.UNAVAILABLE
                        || !String.valueOf(e.getMessage()).contains(": 503 ")
                        || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
        return store.put(key, source, mode);
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
