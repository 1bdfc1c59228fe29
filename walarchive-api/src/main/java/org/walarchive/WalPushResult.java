package org.walarchive;

/** What a push of a WAL file did. */
public enum WalPushResult {
    /** The file is in the archive now. */
    ARCHIVED,
    /** The file was in the archive before, with the same content. */
    ALREADY_ARCHIVED
}
