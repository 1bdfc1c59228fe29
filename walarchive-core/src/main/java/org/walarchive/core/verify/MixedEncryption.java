package org.walarchive.core.verify;

import java.util.Comparator;
import java.util.List;
import org.walarchive.ArchiveException;
import org.walarchive.core.inventory.BackupObjects;
import org.walarchive.core.inventory.EncryptionLook;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.StoreException;

/** Notes a newest backup that is not encrypted, after one that is: a setting may have been forgotten. Reads two objects, of each a few bytes. */
final class MixedEncryption {

    private final EncryptionLook look;
    private final FindingLog findings;

    MixedEncryption(ArchiveStore archive, FindingLog findings) {
        this.look = new EncryptionLook(archive);
        this.findings = findings;
    }

    void check(List<BackupObjects> backups) throws ArchiveException, InterruptedException {
        List<BackupObjects> newest = backups.stream()
                .filter(backup -> backup.sentinel().isPresent())
                .sorted(Comparator.comparing((BackupObjects backup) ->
                                backup.sentinel().orElseThrow().lastModified())
                        .reversed())
                .limit(2)
                .toList();
        if (newest.size() < 2 || newest.get(0).partitions().isEmpty()) {
            return;
        }
        BackupObjects last = newest.get(0);
        BackupObjects before = newest.get(1);
        try {
            if (!look.isEncrypted(last.partitions()) && look.isEncrypted(before.partitions())) {
                findings.note(
                        ArchiveLayout.sentinel(last.name()),
                        "the newest base backup is not encrypted, and the one before, " + before.name() + ", is",
                        "If it is not meant so, set WALE_GPG_KEY_ID where backups are taken and for archive_command, and"
                                + " take another backup.");
            }
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.INTERRUPTED) {
                throw ArchiveStore.failure("look at the newest base backups", e);
            }
            // What is wrong with an object is said elsewhere; here it only stays unknown.
        }
    }
}
