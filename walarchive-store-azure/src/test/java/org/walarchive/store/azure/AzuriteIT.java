package org.walarchive.store.azure;

import java.util.Map;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.tck.BlobStoreContract;

/** The contract on Azurite. */
@EnabledIfEnvironmentVariable(named = Azurite.VARIABLE, matches = ".+", disabledReason = Azurite.DISABLED)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class AzuriteIT extends BlobStoreContract {

    private final String container = Azurite.makeContainer();

    private static AzureStoreProvider.Builder provider() {
        return Azurite.provider(Azurite.address().getPort()).set(SettingsReader.PAGE_SIZE, "11");
    }

    @Override
    protected BlobStore open() throws StoreException {
        return Azurite.open(provider(), container);
    }

    @Override
    protected BlobStore openWithoutContainer() throws StoreException {
        return Azurite.open(provider(), "never-made");
    }

    @Override
    protected Map<String, String> unsupportedNames() {
        return Map.of(
                "\ud83d\ude00 supplementary", "Azurite lists in the order of UTF-16",
                "back\\slash", "Azure takes a backslash for a slash, so the store refuses it");
    }
}
