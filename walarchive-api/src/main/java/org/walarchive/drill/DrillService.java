package org.walarchive.drill;

import org.walarchive.ArchiveException;
import org.walarchive.stability.Experimental;

/** Proves that base backups restore; had of {@link org.walarchive.WalArchive#drills}. Thread-safe: each drill has a directory of its own. */
@Experimental
public interface DrillService {

    /**
     * Restores a base backup into a directory of its own, starts a server on it, lets it recover from the archive, asks it the
     * caller's query, stops it and deletes the directory.
     *
     * <p>The server listens on a Unix socket in that directory only, archives nothing, starts no background workers of extensions
     * or of logical replication, and has none of the configuration files of the original. The archive is only read.
     *
     * <p>However the drill ends, its server is stopped first; it is stopped even when this virtual machine is killed.
     *
     * @param request of which backup, and how
     * @return what happened: also of a backup that cannot be restored, does not recover, or does not answer the query
     * @throws org.walarchive.BackupNotFoundException when there is no such backup
     * @throws org.walarchive.ConfigurationException when there are no programs of PostgreSQL of the backup's version, or the user
     *     is one that PostgreSQL does not run as
     * @throws org.walarchive.LocalFileException when the directory cannot be made or has not enough space
     * @throws ArchiveException when the archive cannot be listed
     * @throws InterruptedException when the thread is interrupted
     */
    DrillReport run(DrillRequest request) throws ArchiveException, InterruptedException;
}
