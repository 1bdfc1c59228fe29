/**
 * A store in a bucket of Amazon S3 or of a service that works alike.
 *
 * <p>Entry type: {@link org.walarchive.store.s3.S3StoreProvider}.
 *
 * <pre>{@code
 * BlobStoreProvider provider = S3StoreProvider.builder().region("eu-central-1").build();
 * try (BlobStore store = provider.open(StoreLocation.parse("s3://bucket/some/dir"), StoreSettings.none())) {
 *     store.put("wal_005/x", BlobSource.of(bytes), PutMode.IF_ABSENT);
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.store.s3;

import org.jspecify.annotations.NullMarked;
