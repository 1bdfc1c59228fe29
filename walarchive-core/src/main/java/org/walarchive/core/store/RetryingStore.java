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

/**
 * A store whose calls are repeated when they fail for a passing reason. A repeated IF_ABSENT may answer ALREADY_PRESENT for
 * the content of an earlier attempt whose reply was lost: callers compare. A stream that breaks while it is read is the
 * reader's to fetch again.
 */
public final class RetryingStore implements BlobStore {

    private final BlobStore store;
    private final Retry retry;

    /** Wraps a store. */
    public RetryingStore(BlobStore store, Retry retry) {
        this.store = store;
        this.retry = retry;
    }

    @Override
    public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
        return retry.call("put of " + key, () -> store.put(key, source, mode));
    }

    @Override
    public BlobContent get(String key) throws StoreException {
        return storeCall("get of " + key, () -> store.get(key));
    }

    @Override
    public ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) throws StoreException {
        return storeCall("list of " + prefix, () -> store.list(prefix, depth, pageToken));
    }

    @Override
    public void delete(Collection<String> keys) throws StoreException {
        storeCall("delete of " + keys.size() + " keys", () -> {
            store.delete(keys);
            return true;
        });
    }

    private <T> T storeCall(String operation, Retry.Attempt<T, RuntimeException> attempt) throws StoreException {
        try {
            return retry.call(operation, attempt);
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.UNAVAILABLE, operation + " failed", null, e);
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
