package org.walarchive.core.check;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.walarchive.ConfigurationException;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.openpgp.Encryptor;
import org.walarchive.core.openpgp.Recipients;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException;

/**
 * Whether what the server's archive_command puts is encrypted as what is put from here is: its environment is the server's, where a
 * variable may be missing or misspelt, and only what it has put tells.
 */
final class ArchivedEncryption {

    private static final String NAME = "archived-encryption";

    private final ArchiveStore archive;
    private final Results results;

    ArchivedEncryption(ArchiveStore archive, Results results) {
        this.archive = archive;
        this.results = results;
    }

    /** Looks at the segment and compares, if keys are set here. */
    void compare(WalSegmentName segment) throws StoreException {
        if (!archive.config().encryption().recipients().isEmpty()) {
            compare(segment, of(segment));
        }
    }

    /** Compares with the keys that are set here, if any are. */
    void compare(WalSegmentName segment, Optional<Recipients> archived) {
        try {
            archive.encryptor().ifPresent(here -> compare(segment, archived, here));
        } catch (ConfigurationException e) {
            results.fail(NAME, e);
        }
    }

    private void compare(WalSegmentName segment, Optional<Recipients> archived, Encryptor here) {
        if (archived.isEmpty()) {
            results.fail(
                    NAME,
                    segment + " was archived without encryption, and here WALE_GPG_KEY_ID is set",
                    "Set it for archive_command, which has the server's environment. What was archived meanwhile lies in the"
                            + " store as it is.");
            return;
        }
        List<String> lacking = archived.get().lacking(here);
        if (lacking.isEmpty()) {
            results.ok(NAME, segment + " is encrypted to " + archived.get() + ", as what is put from here");
        } else {
            results.warn(
                    NAME,
                    segment + " is encrypted to " + archived.get() + ", and what is put from here to "
                            + String.join(", ", lacking),
                    "Has archive_command another WALE_GPG_KEY_ID? A restore needs the private keys of both. (What encrypts may"
                            + " be a subkey: gpg --list-keys --keyid-format long.)");
        }
    }

    /** Reads to whom a segment in the archive is encrypted; empty if it is not. */
    Optional<Recipients> of(WalSegmentName segment) throws StoreException {
        WalFileName name = WalFileName.of(segment);
        String key = archive.list(ArchiveLayout.WAL + segment, ListDepth.IMMEDIATE).stream()
                .map(BlobInfo::key)
                .filter(each -> ArchiveLayout.parseWal(each)
                        .filter(object -> object.name().equals(name))
                        .isPresent())
                .findFirst()
                .orElse(ArchiveLayout.wal(name, archive.codec().extension())); // lists may lag behind
        try (BlobContent content = archive.store().get(key)) {
            return Recipients.of(content.stream());
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "read of " + key + " failed", null, e);
        }
    }
}
