package org.walarchive.core.faults;

import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.walarchive.core.store.ForwardingStore;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;

/** A store that tells of each call, by its number, before it does it. */
final class CallCountingStore extends ForwardingStore {

    private final AtomicLong calls = new AtomicLong();
    private final LongConsumer before;

    /** Tells of the calls, the first of which is 1. */
    CallCountingStore(BlobStore store, LongConsumer before) {
        super(store);
        this.before = before;
    }

    long calls() {
        return calls.get();
    }

    private void begin() {
        before.accept(calls.incrementAndGet());
    }

    @Override
    public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
        begin();
        return super.put(key, source, mode);
    }

    @Override
    public BlobContent get(String key) throws StoreException {
        begin();
        return super.get(key);
    }

    @Override
    public ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) throws StoreException {
        begin();
        return super.list(prefix, depth, pageToken);
    }

    @Override
    public void delete(Collection<String> keys) throws StoreException {
        begin();
        super.delete(keys);
    }
}
