package org.walarchive.core.wal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.ConflictException;
import org.walarchive.InvalidWalFileException;
import org.walarchive.LocalFileException;
import org.walarchive.WalPushResult;
import org.walarchive.core.identity.ClusterIdentity;
import org.walarchive.core.identity.KnownCluster;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.server.ControlFile;
import org.walarchive.core.spool.ArchiveAddress;
import org.walarchive.core.spool.BegunArchive;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.store.CountingStream;
import org.walarchive.core.store.ObjectWriter;
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
    private final KnownCluster known;
    private final WalComparison comparison;

    /** Makes the use case for an archive. */
    public WalPush(ArchiveStore archive) {
        this(archive, new KnownCluster());
    }

    /** Makes the use case for an archive of which the cluster may be known from an earlier push. */
    public WalPush(ArchiveStore archive, KnownCluster known) {
        this.archive = archive;
        this.objects = new WalObjects(archive, archive.store());
        this.identity = new ClusterIdentity(archive);
        this.known = known;
        this.comparison = new WalComparison(archive);
    }

    /** See {@link org.walarchive.WalService#push}. */
    public WalPushResult push(Path file) throws ArchiveException, InterruptedException {
        WalFileName name = nameOf(file);
        if (Thread.interrupted()) {
            throw new InterruptedException("archiving of " + name + " was interrupted before it began");
        }
        long begun = System.nanoTime();
        ObjectWriter writer = archive.writer();
        LocalWalFile local = LocalWalFile.check(file, name);
        String key = ArchiveLayout.wal(name, archive.codec().extension());
        archive.tell(new ArchiveEvent.WalPushStarted(name, file, archive.locate(key)));
        Optional<SystemIdentifier> cluster =
                local.systemIdentifier().or(() -> local.controlFileAround().map(ControlFile::systemIdentifier));
        Supplier<BegunArchive> remembered = () ->
                BegunArchive.beside(file.toAbsolutePath().resolveSibling(""), ArchiveAddress.of(archive.config()));
        if (cluster.isPresent()) {
            identity.require(cluster.get(), remembered, known);
        }
        try {
            WalSource source = new WalSource(local, writer);
            WalPushResult result = put(name, key, source);
            archive.tell(new ArchiveEvent.WalPushed(
                    name,
                    result,
                    archive.locate(key),
                    result == WalPushResult.ARCHIVED ? source.compressedBytes() : 0,
                    Duration.ofNanos(System.nanoTime() - begun)));
            return result;
        } catch (ConflictException e) {
            // Other content may be another cluster's, which took the archive over a moment ago.
            known.forget();
            if (cluster.isPresent()) {
                identity.require(cluster.get(), remembered, known);
            }
            throw e;
        } catch (StoreException e) {
            // The store may not be what it was.
            known.forget();
            throw ArchiveStore.failure("archiving of " + name, e);
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw (InterruptedException)
                    new InterruptedException("archiving of " + name + " was interrupted").initCause(e);
        } catch (IOException e) {
            throw LocalWalFile.unreadable(file, e);
        }
    }

    static WalFileName nameOf(Path file) throws InvalidWalFileException {
        String text = String.valueOf(file.getFileName());
        return WalFileName.recognise(text)
                .orElseThrow(() -> new InvalidWalFileException(
                        "\"" + text + "\" is not the name of a WAL file",
                        "Archived are segments, .partial, .history and .backup files, named as PostgreSQL names them.",
                        "Does archive_command pass %p?"));
    }

    private WalPushResult put(WalFileName name, String key, WalSource source)
            throws IOException, ArchiveException, InterruptedException {
        for (String extension : objects.mayBeThere(name)) {
            Optional<WalPushResult> present = compare(name, extension, source);
            if (present.isPresent()) {
                return present.get();
            }
        }
        if (archive.store().put(key, source, PutMode.IF_ABSENT) == PutResult.WRITTEN) {
            source.requireRead(key);
            return WalPushResult.ARCHIVED;
        }
        return compare(name, archive.codec().extension(), source)
                .orElseThrow(() -> new StoreException(
                        StoreException.Kind.UNAVAILABLE, "object " + key + " was there and is gone"));
    }

    /** Compares with the object of one way of compression, if there is one; anew when the stream breaks off. */
    private Optional<WalPushResult> compare(WalFileName name, String extension, WalSource source)
            throws IOException, ArchiveException {
        return archive.retry().<Optional<WalPushResult>, ArchiveException>call("comparison with " + name, () -> {
            Optional<WalObjects.Found> found = objects.open(name, extension);
            return found.isPresent()
                    ? Optional.of(comparison.requireSame(source.local, found.get()))
                    : Optional.empty();
        });
    }

    /** The object made of the file; fails if the file does not have the length that was checked. */
    private final class WalSource implements BlobSource {

        private final LocalWalFile local;
        private final ObjectWriter writer;
        private @Nullable ContentSeal seal;
        private volatile @Nullable CountingStream compressed;

        WalSource(LocalWalFile local, ObjectWriter writer) {
            this.local = local;
            this.writer = writer;
        }

        /** What was acknowledged is all of it: a store that takes the beginning for the whole must not pass for durable. */
        void requireRead(String key) throws StoreException {
            CountingStream stream = compressed;
            if (stream == null || !stream.ended()) {
                throw new StoreException(
                        StoreException.Kind.UNAVAILABLE,
                        "object " + key + " was acknowledged and not read to its end by the store");
            }
        }

        long compressedBytes() {
            CountingStream stream = compressed;
            return stream == null ? 0 : stream.count();
        }

        @Override
        public InputStream open() throws IOException {
            CountingStream stream = new CountingStream(openObject());
            compressed = stream;
            return stream;
        }

        /** Sealed is an encrypted object only, and only where the secret for it is at hand. */
        private InputStream openObject() throws IOException {
            if (seal == null && writer.encryptor().isPresent()) {
                Optional<byte[]> secret = local.clusterSecret();
                if (secret.isPresent()) {
                    try (InputStream file = local.open()) {
                        seal = ContentSeal.of(local.name(), secret.get(), file);
                    }
                }
            }
            return seal == null
                    ? writer.store(local.open())
                    : writer.store(seal.requireSame(local.open()), seal.note());
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
