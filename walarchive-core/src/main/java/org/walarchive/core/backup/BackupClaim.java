package org.walarchive.core.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobSource;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;

/**
 * The right to a backup's name: two backups of one name would mix their partitions. It is the backup's first object, put
 * only if it is absent. The line that it has beside the server's version is nobody else's, so that it is known again after
 * a reply was lost, and when somebody else took the name meanwhile.
 */
final class BackupClaim {

    private final ArchiveStore archive;
    private final String key;
    private final byte[] content;

    BackupClaim(ArchiveStore archive, BackupName name, String versionText) {
        this.archive = archive;
        this.key = ArchiveLayout.version(name);
        this.content =
                (versionText + "\nwalarchive claim " + UUID.randomUUID() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Takes the name; false if somebody else has it. */
    boolean take() throws IOException, ArchiveException {
        return archive.store().put(key, BlobSource.of(content), PutMode.IF_ABSENT) == PutResult.WRITTEN
                || archive.retry().call("read of " + key, this::isHeld);
    }

    /** Tells whether the name is still ours; asks once. */
    boolean isHeld() throws StoreException {
        try (BlobContent found = archive.direct().get(key)) {
            return Arrays.equals(content, found.stream().readNBytes(content.length + 1));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "read of " + key + " failed", null, e);
        }
    }
}
