package org.walarchive;

import org.walarchive.stability.Stable;

/** What a fetch of a WAL file did. */
@Stable
public enum WalFetchResult {
    /** The file is at the target, checked and durable. */
    FETCHED,
    /** The archive was read and has no such file. Normal at the end of WAL. */
    ABSENT
}
