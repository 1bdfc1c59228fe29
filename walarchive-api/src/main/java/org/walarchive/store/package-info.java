/**
 * The interface that a store implements: keys and bytes, nothing of PostgreSQL.
 *
 * <p>Entry types: {@link org.walarchive.store.BlobStore}, opened by a
 * {@link org.walarchive.store.BlobStoreProvider} that {@link java.util.ServiceLoader} finds.
 *
 * <pre>{@code
 * BlobStore store = provider.open(StoreLocation.parse("file://localhost/srv/archive"), StoreSettings.none());
 * store.put("wal_005/x", BlobSource.of(bytes), PutMode.IF_ABSENT);
 * try (BlobContent content = store.get("wal_005/x")) {
 *     content.stream().transferTo(out);
 * }
 * }</pre>
 *
 * <p>What many stores need to keep these promises: {@link org.walarchive.store.StoreKeys}, and the package {@code org.walarchive.store.support}.
 */
@NullMarked
package org.walarchive.store;

import org.jspecify.annotations.NullMarked;
