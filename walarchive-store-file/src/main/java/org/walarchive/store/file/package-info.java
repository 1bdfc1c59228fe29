/**
 * A store in a directory of a POSIX file system, local or mounted.
 *
 * <p>Entry type: {@link org.walarchive.store.file.FileStoreProvider}.
 *
 * <pre>{@code
 * BlobStoreProvider provider = new FileStoreProvider();
 * try (BlobStore store = provider.open(StoreLocation.parse("file://localhost/srv/archive"), StoreSettings.none())) {
 *     store.put("wal_005/x", BlobSource.of(bytes), PutMode.IF_ABSENT);
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.store.file;

import org.jspecify.annotations.NullMarked;
