package org.walarchive.store;

import org.walarchive.stability.Stable;

/** What a put did. */
@Stable
public enum PutResult {
    /** The blob is stored and durable. */
    WRITTEN,
    /** There was a blob, and it is as it was. */
    ALREADY_PRESENT
}
