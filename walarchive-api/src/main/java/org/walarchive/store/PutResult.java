package org.walarchive.store;

/** What a put did. */
public enum PutResult {
    /** The blob is stored and durable. */
    WRITTEN,
    /** There was a blob, and it is as it was. */
    ALREADY_PRESENT
}
