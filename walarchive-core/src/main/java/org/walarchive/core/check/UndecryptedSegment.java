package org.walarchive.core.check;

import org.walarchive.core.openpgp.DecryptionException;
import org.walarchive.core.openpgp.Recipients;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalSegmentName;

/**
 * A segment that is in the archive and cannot be decrypted here. That says nothing on a host that has no private key, as one that pushes
 * should not; on one that has, it may be that nobody can decrypt what is archived.
 */
final class UndecryptedSegment {

    private final ArchiveStore archive;
    private final Results results;

    UndecryptedSegment(ArchiveStore archive, Results results) {
        this.archive = archive;
        this.results = results;
    }

    void tell(String name, WalSegmentName segment, Recipients recipients, DecryptionException why)
            throws InterruptedException {
        if (!recipients.areExpectedIn(archive.config().encryption())) {
            results.skip(
                    name,
                    segment + " is in the archive, encrypted to " + recipients
                            + "; it was not compared, for no file of private keys is given here, and gpg has none for it:"
                            + " a host that pushes needs none");
            return;
        }
        results.fail(
                name,
                segment + " is in the archive, and cannot be decrypted here: " + why.getMessage(),
                why.hint()
                        + " If the keys here are those that restore, does WALE_GPG_KEY_ID of archive_command name one of"
                        + " them? Nobody restores what is encrypted to a key that nobody has.");
    }
}
