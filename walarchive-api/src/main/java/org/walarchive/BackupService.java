package org.walarchive;

import java.util.List;
import org.walarchive.stability.Stable;

/** Takes, lists and restores base backups; had of {@link WalArchive#backups}. Thread-safe. */
@Stable
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
     * Works out what {@link #fetch} would do. Lists the archive, reads the sentinels that matter and the first bytes of the backup and, with
     * a recovery, of the WAL, and looks at the directory; writes nothing. What would refuse the restore of a backup that was found is
     * {@link RestorePlan#refusal}; what leaves nothing to plan is thrown, as {@link #fetch} throws it.
     *
     * <p>Without a recovery, {@link #fetch} looks at no WAL. The plan has that which makes the backup consistent, where it can be found out.
     *
     * @param request which, where to, and how far to recover
     * @return the plan
     * @throws BackupNotFoundException when there is no such backup, or none that the target can be reached from
     * @throws CorruptArchiveException when the backup is not complete, its sentinel cannot be understood, or the history of the timeline
     *     that recovery is to follow cannot
     * @throws ConfigurationException when the server's release has no such target
     * @throws StoreAccessException when the store fails for longer than {@link ArchiveConfig#retryDeadline}
     * @throws ArchiveException for any other failure
     * @throws InterruptedException when the thread is interrupted
     */
    RestorePlan plan(RestoreRequest request) throws ArchiveException, InterruptedException;

    /**
     * Lists the base backups that exist, that is, that have a sentinel, oldest start first; with {@link ListDetail#OBJECTS} also
     * those that have none.
     *
     * @param detail how much is read
     * @return the backups; empty when there are none
     * @throws CorruptArchiveException when a sentinel had to be read and cannot be understood, and {@code detail} is not
     *     {@link ListDetail#OBJECTS}
     * @throws ArchiveException for any other failure
     * @throws InterruptedException when the thread is interrupted
     */
    List<Backup> list(ListDetail detail) throws ArchiveException, InterruptedException;

    /**
     * Lists the base backups that a text means. Nothing is read of the others.
     *
     * @param query a backup's name; {@link RestoreRequest#LATEST}, the backup whose sentinel was put last, be it broken; or the
     *     beginning of names, {@code base_} at least
     * @param detail how much is read
     * @return one for a name or LATEST, several for the beginning of names, in the order of {@link #list(ListDetail)}; empty when
     *     there are none
     * @throws BackupNotFoundException when the text is none of these
     * @throws CorruptArchiveException as in {@link #list(ListDetail)}
     * @throws ArchiveException for any other failure
     * @throws InterruptedException when the thread is interrupted
     */
    List<Backup> list(String query, ListDetail detail) throws ArchiveException, InterruptedException;

    /** How much a list reads. */
    enum ListDetail {
        /** Names and times only: the cost of a list. */
        NAMES,
        /** One further read for each backup fills {@link Backup#details}. */
        SENTINELS,
        /**
         * The objects of all backups are listed besides, which fills {@link Backup#state}, and shows backups without a sentinel:
         * those that are being taken, and what is left of those that were given up.
         */
        OBJECTS
    }
}
