package org.walarchive;

import java.nio.file.Path;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.stability.Stable;

/** Archives and fetches single WAL files: what {@code archive_command} and {@code restore_command} call. */
@Stable
public interface WalService {

    /**
     * Archives one file, and nothing beside it.
     *
     * @param file the file, named as PostgreSQL names WAL files; it is only read
     * @return whether it was written now or was there already with the same content; or, where a limit is set, was dropped
     * @throws ArchiveException as {@link #push(WalPushRequest)}
     * @throws InterruptedException when the thread is interrupted; the file may or may not have been archived then
     */
    default WalPushResult push(Path file) throws ArchiveException, InterruptedException {
        return push(WalPushRequest.builder(file).build());
    }

    /**
     * Archives one file, and others beside it if the request says so. When it returns, the file is durable in the archive, and its name can never be
     * given to other content. What becomes of the others does not change the outcome.
     *
     * <p>One exception has to be asked for: where {@link ArchiveConfig#walQueueLimit} is set and exceeded, a file that cannot be archived is given up
     * ({@link WalPushResult#DROPPED}) instead of a failure.
     *
     * <p>A file that was archived beside another one, by whichever process, is known by its acknowledgement: the store is not asked again. An
     * acknowledgement is believed only if the file and the archive are those it was written for.
     *
     * <p>The first push into a location records the cluster's system identifier there; later pushes of another cluster
     * are refused. For some seconds an open archive remembers that it is the cluster's.
     *
     * @param request which file, and how many others
     * @return whether the file was written by this call, or was there already with the same content; or, where a limit is set, was dropped
     * @throws InvalidWalFileException when the name is none of a WAL file, or the content of a segment does not agree
     *     with its name
     * @throws LocalFileException when the file cannot be read
     * @throws ConflictException when the archive has other content under this name, or belongs to another cluster
     * @throws StoreAccessException when the store fails for longer than {@link ArchiveConfig#retryDeadline}
     * @throws ArchiveException for any other failure
     * @throws InterruptedException when the thread is interrupted before the file is durable; the file may or may not have been
     *     archived then. An interrupt after that ends only what is done beside it, and stays set
     */
    WalPushResult push(WalPushRequest request) throws ArchiveException, InterruptedException;

    /**
     * Fetches one file. The target appears whole, checked and synced, or not at all; a file that stands there is
     * replaced.
     *
     * @param name which
     * @param target where; its directory exists
     * @return whether it was fetched, or is confirmed not to be in the archive: the archive was read, is one, and has
     *     no such file
     * @throws CorruptArchiveException when the archive has the file and its content is damaged or is another file's
     * @throws LocalFileException when the target cannot be written
     * @throws StoreAccessException when it could not be found out within {@link ArchiveConfig#retryDeadline}
     * @throws ArchiveException for any other failure
     * @throws InterruptedException when the thread is interrupted; the target is as it was, or complete, then
     */
    WalFetchResult fetch(WalFileName name, Path target) throws ArchiveException, InterruptedException;

    /**
     * Fetches one file for a server in recovery, from a process that ends then. If the target is
     * {@code RECOVERYXLOG}, which is what PostgreSQL asks for in recovery, and the name is a segment's: a segment that
     * was prefetched is handed over by a rename, after it was verified once more; one that is being prefetched is waited for; and where
     * nobody prefetches and the archive has the next segment, a process is started that does. Anything else is as in
     * {@link #fetch(WalFileName, Path)}. That a file is absent is always asked of the store.
     *
     * @param name which
     * @param target where; its directory exists
     * @param starter starts the process
     * @return see {@link #fetch(WalFileName, Path)}; a file that was handed over is not synced under the target's name, which PostgreSQL does
     *     itself
     * @throws ArchiveException see {@link #fetch(WalFileName, Path)}
     * @throws InterruptedException when the thread is interrupted
     */
    WalFetchResult fetch(WalFileName name, Path target, PrefetchStarter starter)
            throws ArchiveException, InterruptedException;

    /**
     * Keeps the next segments waiting for a server in recovery, in {@code .walarchive/prefetch} below its WAL directory, and goes on
     * while they are taken away. Returns, with nothing left there, when recovery is over, the server or its directory is
     * gone, it takes nothing for some time, or another process does the same already. What cannot be fetched is no failure: the
     * server's own call for it will report it.
     *
     * @param walDirectory the server's {@code pg_wal}, by a path through its data directory, where that tells when recovery is over
     * @param first the segment that is asked for next
     * @param ahead how many are kept waiting
     * @throws InterruptedException when the thread is interrupted; nothing is left then either
     */
    void prefetch(Path walDirectory, WalSegmentName first, int ahead) throws InterruptedException;
}
