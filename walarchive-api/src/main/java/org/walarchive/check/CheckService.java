package org.walarchive.check;

import org.walarchive.ArchiveException;
import org.walarchive.stability.Experimental;

/**
 * Finds out whether continuous archiving works, from the server's settings to a segment that is fetched back; had of
 * {@link org.walarchive.WalArchive#checks}. Thread-safe.
 */
@Experimental
public interface CheckService {

    /**
     * Looks at store, server and archive. What is wrong is in the report, a store or a server that cannot be reached too.
     *
     * <p>Writes one small object below {@code walarchive/check/} and deletes it, and, unless told otherwise, has the server begin a new WAL
     * segment.
     *
     * @param request what to look at
     * @return what was found
     * @throws ArchiveException when a deadline for the command ends it
     * @throws InterruptedException when the thread is interrupted
     */
    CheckReport run(CheckRequest request) throws ArchiveException, InterruptedException;
}
