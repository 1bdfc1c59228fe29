package org.walarchive.store;

/** What a store can do beyond the minimum. */
public enum StoreFeature {
    /**
     * {@link BlobStore#put} with {@link PutMode#IF_ABSENT} is one atomic step: of any number of writers, in any number of
     * processes, exactly one is answered {@link PutResult#WRITTEN}. Off means that two writers at the same moment may
     * both be, and that the later content stands.
     */
    ATOMIC_IF_ABSENT
}
