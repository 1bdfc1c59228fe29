/**
 * For authors and users of stores: the contract of {@link org.walarchive.store.BlobStore} as tests to inherit, a store
 * in memory, a decorator that fails on demand, and a proxy that does so on the way to a real service.
 *
 * <p>Entry types: {@link org.walarchive.store.tck.BlobStoreContract} for every store, and
 * {@link org.walarchive.store.tck.NetworkFaultContract} for those that speak HTTP.
 *
 * <pre>{@code
 * final class MyStoreTest extends BlobStoreContract {
 *     private final String directory = "contract/" + System.nanoTime();
 *     protected BlobStore open() throws StoreException { return provider.open(at(directory), settings); }
 *     protected BlobStore openWithoutContainer() throws StoreException { return provider.open(NOWHERE, settings); }
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.store.tck;

import org.jspecify.annotations.NullMarked;
