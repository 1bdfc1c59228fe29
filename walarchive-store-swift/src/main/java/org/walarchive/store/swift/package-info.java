/**
 * A store in a container of OpenStack Swift or of a service that works alike.
 *
 * <p>Entry type: {@link org.walarchive.store.swift.SwiftStoreProvider}.
 *
 * <pre>{@code
 * BlobStoreProvider provider = SwiftStoreProvider.builder().authUrl("https://keystone.example/v3")
 *         .authVersion("3").user("archiver").password(password).tenant("backups").build();
 * try (BlobStore store = provider.open(StoreLocation.parse("swift://container/some/dir"), StoreSettings.none())) {
 *     store.put("wal_005/x", BlobSource.of(bytes), PutMode.IF_ABSENT);
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.store.swift;

import org.jspecify.annotations.NullMarked;
