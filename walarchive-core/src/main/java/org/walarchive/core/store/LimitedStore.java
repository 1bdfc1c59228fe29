package org.walarchive.core.store;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
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
 * A store of which fewer calls are made at once when it throttles. A call counts until it returns: the stream of a
 * {@code get} does not, since its owner may make another call while it reads, and would then wait for itself.
 */
final class LimitedStore implements BlobStore {

    private final BlobStore store;
    private final CallLimit limit;

    LimitedStore(BlobStore store, CallLimit limit) {
        this.store = store;
        this.limit = limit;
    }

    @FunctionalInterface
    private interface Operation<T, X extends IOException> {
        T run() throws X;
    }

    @Override
    public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
        return this.<PutResult, IOException>call("put of " + key, () -> store.put(key, source, mode));
    }

    @Override
    public BlobContent get(String key) throws StoreException {
        return this.<BlobContent, StoreException>call("get of " + key, () -> store.get(key));
    }

    @Override
    public ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) throws StoreException {
        return this.<ListPage, StoreException>call("list of " + prefix, () -> store.list(prefix, depth, pageToken));
    }

    @Override
    public void delete(Collection<String> keys) throws StoreException {
        this.<Boolean, StoreException>call("delete of " + keys.size() + " keys", () -> {
            store.delete(keys);
            return true;
        });
    }

    private <T, X extends IOException> T call(String name, Operation<T, X> operation) throws StoreException, X {
        CallLimit.Call call = begin(name);
        CallLimit.Outcome outcome = CallLimit.Outcome.FAILED;
        Optional<Duration> retryAfter = Optional.empty();
        try {
            T result = operation.run();
            outcome = CallLimit.Outcome.ANSWERED;
            return result;
        } catch (IOException e) {
            if (e instanceof StoreException failure) {
                outcome = outcome(failure.kind());
                retryAfter = failure.retryAfter();
            }
            throw e;
        } finally {
            limit.end(call, outcome, retryAfter);
        }
    }

    private CallLimit.Call begin(String name) throws StoreException {
        try {
            return limit.begin();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(
                    StoreException.Kind.INTERRUPTED, "interrupted while waiting for the turn of the " + name, null, e);
        }
    }

    private static CallLimit.Outcome outcome(StoreException.Kind kind) {
        return switch (kind) {
            case THROTTLED -> CallLimit.Outcome.THROTTLED;
            case NOT_FOUND, NO_CONTAINER, ACCESS_DENIED, FROZEN, NO_SPACE, INVALID -> CallLimit.Outcome.ANSWERED;
            case UNAVAILABLE, CORRUPT, INTERRUPTED -> CallLimit.Outcome.FAILED;
        };
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
