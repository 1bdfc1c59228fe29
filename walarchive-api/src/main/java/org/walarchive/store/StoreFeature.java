package org.walarchive.store;

import org.walarchive.stability.Stable;

/** What a store can do beyond the minimum. */
@Stable
public enum StoreFeature {
    /**
     * {@link BlobStore#put} with {@link PutMode#IF_ABSENT} is one atomic step: of any number of writers, in any number of
     * processes, exactly one is answered {@link PutResult#WRITTEN}. Off means that two writers at the same moment may
     * both be, and that the later content stands.
     */
    ATOMIC_IF_ABSENT,

    /**
     * {@link BlobStore#list} of a prefix below which there are few blobs is one request, as dear as a {@link BlobStore#get}, however many blobs
     * there are beside them, and it has all that any process put before. Off means that it may read whole directories, or lag
     * behind: single blobs are asked for instead.
     */
    INDEXED_LIST
}
