package org.walarchive.core.wal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.ConflictException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.InvalidWalFileException;
import org.walarchive.LocalFileException;
import org.walarchive.WalPushResult;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.codec.CorruptStreamException;
import org.walarchive.core.identity.ClusterIdentity;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.server.ControlFile;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.store.CountingStream;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.BlobSource;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;

/**
 * Archives one WAL file: checks that it is what its name says and that the archive is this cluster's, puts it if it is
 * absent, and where something is present compares content, so that a name never gets two contents.
 */
public final class WalPush {

    private static final Logger LOG = LoggerFactory.getLogger(WalPush.class);

    private final ArchiveStore archive;
    private final WalObjects objects;
    private final ClusterIdentity identity;

    /** Makes the use case for an archive. */
    public WalPush(ArchiveStore archive) {
        this.archive = archive;
        this.objects = new WalObjects(archive, archive.store());
        this.identity = new ClusterIdentity(archive);
    }

    /** See {@link org.walarchive.WalService#push}. */
    public WalPushResult push(Path file) throws ArchiveException, InterruptedException {
        WalFileName name = nameOf(file);
        if (Thread.interrupted()) {
            throw new InterruptedException("archiving of " + name + " was interrupted before it began");
        }
        long begun = System.nanoTime();
        LocalWalFile local = LocalWalFile.check(file, name);
        String key = ArchiveLayout.wal(name, archive.codec().extension());
        archive.tell(new ArchiveEvent.WalPushStarted(name, file, archive.locate(key)));
        Optional<SystemIdentifier> cluster = local.systemIdentifier().or(() -> clusterOfDataDirectory(file));
        if (cluster.isPresent()) {
            identity.require(cluster.get());
        }
        try {
            WalSource source = new WalSource(local);
            WalPushResult result = put(name, key, local, source);
            archive.tell(new ArchiveEvent.WalPushed(
                    name,
                    result,
                    archive.locate(key),
                    result == WalPushResult.ARCHIVED ? source.compressedBytes() : 0,
                    Duration.ofNanos(System.nanoTime() - begun)));
            return result;
        } catch (StoreException e) {
            throw ArchiveStore.failure("archiving of " + name, e);
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw (InterruptedException)
                    new InterruptedException("archiving of " + name + " was interrupted").initCause(e);
        } catch (IOException e) {
            throw LocalWalFile.unreadable(file, e);
        }
    }

    private static WalFileName nameOf(Path file) throws InvalidWalFileException {
        String text = String.valueOf(file.getFileName());
        return WalFileName.recognise(text)
                .orElseThrow(() -> new InvalidWalFileException(
                        "\"" + text + "\" is not the name of a WAL file",
                        "Archived are segments, .partial, .history and .backup files, named as PostgreSQL names them.",
                        "Does archive_command pass %p?"));
    }

    /** Where a file has no identity of its own, that of the data directory in whose {@code pg_wal} it lies. */
    private static Optional<SystemIdentifier> clusterOfDataDirectory(Path file) {
        Path directory = file.getParent();
        Path data = directory == null ? null : directory.getParent();
        Path root = data == null ? Path.of("") : data;
        if (directory == null || !Files.isRegularFile(root.resolve("global/pg_control"))) {
            LOG.debug("no data directory around {}: its cluster is not checked", file);
            return Optional.empty();
        }
        try {
            return Optional.of(ControlFile.read(root).systemIdentifier());
        } catch (ArchiveException | IOException e) {
            LOG.warn("the cluster of {} is not checked: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    private WalPushResult put(WalFileName name, String key, LocalWalFile local, WalSource source)
            throws IOException, ArchiveException, InterruptedException {
        for (String extension : Codecs.extensions()) {
            if (!extension.equals(archive.codec().extension())) {
                Optional<WalPushResult> other = compare(name, extension, local);
                if (other.isPresent()) {
                    return other.get();
                }
            }
        }
        if (archive.store().put(key, source, PutMode.IF_ABSENT) == PutResult.WRITTEN) {
            return WalPushResult.ARCHIVED;
        }
        return compare(name, archive.codec().extension(), local)
                .orElseThrow(() -> new StoreException(
                        StoreException.Kind.UNAVAILABLE, "object " + key + " was there and is gone"));
    }

    /** Compares with the object of one way of compression, if there is one; anew when the stream breaks off. */
    private Optional<WalPushResult> compare(WalFileName name, String extension, LocalWalFile local)
            throws IOException, ArchiveException {
        return archive.retry().<Optional<WalPushResult>, ArchiveException>call("comparison with " + name, () -> {
            Optional<WalObjects.Found> found = objects.open(name, extension);
            return found.isPresent() ? Optional.of(requireSame(local, found.get())) : Optional.empty();
        });
    }

    /** Same content is success, other content never overwrites: {@code docs/format.md#duplicates}. */
    private WalPushResult requireSame(LocalWalFile local, WalObjects.Found found) throws IOException, ArchiveException {
        long difference;
        try (InputStream archived = found.codec().decompress(found.content().stream());
                InputStream file = Files.newInputStream(local.path())) {
            difference = Streams.firstDifference(archived, file);
            // Some formats have their checksum at the end: what differs may be damaged.
            archived.transferTo(OutputStream.nullOutputStream());
        } catch (CorruptStreamException e) {
            throw new CorruptArchiveException(
                    "WAL file " + local.name() + " is in the archive already, and damaged there",
                    archive.locate(found.key()) + ": " + e.getMessage(),
                    "Nothing was overwritten. Move the damaged object away, and the file will be archived.",
                    e);
        }
        if (difference < 0) {
            LOG.info("{} is in the archive already, with the same content", local.name());
            return WalPushResult.ALREADY_ARCHIVED;
        }
        throw new ConflictException(
                "WAL file " + local.name() + " is in the archive already, with other content",
                "Compared " + local.path() + " with " + archive.locate(found.key())
                        + "; the first difference is at byte " + difference + ".",
                "Nothing was overwritten. Does another server archive to this prefix: a clone, a former primary"
                        + " that was not stopped, or a standby with archive_mode=always? Give it a prefix of its own.");
    }

    /** The compressed file; fails if the file does not have the length that was checked. */
    private final class WalSource implements BlobSource {

        private final LocalWalFile local;
        private volatile @Nullable CountingStream compressed;

        WalSource(LocalWalFile local) {
            this.local = local;
        }

        long compressedBytes() {
            CountingStream stream = compressed;
            return stream == null ? 0 : stream.count();
        }

        @Override
        public InputStream open() throws IOException {
            InputStream plain = new ExactLengthStream(Files.newInputStream(local.path()), local.lengthBytes());
            CountingStream stream = new CountingStream(archive.codec().compress(plain));
            compressed = stream;
            return stream;
        }

        @Override
        public OptionalLong sizeBytes() {
            return OptionalLong.empty();
        }
    }

    static LocalFileException missing(Path file, NoSuchFileException e) {
        return new LocalFileException(
                "could not find file for wal-push",
                "There is no file " + file + ".",
                "Does archive_command pass %p?",
                e);
    }
}
