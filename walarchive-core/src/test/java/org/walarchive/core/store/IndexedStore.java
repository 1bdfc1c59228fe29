package org.walarchive.core.store;

import java.util.EnumSet;
import java.util.Set;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreFeature;

/** A store of which a list is one request, as those of the network are. */
public final class IndexedStore extends ForwardingStore {

    public IndexedStore(BlobStore store) {
        super(store);
    }

    @Override
    public Set<StoreFeature> features() {
        EnumSet<StoreFeature> features = EnumSet.of(StoreFeature.INDEXED_LIST);
        features.addAll(super.features());
        return features;
    }
}
