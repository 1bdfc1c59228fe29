package org.walarchive;

import java.util.List;

/** Takes, lists and restores base backups. */
public interface BackupService {

    /**
     * Takes a base backup. When it returns, every partition, every WAL segment needed to make the backup consistent
     * (unless {@link BackupPushRequest#walWait} says not to wait) and, last, the sentinel are durable in the archive.
     *
     * <p>When it fails or is interrupted, the backup is ended on the server and no sentinel exists: there is no such
     * backup. Partitions that were uploaded are deleted as far as the store can still be reached.
     *
     * @param request of what, and how
     * @return the backup
     * @throws ServerException when PostgreSQL cannot be reached or refuses
     * @throws LocalFileException when a file of the data directory cannot be read
     * @throws WalNotArchivedException when a WAL segment that the backup needs did not reach the archive in time
     * @throws ConflictException when the archive belongs to another cluster, or has a backup of this name
     * @throws StoreAccessException when the store fails for longer than {@link ArchiveConfig#retryDeadline}
     * @throws ArchiveException for any other failure
     * @throws InterruptedException when the thread is interrupted
     */
    BackupResult push(BackupPushRequest request) throws ArchiveException, InterruptedException;

    /**
     * Restores a base backup into a directory. Its {@code global/pg_control} appears last, when all other files are
     * complete and synced, so that a restore that failed or was interrupted cannot be started. What {@link #plan} says is
     * checked first; when it names an obstacle, nothing is written.
     *
     * @param request which, where to, and how far to recover
     * @return what was restored
     * @throws BackupNotFoundException when there is no such backup, or none that the target can be reached from
     * @throws WalNotArchivedException when WAL that the recovery needs is not in the archive
     * @throws ConfigurationException when the server's release has no such target, or a restore specification is wrong
     * @throws CorruptArchiveException when a partition is missing, short, damaged, not what the sentinel records, or
     *     holds a name that would leave the directory
     * @throws LocalFileException when the directory is not fit, or cannot be written
     * @throws StoreAccessException when the store fails for longer than {@link ArchiveConfig#retryDeadline}
     * @throws ArchiveException for any other failure
     * @throws InterruptedException when the thread is interrupted
     */
    RestoreResult fetch(RestoreRequest request) throws ArchiveException, InterruptedException;

    /**
     * Works out what {@link #fetch} would do. Lists the archive and reads the sentinels that matter; writes nothing, and does
     * not look at the directory.
     *
     * @param request which, where to, and how far to recover
     * @return the plan
     * @throws BackupNotFoundException when there is no such backup, or none that the target can be reached from
     * @throws CorruptArchiveException when the backup is not complete, or its sentinel or a history cannot be understood
     * @throws ConfigurationException when the server's release has no such target
     * @throws StoreAccessException when the store fails for longer than {@link ArchiveConfig#retryDeadline}
     * @throws ArchiveException for any other failure
     * @throws InterruptedException when the thread is interrupted
     */
    RestorePlan plan(RestoreRequest request) throws ArchiveException, InterruptedException;

    /**
     * Lists the base backups that exist, that is, that have a sentinel; oldest start first.
     *
     * @param detail whether each sentinel is read
     * @return the backups; empty when there are none
     * @throws CorruptArchiveException when a sentinel had to be read and cannot be understood
     * @throws ArchiveException for any other failure
     * @throws InterruptedException when the thread is interrupted
     */
    List<Backup> list(ListDetail detail) throws ArchiveException, InterruptedException;

    /** Whether a list reads the sentinels. */
    enum ListDetail {
        /** Names and times only: the cost of a list. */
        NAMES,
        /** One further read for each backup fills {@link Backup#details}. */
        SENTINELS
    }
}
