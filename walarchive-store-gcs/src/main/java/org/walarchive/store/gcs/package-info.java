/**
 * A store in a bucket of Google Cloud Storage.
 *
 * <p>Entry type: {@link org.walarchive.store.gcs.GcsStoreProvider}.
 *
 * <pre>{@code
 * BlobStoreProvider provider = GcsStoreProvider.builder().credentialsFile(Path.of("/etc/walarchive/key.json")).build();
 * try (BlobStore store = provider.open(StoreLocation.parse("gs://bucket/some/dir"), StoreSettings.none())) {
 *     store.put("wal_005/x", BlobSource.of(bytes), PutMode.IF_ABSENT);
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.store.gcs;

import org.jspecify.annotations.NullMarked;
