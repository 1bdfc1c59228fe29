package org.walarchive.store.tck;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.walarchive.stability.Stable;
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
 * A store in front of another that goes wrong as its {@linkplain FaultRule rules} say, the same way each time. Every rule
 * that takes a call is applied, in the order of the rules; without rules it changes nothing and counts the calls.
 *
 * <pre>{@code
 * BlobStore store = new FaultyBlobStore(
 *         MemoryBlobStore.create(),
 *         FaultRule.on(StoreOperation.PUT).everyNth(3).fail(Kind.UNAVAILABLE),
 *         FaultRule.on(StoreOperation.GET).call(2).flipBitAt(1000));
 * }</pre>
 *
 * <p>Safe for use by many threads.
 */
@Stable
public final class FaultyBlobStore implements BlobStore {

    private record ListRequest(
            String prefix, ListDepth depth, @Nullable String pageToken) {}

    private final BlobStore store;
    private final List<FaultRule> rules;
    private final AtomicLongArray calls = new AtomicLongArray(StoreOperation.values().length);
    private final boolean keepsPages;
    private final AtomicLong faults = new AtomicLong();
    private final Map<ListRequest, ListPage> freshPages = new ConcurrentHashMap<>();
    private final Set<FaultyStream> openStreams = ConcurrentHashMap.newKeySet();

    /**
     * Makes a store that goes wrong.
     *
     * @param store the store that does the work; closed with this one
     * @param rules what goes wrong
     */
    public FaultyBlobStore(BlobStore store, FaultRule... rules) {
        this.store = store;
        this.rules = List.of(rules);
        this.keepsPages = this.rules.stream().anyMatch(rule -> rule.fault().stale());
    }

    /**
     * Returns how often an operation was called, with or without a fault.
     *
     * @param operation which
     * @return a number of calls
     */
    public long calls(StoreOperation operation) {
        return calls.get(operation.ordinal());
    }

    /**
     * Returns how often a rule was applied to a call, whether it made a difference or not.
     *
     * @return a number of faults
     */
    public long faults() {
        return faults.get();
    }

    @Override
    public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
        List<Fault> applied = begin(StoreOperation.PUT, List.of(key));
        String call = "put " + key;
        for (Fault fault : applied) {
            fault.before(call);
        }
        PutResult result = store.put(key, applied.isEmpty() ? source : faulty(call, source, applied), mode);
        for (Fault fault : applied) {
            fault.after(call);
        }
        return result;
    }

    private BlobSource faulty(String call, BlobSource source, List<Fault> applied) {
        return new BlobSource() {
            @Override
            public InputStream open() throws IOException {
                return new FaultyStream(source.open(), call, applied, openStreams);
            }

            @Override
            public OptionalLong sizeBytes() {
                return source.sizeBytes();
            }
        };
    }

    @Override
    public BlobContent get(String key) throws StoreException {
        List<Fault> applied = begin(StoreOperation.GET, List.of(key));
        String call = "get " + key;
        String asked = key;
        for (Fault fault : applied) {
            fault.before(call);
            asked = fault.key(asked);
        }
        BlobContent content = store.get(asked);
        try {
            for (Fault fault : applied) {
                fault.after(call);
            }
        } catch (StoreException e) {
            close(content, e);
            throw e;
        }
        return applied.isEmpty()
                ? content
                : new BlobContent(new FaultyStream(content.stream(), call, applied, openStreams), content.sizeBytes());
    }

    private static void close(BlobContent content, StoreException failure) {
        try {
            content.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) throws StoreException {
        List<Fault> applied = begin(StoreOperation.LIST, List.of(prefix));
        String call = "list " + prefix;
        for (Fault fault : applied) {
            fault.before(call);
        }
        ListRequest request = new ListRequest(prefix, depth, pageToken);
        ListPage before = freshPages.get(request);
        ListPage page;
        if (before != null && applied.stream().anyMatch(Fault::stale)) {
            page = before;
        } else {
            page = store.list(prefix, depth, pageToken);
            if (keepsPages) {
                freshPages.put(request, page);
            }
        }
        for (Fault fault : applied) {
            fault.after(call);
            page = fault.page(page);
        }
        return page;
    }

    @Override
    public void delete(Collection<String> keys) throws StoreException {
        List<Fault> applied = begin(StoreOperation.DELETE, keys);
        String call = "delete " + keys.stream().findFirst().orElse("nothing");
        for (Fault fault : applied) {
            fault.before(call);
        }
        store.delete(keys);
        for (Fault fault : applied) {
            fault.after(call);
        }
    }

    @Override
    public Set<StoreFeature> features() {
        return store.features();
    }

    /** Closes the store behind, and fails the reads that are stalled. */
    @Override
    public void close() {
        openStreams.forEach(FaultyStream::release);
        store.close();
    }

    private List<Fault> begin(StoreOperation operation, Collection<String> keys) {
        calls.incrementAndGet(operation.ordinal());
        List<Fault> applied = new ArrayList<>();
        for (FaultRule rule : rules) {
            if (rule.applies(operation, keys)) {
                applied.add(rule.fault());
            }
        }
        faults.addAndGet(applied.size());
        return applied;
    }
}
