package org.walarchive.core.identity;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.ConfigurationException;
import org.walarchive.ConflictException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.codec.CorruptStreamException;
import org.walarchive.core.codec.Decoder;
import org.walarchive.core.codec.MissingLibraryException;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.openpgp.DecryptionException;
import org.walarchive.core.server.WalPageHeader;
import org.walarchive.core.spool.BegunArchive;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;

/**
 * Which cluster an archive belongs to: a small object that the first push writes and every later push is held against.
 *
 * <p>Archives that WAL-E wrote have none. The first push into such an archive is let in if the newest segment there is of
 * the same cluster, and then writes the object.
 */
public final class ClusterIdentity {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterIdentity.class);

    private static final String SYSTEM_IDENTIFIER = "system_identifier";
    private static final int MAX_LENGTH_BYTES = 4096;

    /** How many of the newest segments are looked at before one that cannot be read is given up on. */
    private static final int NEWEST = 3;

    private final ArchiveStore archive;

    /** Makes the check for an archive. */
    public ClusterIdentity(ArchiveStore archive) {
        this.archive = archive;
    }

    /**
     * Reads the archive's cluster.
     *
     * @return the cluster; empty if nothing was pushed into the archive, or only by WAL-E
     */
    public Optional<SystemIdentifier> read() throws ArchiveException, StoreException {
        try {
            return Optional.of(parse(archive.read(ArchiveLayout.IDENTITY, MAX_LENGTH_BYTES)));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND || e.kind() == StoreException.Kind.NO_CONTAINER) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Holds a cluster against the archive's, and makes it the archive's if that has none.
     *
     * @param begun what is remembered of the archive where the cluster is: one that was begun is not begun again
     * @throws ConflictException if the archive belongs to another cluster
     * @throws org.walarchive.StoreAccessException also if the archive was this cluster's, and names none now
     */
    public void require(SystemIdentifier cluster, BegunArchive begun) throws ArchiveException, InterruptedException {
        try {
            Optional<SystemIdentifier> known = read();
            if (known.isEmpty()) {
                Optional<Path> note = begun.of(cluster);
                known = Optional.of(note.isPresent() ? readBegun(note.get()) : begin(cluster));
            }
            requireSame(known.get(), cluster);
        } catch (StoreException e) {
            throw ArchiveStore.failure("check of the archive's cluster", e);
        }
    }

    /**
     * Does the same for a push of WAL, without a call of the store while it is known, and has remembered that the archive was begun.
     *
     * @throws ConflictException if the archive belongs to another cluster
     */
    public void require(SystemIdentifier cluster, Supplier<BegunArchive> remembered, KnownCluster known)
            throws ArchiveException, InterruptedException {
        if (!known.isRecently(cluster)) {
            long asked = known.now();
            BegunArchive begun = remembered.get();
            require(cluster, begun);
            begun.note(cluster);
            known.found(cluster, asked);
        }
    }

    /** Reads the cluster of an archive that was begun, maybe by another push since it was looked for. */
    private SystemIdentifier readBegun(Path note) throws ArchiveException, StoreException {
        return read().orElseThrow(() -> new StoreException(
                StoreException.Kind.NO_CONTAINER,
                "archive " + archive.config().location() + " is not the one that was pushed to before: its object "
                        + ArchiveLayout.IDENTITY + " is gone",
                "Is the file system mounted, and the bucket the same? If the archive was emptied on purpose, delete "
                        + note + ", and the next push begins it anew; then take a base backup.",
                null));
    }

    private SystemIdentifier begin(SystemIdentifier cluster) throws ArchiveException, StoreException {
        requireSame(newestSegmentsCluster().orElse(cluster), cluster);
        return record(cluster);
    }

    private void requireSame(SystemIdentifier archived, SystemIdentifier offered) throws ConflictException {
        // not equals, which a record makes at its first call: 10 ms of a process that archives one segment
        if (archived.value() != offered.value()) {
            throw new ConflictException(
                    "archive " + archive.config().location() + " belongs to another cluster",
                    "The archive's system identifier is " + archived + ", this cluster's is " + offered + ".",
                    "Was this cluster made anew by initdb or pg_upgrade, or is it a copy with the wrong prefix set?"
                            + " Give each cluster a prefix of its own.");
        }
    }

    private static byte[] content(SystemIdentifier cluster) {
        String text =
                "# The PostgreSQL cluster that this archive belongs to.\n" + SYSTEM_IDENTIFIER + "=" + cluster + "\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Tells whether the object is as it is written, to the byte, for a cluster that was read from it. */
    public boolean isVerbatim(SystemIdentifier cluster) throws ArchiveException, StoreException {
        return Arrays.equals(content(cluster), archive.read(ArchiveLayout.IDENTITY, MAX_LENGTH_BYTES));
    }

    private SystemIdentifier record(SystemIdentifier cluster) throws StoreException, ArchiveException {
        try {
            PutResult result =
                    archive.store().put(ArchiveLayout.IDENTITY, BlobSource.of(content(cluster)), PutMode.IF_ABSENT);
            if (result == PutResult.WRITTEN) {
                LOG.info(
                        "archive {} belongs to cluster {} from now on",
                        archive.config().location(),
                        cluster);
                return cluster;
            }
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("a source in memory failed", e);
        }
        return parse(archive.read(ArchiveLayout.IDENTITY, MAX_LENGTH_BYTES));
    }

    private SystemIdentifier parse(byte[] bytes) throws CorruptArchiveException {
        try {
            Properties properties = new Properties();
            properties.load(new StringReader(new String(bytes, StandardCharsets.US_ASCII)));
            return SystemIdentifier.parse(properties.getProperty(SYSTEM_IDENTIFIER, ""));
        } catch (IOException | IllegalArgumentException e) {
            throw new CorruptArchiveException(
                    "object " + archive.locate(ArchiveLayout.IDENTITY) + " cannot be read",
                    e.getMessage(),
                    "Delete it if you are sure which cluster the archive belongs to; the next push writes it anew.",
                    e);
        }
    }

    private Optional<SystemIdentifier> newestSegmentsCluster() throws StoreException, ArchiveException {
        Comparator<BlobInfo> byAge =
                Comparator.comparing(BlobInfo::lastModified).thenComparing(BlobInfo::key);
        PriorityQueue<BlobInfo> newest = new PriorityQueue<>(byAge);
        try {
            archive.forEach(ArchiveLayout.WAL, ListDepth.IMMEDIATE, blob -> {
                if (isSegment(blob.key())) {
                    newest.add(blob);
                    if (newest.size() > NEWEST) {
                        newest.remove();
                    }
                }
            });
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NO_CONTAINER) {
                return Optional.empty();
            }
            throw e;
        }
        List<BlobInfo> newestFirst = newest.stream().sorted(byAge.reversed()).toList();
        DecryptionException noKey = null;
        MissingLibraryException noLibrary = null;
        for (BlobInfo blob : newestFirst) {
            try {
                Optional<SystemIdentifier> cluster = clusterOf(blob.key());
                if (cluster.isPresent()) {
                    return cluster;
                }
            } catch (DecryptionException e) {
                noKey = e;
            } catch (MissingLibraryException e) {
                noLibrary = e;
            } catch (StoreException e) {
                throw e;
            } catch (IOException e) {
                throw new StoreException(StoreException.Kind.UNAVAILABLE, "read of " + blob.key() + " failed", null, e);
            }
        }
        if (newestFirst.isEmpty()) {
            return Optional.empty();
        }
        if (noKey != null) {
            throw cannotLookInside(noKey);
        }
        if (noLibrary != null) {
            throw new ConfigurationException(
                    "cannot find out which cluster archive " + archive.config().location() + " belongs to",
                    "It does not record its cluster, and its newest WAL segments cannot be read here. "
                            + noLibrary.getMessage(),
                    noLibrary.hint(),
                    noLibrary);
        }
        throw new CorruptArchiveException(
                "cannot find out which cluster archive " + archive.config().location() + " belongs to",
                "Its newest WAL segments cannot be read, "
                        + archive.locate(newestFirst.get(0).key()) + " first.",
                "Are they damaged? If the archive is this cluster's, push to a new prefix and keep this one.");
    }

    /** To take the pusher's word would let a second cluster in for good: {@code docs/decisions/0012-encrypted-objects.md}. */
    private ConfigurationException cannotLookInside(DecryptionException e) {
        return new ConfigurationException(
                "cannot find out which cluster archive " + archive.config().location() + " belongs to",
                "It does not record its cluster, and its newest WAL segments are encrypted. " + e.getMessage(),
                "Once, run a push where they can be decrypted: with WALARCHIVE_PGP_PRIVATE_KEYS, or as a user whose gpg has"
                        + " the key. It records the cluster, and later pushes need no private key.",
                e);
    }

    private static boolean isSegment(String key) {
        return ArchiveLayout.parseWal(key)
                .filter(object -> object.name().kind() == WalFileName.Kind.SEGMENT)
                .filter(object -> Codecs.forExtension(object.extension()).isPresent())
                .isPresent();
    }

    private Optional<SystemIdentifier> clusterOf(String key) throws IOException {
        Decoder codec = ArchiveLayout.parseWal(key)
                .flatMap(object -> Codecs.forExtension(object.extension()))
                .orElseThrow();
        try {
            byte[] head = archive.retry().call("read of " + key, () -> {
                try (BlobContent content = archive.direct().get(key);
                        InputStream plain = archive.plain(codec, content.stream())) {
                    return plain.readNBytes(WalPageHeader.LENGTH);
                }
            });
            return WalPageHeader.parse(head).map(WalPageHeader::systemIdentifier);
        } catch (MissingLibraryException e) {
            throw e;
        } catch (CorruptStreamException e) {
            LOG.warn("segment {} cannot be read: {}", archive.locate(key), e.getMessage());
            return Optional.empty();
        }
    }
}
