package org.walarchive.core.wal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.WalFetchResult;
import org.walarchive.core.codec.CorruptStreamException;
import org.walarchive.core.identity.ClusterIdentity;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.openpgp.DecryptionException;
import org.walarchive.core.server.WalPageHeader;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException;

/**
 * Fetches one WAL file: into a temporary file beside the target, checked against its name and the archive's cluster,
 * synced, then renamed. That it is absent is said only of an archive that was read and is one.
 */
public final class WalFetch {

    private static final int BUFFER_BYTES = 256 * 1024;

    private final ArchiveStore archive;
    private final WalObjects objects;
    private final ClusterIdentity identity;

    /** Makes the use case for an archive. */
    public WalFetch(ArchiveStore archive) {
        this.archive = archive;
        this.objects = new WalObjects(archive, archive.store());
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

    private WalFetchResult fetchOnce(WalFileName name, Optional<SystemIdentifier> cluster, Path target)
            throws IOException, ArchiveException {
        Optional<WalObjects.Found> found = objects.open(name);
        if (found.isEmpty()) {
            if (cluster.isEmpty()) {
                requireArchive(name);
            }
            archive.retry().requireTime("answer that " + name + " is absent");
            return WalFetchResult.ABSENT;
        }
        deliver(name, cluster, found.get(), target);
        return WalFetchResult.FETCHED;
    }

    /** A wrong prefix, or a file system that is not mounted, must never look like the end of WAL. */
    private void requireArchive(WalFileName name) throws StoreException {
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

    private void deliver(WalFileName name, Optional<SystemIdentifier> cluster, WalObjects.Found found, Path target)
            throws IOException, ArchiveException {
        try (InputStream content = archive.plain(found.codec(), found.content().stream());
                TemporaryFile file = TemporaryFile.beside(target)) {
            write(name, cluster, found, content, file.channel());
            file.publish();
        }
    }

    private void write(
            WalFileName name,
            Optional<SystemIdentifier> cluster,
            WalObjects.Found found,
            InputStream content,
            FileChannel channel)
            throws IOException, ArchiveException {
        byte[] head = new byte[0];
        long length = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            int n;
            while ((n = content.read(buffer, 0, buffer.length)) >= 0) {
                if (head.length < WalPageHeader.LENGTH) {
                    head = append(head, buffer, n);
                }
                length += n;
                if (length > longest(name)) {
                    throw new WalContentCheck.Mismatch("It is longer than any file of its kind.");
                }
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            requireCluster(cluster, WalContentCheck.check(name, head, length));
        } catch (DecryptionException e) {
            throw e.of("fetch of " + name, archive.locate(found.key()));
        } catch (CorruptStreamException | WalContentCheck.Mismatch e) {
            throw new CorruptArchiveException(
                    "WAL file " + name + " is damaged in the archive",
                    archive.locate(found.key()) + ": " + e.getMessage(),
                    "Nothing was delivered. Recovery cannot go past this file; is there another copy, on a standby or in"
                            + " the old server's pg_wal?",
                    e);
        }
    }

    private static byte[] append(byte[] head, byte[] buffer, int n) {
        int wanted = Math.min(WalPageHeader.LENGTH - head.length, n);
        byte[] longer = Arrays.copyOf(head, head.length + wanted);
        System.arraycopy(buffer, 0, longer, head.length, wanted);
        return longer;
    }

    private static long longest(WalFileName name) {
        return switch (name.kind()) {
            case SEGMENT, PARTIAL -> 1L << 30;
            case HISTORY, BACKUP -> WalSegmentSize.DEFAULT.bytes();
        };
    }

    private static void requireCluster(Optional<SystemIdentifier> archived, Optional<SystemIdentifier> found)
            throws WalContentCheck.Mismatch {
        if (archived.isPresent() && found.isPresent() && !archived.equals(found)) {
            throw new WalContentCheck.Mismatch(
                    "It is of cluster " + found.get() + ", and the archive of cluster " + archived.get() + ".");
        }
    }
}
