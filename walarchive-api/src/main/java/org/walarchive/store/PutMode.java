package org.walarchive.store;

import org.walarchive.stability.Stable;

/** What a put does when the key has a blob already. */
@Stable
public enum PutMode {
    /** Replaces it. */
    OVERWRITE,
    /**
     * Leaves it, and answers {@link PutResult#ALREADY_PRESENT}. Under a race exactly one writer wins where the store
     * declares {@link StoreFeature#ATOMIC_IF_ABSENT}; elsewhere the store looks first and then writes.
     */
    IF_ABSENT
}
