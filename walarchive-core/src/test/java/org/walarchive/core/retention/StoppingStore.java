package org.walarchive.core.retention;

import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import org.walarchive.core.store.ForwardingStore;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;

/** A store that can be reached no more after some changes, be it in the middle of a call. */
final class StoppingStore extends ForwardingStore {

    private int left;

    StoppingStore(BlobStore store, int changes) {
        super(store);
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
        return super.put(key, source, mode);
    }

    @Override
    public void delete(Collection<String> keys) throws StoreException {
        for (String key : keys) {
            change();
            super.delete(Set.of(key));
        }
    }
}
