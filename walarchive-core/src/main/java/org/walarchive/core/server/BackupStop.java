package org.walarchive.core.server;

import org.walarchive.postgres.Lsn;

/**
 * What the server answered to the end of a base backup. The files are in the encoding of the server and belong into the
 * backup byte for byte, never into the live data directory.
 *
 * @param lsn the end of the WAL that the backup needs to be consistent
 * @param labelFile the contents of {@code backup_label}
 * @param tablespaceMap the contents of {@code tablespace_map}; empty when there are no tablespaces, and then there is to be
 *     no such file
 */
public record BackupStop(Lsn lsn, byte[] labelFile, byte[] tablespaceMap) {

    /** Copies the files. */
    public BackupStop {
        labelFile = labelFile.clone();
        tablespaceMap = tablespaceMap.clone();
    }

    /**
     * Returns the contents of {@code backup_label}.
     *
     * @return a copy
     */
    @Override
    public byte[] labelFile() {
        return labelFile.clone();
    }

    /**
     * Returns the contents of {@code tablespace_map}.
     *
     * @return a copy
     */
    @Override
    public byte[] tablespaceMap() {
        return tablespaceMap.clone();
    }
}
