package org.walarchive.store.tck;

import java.time.Clock;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

final class MemoryBlobStoreTest extends BlobStoreContract {

    private final MemoryStoreProvider provider = new MemoryStoreProvider(Clock.systemUTC(), 5);

    @Override
    protected BlobStore open() {
        return provider.open(StoreLocation.parse("memory://bucket/some/dir"), StoreSettings.none());
    }

    @Override
    protected BlobStore openWithoutContainer() {
        BlobStore store = provider.open(StoreLocation.parse("memory://dropped"), StoreSettings.none());
        provider.drop("dropped");
        return store;
    }
}
