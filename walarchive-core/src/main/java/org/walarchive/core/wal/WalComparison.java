package org.walarchive.core.wal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.ConflictException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.WalPushResult;
import org.walarchive.core.codec.CorruptStreamException;
import org.walarchive.core.codec.MissingLibraryException;
import org.walarchive.core.openpgp.DecryptionException;
import org.walarchive.core.openpgp.OpenPgp;
import org.walarchive.core.server.ControlFile;
import org.walarchive.core.server.WalPageHeader;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.store.BlobContent;

/** Holds a WAL file against an object that has its name. */
final class WalComparison {

    private static final Logger LOG = LoggerFactory.getLogger(WalComparison.class);

    private final ArchiveStore archive;

    WalComparison(ArchiveStore archive) {
        this.archive = archive;
    }

    /** Same content is success, other content never overwrites: {@code docs/format.md#duplicates}. */
    WalPushResult requireSame(LocalWalFile local, WalObjects.Found found) throws IOException, ArchiveException {
        byte[] head;
        long difference;
        try (PushbackInputStream archived = new PushbackInputStream(
                        archive.plain(found.codec(), found.content().stream()), WalPageHeader.LENGTH);
                InputStream file = Files.newInputStream(local.path())) {
            head = archived.readNBytes(WalPageHeader.LENGTH);
            archived.unread(head);
            difference = Streams.firstDifference(archived, file);
            // Some formats have their checksum at the end: what differs may be damaged.
            archived.transferTo(OutputStream.nullOutputStream());
        } catch (MissingLibraryException e) {
            throw e.of("comparison with " + local.name(), archive.locate(found.key()));
        } catch (CorruptStreamException e) {
            throw damaged(local, found.key(), e.getMessage(), e);
        } catch (DecryptionException e) {
            return requireSameSeal(local, found.key(), e);
        }
        if (difference < 0) {
            LOG.info("{} is in the archive already, with the same content", local.name());
            return WalPushResult.ALREADY_ARCHIVED;
        }
        throw conflict(local, found.key(), "the first difference is at byte " + difference + whose(local, head));
    }

    /** Whose the two are. A text does not tell, but then its cluster was held against the archive's before. */
    private static String whose(LocalWalFile local, byte[] archivedHead) {
        Optional<SystemIdentifier> own =
                local.systemIdentifier().or(() -> local.controlFileAround().map(ControlFile::systemIdentifier));
        if (own.isEmpty()) {
            return "";
        }
        SystemIdentifier archived = WalPageHeader.parse(archivedHead)
                .map(WalPageHeader::systemIdentifier)
                .orElse(own.get());
        return archived.equals(own.get())
                ? ", and both are of the cluster with system identifier " + archived
                : "; the archived one is of the cluster with system identifier " + archived + ", this one of "
                        + own.get();
    }

    /** What a host without the private key can tell: {@code docs/decisions/0012-encrypted-objects.md}. */
    private WalPushResult requireSameSeal(LocalWalFile local, String key, DecryptionException noKey)
            throws IOException, ArchiveException {
        ContentSeal.Answer answer = ContentSeal.Answer.UNSEALED;
        Optional<byte[]> secret = local.clusterSecret();
        try (BlobContent content = archive.direct().get(key);
                InputStream file = local.open()) {
            Optional<byte[]> note = OpenPgp.note(content.stream());
            if (secret.isPresent() && note.isPresent()) {
                answer = ContentSeal.check(local.name(), secret.get(), file, note.get());
            }
        } catch (CorruptStreamException e) {
            throw damaged(local, key, e.getMessage(), e);
        }
        return switch (answer) {
            case SAME -> {
                LOG.info("{} is in the archive already, with the same content by its seal", local.name());
                yield WalPushResult.ALREADY_ARCHIVED;
            }
            case OTHER -> throw conflict(local, key, "its seal is of other content");
            case UNSEALED ->
                throw new ConflictException(
                        "WAL file " + local.name()
                                + " is in the archive already, encrypted, and cannot be compared here",
                        archive.locate(key) + ": " + noKey.getMessage()
                                + (secret.isPresent()
                                        ? " It has no seal."
                                        : " Its seal cannot be checked: there is no"
                                                + " control file of PostgreSQL 10 or later around " + local.path()
                                                + "."),
                        "Nothing was overwritten. Archive this one file where the private key can be used, with"
                                + " WALARCHIVE_PGP_PRIVATE_KEYS: it compares them. Or move the object away.",
                        noKey);
        };
    }

    private CorruptArchiveException damaged(LocalWalFile local, String key, String how, Exception cause) {
        return new CorruptArchiveException(
                "WAL file " + local.name() + " is in the archive already, and damaged there",
                archive.locate(key) + ": " + how,
                "Nothing was overwritten. Move the damaged object away, and the file will be archived.",
                cause);
    }

    private ConflictException conflict(LocalWalFile local, String key, String how) {
        return new ConflictException(
                "WAL file " + local.name() + " is in the archive already, with other content",
                "Compared " + local.path() + " with " + archive.locate(key) + "; " + how + ".",
                "Nothing was overwritten. Does another server archive to this prefix: a clone, a former primary"
                        + " that was not stopped, or a standby with archive_mode=always? Give it a prefix of its own.");
    }
}
