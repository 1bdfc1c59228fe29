package org.walarchive;

import java.time.Duration;
import java.util.List;
import org.walarchive.stability.Stable;

/**
 * Deletes what is not needed any more; had of {@link WalArchive#retention}. Thread-safe. A deletion is planned, can be looked at, and is
 * then executed:
 *
 * <pre>{@code
 * DeletionPlan plan = archive.retention().plan(new DeletionPolicy.Retain(7));
 * plan.forEach(decision -> System.out.println(decision));
 * DeletionResult result = archive.retention().execute(plan);
 * }</pre>
 */
@Stable
public interface RetentionService {

    /**
     * How long a base backup without a sentinel is taken for one that is being taken, from the last object it put, by this
     * machine's clock: 24 hours.
     */
    Duration IN_PROGRESS_AGE = Duration.ofHours(24);

    /**
     * Plans a deletion. Reads the archive, and changes nothing.
     *
     * @param policy what may go
     * @param overrides what lets it go beyond what is safe by default; mostly none
     * @return the plan
     * @throws IllegalArgumentException if {@link DeletionOverride#INCLUDING_KEPT} or
     *     {@link DeletionOverride#INCLUDING_UNFINISHED} comes with another policy than {@link DeletionPolicy.Everything}
     * @throws StoreAccessException when the store fails for longer than {@link ArchiveConfig#retryDeadline}
     * @throws ArchiveException for any other failure
     * @throws InterruptedException when the thread is interrupted
     */
    DeletionPlan plan(DeletionPolicy policy, DeletionOverride... overrides)
            throws ArchiveException, InterruptedException;

    /**
     * Executes a plan. The archive is planned once more before, and only what goes by both plans is deleted: what a backup
     * needs that was taken or marked since stays.
     *
     * <p>Sentinels are deleted first, so that a half-deleted backup is never offered for a restore. It may be
     * interrupted at any point and made again, which goes on where it was stopped.
     *
     * @param plan a plan that this service made
     * @return what was done; failures of single objects are in it
     * @throws IllegalArgumentException if the plan is not of this service
     * @throws ConflictException when this machine's clock and the store's differ so much that ages mean nothing
     * @throws StoreAccessException when the store fails for longer than {@link ArchiveConfig#retryDeadline}
     * @throws ArchiveException for any other failure
     * @throws InterruptedException when the thread is interrupted
     */
    DeletionResult execute(DeletionPlan plan) throws ArchiveException, InterruptedException;

    /**
     * Marks a base backup, so that no policy deletes it nor what it needs: all WAL from its start on, on its timeline and those
     * that come from it. Marking twice is harmless.
     *
     * @param backup which
     * @throws BackupNotFoundException when there is no such backup
     * @throws ConflictException when it is being deleted
     * @throws ArchiveException for any other failure
     * @throws InterruptedException when the thread is interrupted
     */
    void keep(BackupName backup) throws ArchiveException, InterruptedException;

    /**
     * Takes the mark from a base backup.
     *
     * @param backup which; without a mark nothing happens
     * @throws ArchiveException when the store fails
     * @throws InterruptedException when the thread is interrupted
     */
    void release(BackupName backup) throws ArchiveException, InterruptedException;

    /**
     * Lists the marks.
     *
     * @return the names that are marked, in order
     * @throws ArchiveException when the store fails
     * @throws InterruptedException when the thread is interrupted
     */
    List<BackupName> kept() throws ArchiveException, InterruptedException;
}
