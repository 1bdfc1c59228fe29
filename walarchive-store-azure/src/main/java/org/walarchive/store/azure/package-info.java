/**
 * A store in a container of Azure Blob Storage.
 *
 * <p>Entry type: {@link org.walarchive.store.azure.AzureStoreProvider}.
 *
 * <pre>{@code
 * BlobStoreProvider provider = AzureStoreProvider.builder().account("account").accessKey(key).build();
 * try (BlobStore store = provider.open(StoreLocation.parse("wabs://container/some/dir"), StoreSettings.none())) {
 *     store.put("wal_005/x", BlobSource.of(bytes), PutMode.IF_ABSENT);
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.store.azure;

import org.jspecify.annotations.NullMarked;
