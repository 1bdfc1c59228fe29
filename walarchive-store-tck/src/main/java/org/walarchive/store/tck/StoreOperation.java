package org.walarchive.store.tck;

import org.walarchive.stability.Stable;

/** The operations of {@link org.walarchive.store.BlobStore} that {@link FaultyBlobStore} counts and disturbs. */
@Stable
public enum StoreOperation {
    /** {@link org.walarchive.store.BlobStore#put}. */
    PUT,
    /** {@link org.walarchive.store.BlobStore#get}, and the reading of its stream. */
    GET,
    /** {@link org.walarchive.store.BlobStore#list}; its key is the prefix. */
    LIST,
    /** {@link org.walarchive.store.BlobStore#delete}; it has many keys. */
    DELETE
}
