package org.walarchive;

/** What a fetch of a WAL file did. */
public enum WalFetchResult {
    /** The file is at the target, checked and durable. */
    FETCHED,
    /** The archive was read and has no such file. Normal at the end of WAL. */
    ABSENT
}
