package org.walarchive;

import java.nio.file.Path;
import java.time.Duration;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;

/** Something that happened in the engine. Further kinds may come in any release. */
public sealed interface ArchiveEvent {

    /**
     * A WAL file is about to be archived.
     *
     * @param name its name
     * @param file where it is read from
     * @param location where it goes to
     */
    record WalPushStarted(WalFileName name, Path file, String location) implements ArchiveEvent {}

    /**
     * A WAL file is durable in the archive.
     *
     * @param name its name
     * @param result whether it was written now
     * @param location where it lies
     * @param storedBytes what it takes in the store; 0 when it was there already
     * @param elapsed how long it took
     */
    record WalPushed(WalFileName name, WalPushResult result, String location, long storedBytes, Duration elapsed)
            implements ArchiveEvent {}

    /**
     * A WAL file was not archived, after all retries. PostgreSQL is told so and asks again; what was begun ahead of its question is begun again.
     *
     * @param name its name
     * @param cause why
     */
    record WalPushFailed(WalFileName name, ArchiveException cause) implements ArchiveEvent {}

    /**
     * A WAL file was not archived, and PostgreSQL is told that it was, since more waits than {@link ArchiveConfig#walQueueLimit} allows.
     *
     * @param name its name
     * @param result {@link WalPushResult#DROPPED}, or {@link WalPushResult#POSTPONED} for the history of a timeline
     * @param waitingBytes the size of all WAL that waited
     * @param limit what may wait
     * @param cause why it could not be archived
     */
    record WalDropped(WalFileName name, WalPushResult result, long waitingBytes, WalQueueLimit limit, String cause)
            implements ArchiveEvent {}

    /**
     * A WAL file is about to be fetched.
     *
     * @param name its name
     * @param target where it goes to
     */
    record WalFetchStarted(WalFileName name, Path target) implements ArchiveEvent {}

    /**
     * A WAL file was fetched or is confirmed to be absent.
     *
     * @param name its name
     * @param result which of both
     * @param target where it goes to
     * @param elapsed how long it took
     */
    record WalFetched(WalFileName name, WalFetchResult result, Path target, Duration elapsed) implements ArchiveEvent {}

    /**
     * The server has begun a base backup.
     *
     * @param name the backup's name
     * @param start where recovery will begin
     * @param location where it goes to
     */
    record BackupStarted(BackupName name, Lsn start, String location) implements ArchiveEvent {}

    /**
     * A tar partition is about to be uploaded.
     *
     * @param backup the backup's name
     * @param number the partition's number, from 0
     * @param members how many files and directories it holds
     * @param plannedBytes the sum of their sizes
     */
    record PartitionUploadStarted(BackupName backup, int number, int members, long plannedBytes)
            implements ArchiveEvent {}

    /**
     * A tar partition is durable in the archive.
     *
     * @param backup the backup's name
     * @param number the partition's number, from 0
     * @param expandedBytes the size of the tar stream
     * @param storedBytes what it takes in the store
     * @param elapsed how long it took
     */
    record PartitionUploaded(BackupName backup, int number, long expandedBytes, long storedBytes, Duration elapsed)
            implements ArchiveEvent {}

    /**
     * Something in the data directory is treated in a way an operator may want to know of.
     *
     * @param path the path in the data directory
     * @param treatment what is done with it, and why: a phrase
     */
    record FileTreated(String path, String treatment) implements ArchiveEvent {}

    /**
     * The base backup waits for its WAL. Repeated every ten seconds, and when another segment is the first missing one.
     *
     * @param backup the backup's name
     * @param missing the first segment that is not in the archive
     * @param remaining how long it will go on waiting
     */
    record WaitingForWal(BackupName backup, WalSegmentName missing, Duration remaining) implements ArchiveEvent {}

    /**
     * A base backup is complete: its sentinel is in the archive.
     *
     * @param result the backup
     * @param elapsed how long it took
     */
    record BackupCompleted(BackupResult result, Duration elapsed) implements ArchiveEvent {}

    /**
     * A restore with a recovery was worked out and is about to begin.
     *
     * @param plan what it will do
     */
    record RestorePlanned(RestorePlan plan) implements ArchiveEvent {}

    /**
     * A tar partition is about to be fetched.
     *
     * @param backup the backup's name
     * @param number the partition's number, from 0
     * @param location where it lies
     */
    record PartitionFetchStarted(BackupName backup, int number, String location) implements ArchiveEvent {}

    /**
     * A tar partition was fetched, checked and extracted.
     *
     * @param backup the backup's name
     * @param number the partition's number, from 0
     * @param storedBytes what was read from the store
     * @param elapsed how long it took
     */
    record PartitionFetched(BackupName backup, int number, long storedBytes, Duration elapsed)
            implements ArchiveEvent {}

    /**
     * A base backup was restored.
     *
     * @param result what was restored
     * @param elapsed how long it took
     */
    record RestoreCompleted(RestoreResult result, Duration elapsed) implements ArchiveEvent {}

    /**
     * An object is about to be deleted.
     *
     * @param decision which, and why
     */
    record DeletionStarted(DeletionDecision decision) implements ArchiveEvent {}

    /**
     * A deletion is over.
     *
     * @param result what was done
     * @param elapsed how long it took
     */
    record DeletionCompleted(DeletionResult result, Duration elapsed) implements ArchiveEvent {}

    /**
     * A deep verification goes on. Repeated every ten seconds.
     *
     * @param objects how many objects were read so far
     * @param totalObjects how many there are to read
     * @param storedBytes what was read of the store so far
     * @param elapsed how long it took so far
     */
    record Verifying(long objects, long totalObjects, long storedBytes, Duration elapsed) implements ArchiveEvent {}

    /**
     * A call of the store failed and will be made again.
     *
     * @param operation what was called, with the key
     * @param attempt how many times it was tried so far
     * @param cause the failure's message
     * @param delay how long until the next attempt
     */
    record Retrying(String operation, int attempt, String cause, Duration delay) implements ArchiveEvent {}
}
