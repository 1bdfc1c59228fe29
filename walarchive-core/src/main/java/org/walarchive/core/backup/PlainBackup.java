package org.walarchive.core.backup;

import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.Backup;
import org.walarchive.core.inventory.EncryptionLook;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.StoreException;

/** A backup that is not encrypted, in an archive where others are: that may be meant, and may be a setting that was forgotten. */
final class PlainBackup {

    private static final Logger LOG = LoggerFactory.getLogger(PlainBackup.class);

    private PlainBackup() {}

    /** Warns if the newest backup that is there is encrypted. Hinders nothing: where the store does not tell, nothing is said. */
    static void warn(ArchiveStore archive) throws ArchiveException, InterruptedException {
        try {
            Optional<Backup> encrypted = new EncryptionLook(archive).newestEncrypted(1);
            if (encrypted.isPresent()) {
                LOG.atWarn()
                        .addKeyValue("action", "backup-push")
                        .addKeyValue(
                                "detail",
                                "The newest base backup, " + encrypted.get().name() + " of "
                                        + encrypted.get().lastModified().truncatedTo(ChronoUnit.SECONDS)
                                        + ", is encrypted, and here no key is set.")
                        .addKeyValue(
                                "hint",
                                "Set WALE_GPG_KEY_ID, here and for archive_command. If it is meant so, there is nothing"
                                        + " to do.")
                        .log("this base backup is not encrypted, as others in the archive are");
            }
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.INTERRUPTED) {
                throw ArchiveStore.failure("look at the newest base backup", e);
            }
            LOG.debug("whether the newest base backup is encrypted is not known: {}", e.getMessage());
        }
    }
}
