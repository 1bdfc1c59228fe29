package org.walarchive.core.wal;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.WalFetchResult;
import org.walarchive.core.identity.ClusterIdentity;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException;

/**
 * Fetches one WAL file: into a temporary file beside the target, checked against its name and the archive's cluster,
 * synced, then renamed. That it is absent is said only of an archive that was read and is one.
 */
public final class WalFetch {

    private final ArchiveStore archive;
    private final ClusterIdentity identity;

    /** Makes the use case for an archive. */
    public WalFetch(ArchiveStore archive) {
        this.archive = archive;
        this.identity = new ClusterIdentity(archive);
    }

    /** See {@link org.walarchive.WalService#fetch}. */
    public WalFetchResult fetch(WalFileName name, Path target) throws ArchiveException, InterruptedException {
        long begun = System.nanoTime();
        archive.tell(new ArchiveEvent.WalFetchStarted(name, target));
        try {
            Optional<SystemIdentifier> cluster = identity.read();
            WalFetchResult result = archive.retry().call("fetch of " + name, () -> fetchOnce(name, cluster, target));
            archive.tell(
                    new ArchiveEvent.WalFetched(name, result, target, Duration.ofNanos(System.nanoTime() - begun)));
            return result;
        } catch (StoreException e) {
            throw ArchiveStore.failure("fetch of " + name, e);
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException("fetch of " + name + " was interrupted").initCause(e);
        } catch (IOException e) {
            throw new LocalFileException(
                    "file " + target + " cannot be written",
                    e.toString(),
                    "Does the directory exist, with space left and owned by the user that runs the command?",
                    e);
        }
    }

    /** Tells whether the archive has a file, readable or not: one request, which is not tried again. */
    public boolean isThere(WalFileName name) throws StoreException {
        return new WalObjects(archive, archive.direct()).isThere(name);
    }

    private WalFetchResult fetchOnce(WalFileName name, Optional<SystemIdentifier> cluster, Path target)
            throws IOException, ArchiveException {
        Optional<WalDownload> found = WalDownload.open(archive, archive.store(), name);
        if (found.isEmpty()) {
            requireArchive(name);
            archive.retry().requireTime("answer that " + name + " is absent");
            return WalFetchResult.ABSENT;
        }
        deliver(found.get(), cluster, target);
        return WalFetchResult.FETCHED;
    }

    /**
     * A wrong prefix, or a file system that is not mounted, must never look like the end of WAL. Looked at when the file was not found, though
     * the cluster may have been read before: between the two the file system may have been unmounted.
     */
    private void requireArchive(WalFileName name) throws StoreException, ArchiveException {
        if (identity.read().isPresent()) {
            return;
        }
        for (String prefix : List.of(ArchiveLayout.BASE_BACKUPS, ArchiveLayout.WAL)) {
            if (!archive.store().list(prefix, ListDepth.ALL, null).blobs().isEmpty()) {
                return;
            }
        }
        throw new StoreException(
                StoreException.Kind.NO_CONTAINER,
                "there is no archive at " + archive.config().location() + ", so it cannot be said whether " + name
                        + " is absent",
                "Is the prefix right, and has anything been pushed to it? Of files: is the file system mounted?",
                null);
    }

    private static void deliver(WalDownload download, Optional<SystemIdentifier> cluster, Path target)
            throws IOException, ArchiveException {
        try (download;
                TemporaryFile file = TemporaryFile.beside(target)) {
            download.copyTo(file.channel(), cluster);
            file.publish();
        }
    }
}
