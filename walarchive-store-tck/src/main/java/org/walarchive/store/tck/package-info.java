/**
 * For authors and users of stores: the contract of {@link org.walarchive.store.BlobStore} as tests to inherit, a store
 * in memory, and a decorator that fails on demand.
 *
 * <p>Entry type: {@link org.walarchive.store.tck.BlobStoreContract}.
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
