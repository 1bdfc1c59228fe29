package org.walarchive.core.check;

import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.walarchive.Backup;
import org.walarchive.core.inventory.EncryptionLook;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.StoreException;

/** Whether what is put from here is encrypted, where the base backups are. */
final class EncryptionCheck {

    private static final String NAME = "encryption";

    /** A backup that was taken without the key by mistake is to be noticed after it was taken, too. */
    private static final int BACKUPS = 2;

    private final ArchiveStore archive;
    private final Results results;

    EncryptionCheck(ArchiveStore archive, Results results) {
        this.archive = archive;
        this.results = results;
    }

    void run() throws StoreException {
        if (!archive.config().encryption().recipients().isEmpty()) {
            results.ok(NAME, "new objects are encrypted, as far as it is set here");
            return;
        }
        Optional<Backup> encrypted;
        try {
            encrypted = new EncryptionLook(archive).newestEncrypted(BACKUPS);
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.INTERRUPTED) {
                throw e;
            }
            results.skip(NAME, "whether the newest base backups are encrypted cannot be seen: " + e.getMessage());
            return;
        }
        if (encrypted.isEmpty()) {
            results.ok(NAME, "new objects are not encrypted, and none of the newest base backups is");
            return;
        }
        results.warn(
                NAME,
                "new objects are not encrypted, as far as it is set here, and base backup "
                        + encrypted.get().name() + " of "
                        + encrypted.get().lastModified().truncatedTo(ChronoUnit.SECONDS) + " is",
                "Set WALE_GPG_KEY_ID, here and for archive_command. If it is meant so, there is nothing to do: the"
                        + " warning ends when the two newest base backups are not encrypted.");
    }
}
