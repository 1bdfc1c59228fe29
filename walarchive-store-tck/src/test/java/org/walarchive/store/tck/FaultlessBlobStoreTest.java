package org.walarchive.store.tck;

import java.time.Clock;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

/** A faulty store whose rules make no difference keeps the contract. */
final class FaultlessBlobStoreTest extends BlobStoreContract {

    private final MemoryStoreProvider provider = new MemoryStoreProvider(Clock.systemUTC(), 3);

    @Override
    protected BlobStore open() {
        return faultless("bucket");
    }

    @Override
    protected BlobStore openWithoutContainer() {
        BlobStore store = faultless("dropped");
        provider.drop("dropped");
        return store;
    }

    private BlobStore faultless(String container) {
        return new FaultyBlobStore(
                provider.open(new StoreLocation("memory", container, ""), StoreSettings.none()),
                FaultRule.on(StoreOperation.PUT).runBefore(() -> {}),
                FaultRule.on(StoreOperation.GET).flipBitAt(Long.MAX_VALUE));
    }
}
