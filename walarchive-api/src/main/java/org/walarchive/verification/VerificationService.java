package org.walarchive.verification;

import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.BackupNotFoundException;
import org.walarchive.StoreAccessException;
import org.walarchive.stability.Experimental;

/** Finds out what an archive is good for; had of {@link org.walarchive.WalArchive#verification}. Nothing is written. Thread-safe. */
@Experimental
public interface VerificationService {

    /**
     * Looks at the whole archive. What is wrong with it is in the report; only what hinders looking is thrown.
     *
     * <p>WAL that is archived while it is looked at may or may not be in the report. A deletion that runs at the same time may
     * look like damage.
     *
     * @param request how thoroughly, and at what
     * @return what was found
     * @throws BackupNotFoundException when the request names a backup that does not exist
     * @throws StoreAccessException when the store fails for longer than {@link ArchiveConfig#retryDeadline}
     * @throws ArchiveException for any other failure
     * @throws InterruptedException when the thread is interrupted
     */
    VerificationReport verify(VerifyRequest request) throws ArchiveException, InterruptedException;
}
