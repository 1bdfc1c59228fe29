package org.walarchive.core.backup;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import org.walarchive.ArchiveException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.core.codec.CorruptStreamException;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.tar.MemberReadException;
import org.walarchive.store.StoreException;

/** Turns what a partition's work threw into the library's failures. */
final class Failures {

    private Failures() {}

    /**
     * Returns the failure to throw.
     *
     * @param doing what was done: lower case, no full stop
     * @throws InterruptedException if that is what it was
     */
    static ArchiveException ofWork(String doing, Throwable cause) throws InterruptedException {
        if (cause instanceof ArchiveException e) {
            return e;
        }
        if (cause instanceof StoreException e) {
            return ArchiveStore.failure(doing, e);
        }
        if (cause instanceof InterruptedException e) {
            throw e;
        }
        if (cause instanceof ClosedByInterruptException || cause instanceof InterruptedIOException) {
            throw (InterruptedException) new InterruptedException(doing + " was interrupted").initCause(cause);
        }
        if (cause instanceof MemberReadException e) {
            return e.failure();
        }
        if (cause instanceof CorruptStreamException e) {
            return new CorruptArchiveException(doing + " failed", e.getMessage(), null, e);
        }
        if (cause instanceof IOException e) {
            return new LocalFileException(
                    doing + " failed",
                    e.toString(),
                    "Is the disk sound, is there room left, and may this user read and write there?",
                    e);
        }
        if (cause instanceof Error e) {
            throw e;
        }
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        throw new IllegalStateException(cause);
    }
}
