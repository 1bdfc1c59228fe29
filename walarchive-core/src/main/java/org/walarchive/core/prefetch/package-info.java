/**
 * Recovery that prefetches: while a server replays a segment, the next ones are fetched, verified and wait beside it in
 * {@code pg_wal/.walarchive/prefetch}, from where each is handed over by a rename. {@link org.walarchive.core.prefetch.Prefetch} does it
 * within a resident process, {@link org.walarchive.core.prefetch.RecoveryFetch} for one that ends after each file.
 */
@NullMarked
package org.walarchive.core.prefetch;

import org.jspecify.annotations.NullMarked;
