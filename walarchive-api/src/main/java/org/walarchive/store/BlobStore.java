package org.walarchive.store;

import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.walarchive.stability.Stable;

/**
 * A flat map from keys to immutable sequences of bytes, kept by a service or a file system.
 *
 * <p><b>Model.</b> A key is a string of components separated by {@code /}: {@code wal_005/000000010000000000000001.lzo}.
 * Keys are relative to the location the store was opened at and never begin or end with a slash. There are no
 * directories: a key exists when a blob was put under it and not deleted. Blobs are never changed in part.
 *
 * <p><b>Keys.</b> A store accepts every key of 1 to {@value StoreKeys#MAX_LENGTH_BYTES} bytes of UTF-8 whose components
 * are neither empty nor {@code .} nor {@code ..} and hold no control character. A key outside this grammar fails with
 * {@link StoreException.Kind#INVALID} and changes nothing. {@link StoreKeys#requireValid} is the check.
 *
 * <p><b>What every implementation promises.</b>
 * <ul>
 *   <li>A put is all or nothing: no reader sees part of a blob, and a put that fails leaves the old content or none.
 *   <li>When {@link #put} returns, the blob is durable as far as the service can tell: synced, or acknowledged.
 *   <li>Bytes are verified in transit with the service's own checksum. A stream from {@link #get} that ends before the
 *       blob does throws; it never ends quietly.
 *   <li>A blob that was put is seen by every later {@code get} and {@code list} of this store object.
 *   <li>Failures are {@link StoreException}s of the right {@link StoreException.Kind}, whose message names the key and
 *       never a secret. An {@link IOException} of the caller's own {@link BlobSource} passes through unchanged.
 *   <li>A store does not retry: the engine does, driven by the kind. Retries of an SDK are switched off.
 *   <li>An interrupt of the calling thread ends a call soon with {@link StoreException.Kind#INTERRUPTED} and leaves the
 *       thread's interrupt flag set.
 *   <li>All methods may be called by many threads at once. {@link #close} may be called twice.
 *   <li>Memory is bounded: a put never buffers more than a part of a fixed size, whatever the size of the blob.
 * </ul>
 *
 * <p>The contract is executable: {@code org.walarchive.store.tck.BlobStoreContract} in walarchive-store-tck.
 */
@Stable
public interface BlobStore extends AutoCloseable {

    /**
     * Puts a blob.
     *
     * @param key where
     * @param source the content; opened once by each call, and closed by the store
     * @param mode what to do when the key has a blob already
     * @return {@link PutResult#WRITTEN}, or {@link PutResult#ALREADY_PRESENT} when the mode is
     *     {@link PutMode#IF_ABSENT} and there was a blob, which is left as it was. After a failure whose outcome is
     *     unknown (a lost reply) the blob that is present may be the caller's own: the caller compares the content.
     * @throws StoreException when the store fails
     * @throws IOException when the source fails; nothing is stored then
     */
    PutResult put(String key, BlobSource source, PutMode mode) throws IOException;

    /**
     * Opens a blob for reading from its beginning.
     *
     * @param key which
     * @return the content, to be closed by the caller
     * @throws StoreException of kind {@link StoreException.Kind#NOT_FOUND} when the store could be read and has no such
     *     blob; of kind {@link StoreException.Kind#NO_CONTAINER} when the bucket, container or root directory itself is
     *     missing; of another kind when it could not be found out
     */
    BlobContent get(String key) throws StoreException;

    /**
     * Lists one page of the blobs whose key begins with a prefix, each exactly once, in ascending order of the keys'
     * UTF-8 bytes over all pages.
     *
     * @param prefix any beginning of keys, not only whole components; empty for all
     * @param depth whether to stop at the next {@code /} after the prefix
     * @param pageToken the {@link ListPage#nextPageToken} of the page before, or null for the first page
     * @return the page; empty when nothing begins with the prefix
     * @throws StoreException when the store fails, or when the bucket, container or root directory itself is missing
     *     ({@link StoreException.Kind#NO_CONTAINER})
     */
    ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) throws StoreException;

    /**
     * Deletes blobs. A key without a blob is no error, so a delete may be repeated.
     *
     * @param keys which; in no particular order
     * @throws StoreException when any of them could not be deleted, naming the first such key; the others may or may
     *     not be gone
     */
    void delete(Collection<String> keys) throws StoreException;

    /**
     * Returns what this store can do beyond the minimum.
     *
     * @return the features; the same set at every call
     */
    Set<StoreFeature> features();

    /** Releases connections and threads. Calls after it fail with {@link IllegalStateException}. */
    @Override
    void close();
}
