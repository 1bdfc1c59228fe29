package org.walarchive.store.gcs;

import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.tck.BlobStoreContract;

/** The contract on fake-gcs-server. */
@EnabledIfEnvironmentVariable(named = FakeGcs.VARIABLE, matches = ".+", disabledReason = FakeGcs.DISABLED)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class FakeGcsIT extends BlobStoreContract {

    private final String bucket = FakeGcs.makeBucket();

    private static GcsStoreProvider.Builder provider() {
        return GcsStoreProvider.builder().emulator(FakeGcs.address().toString()).set(SettingsReader.PAGE_SIZE, "11");
    }

    @Override
    protected BlobStore open() throws StoreException {
        return FakeGcs.open(provider(), bucket);
    }

    @Override
    protected BlobStore openWithoutContainer() throws StoreException {
        return FakeGcs.open(provider(), "never-made");
    }
}
