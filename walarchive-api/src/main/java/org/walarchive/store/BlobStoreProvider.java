package org.walarchive.store;

import java.util.Set;
import org.walarchive.stability.Stable;

/**
 * Opens stores of some schemes. Found through {@link java.util.ServiceLoader}, so an implementation is public, has a
 * public constructor without arguments, and is named in {@code META-INF/services/org.walarchive.store.BlobStoreProvider}
 * (and in {@code module-info}, where there is one). The constructor does no work.
 */
@Stable
public interface BlobStoreProvider {

    /**
     * Returns the schemes of the locations that this provider opens.
     *
     * @return at least one, in lower case
     */
    Set<String> schemes();

    /**
     * Opens a store. Whether the service can be reached may show only at the first call of the store.
     *
     * @param location where; its scheme is one of {@link #schemes}
     * @param settings the settings
     * @return a new store, to be closed by the caller
     * @throws StoreException of kind {@link StoreException.Kind#INVALID} when the location or a setting is wrong or
     *     missing, naming it
     */
    BlobStore open(StoreLocation location, StoreSettings settings) throws StoreException;
}
