package org.walarchive.store.tck;

/** The operations of {@link org.walarchive.store.BlobStore} that {@link FaultyBlobStore} counts and disturbs. */
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
