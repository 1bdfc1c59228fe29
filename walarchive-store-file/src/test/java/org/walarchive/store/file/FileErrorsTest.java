package org.walarchive.store.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

final class FileErrorsTest {

    private @TempDir Path directory;

    private void assertKind(Kind expected, IOException failure) {
        StoreException translated = FileErrors.translate("cannot put k", directory, failure);
        assertEquals(expected, translated.kind());
        assertSame(failure, translated.getCause());
        assertEquals("cannot put k: ", translated.getMessage().substring(0, 14));
    }

    private static IOException failure(String reason) {
        return new FileSystemException("/srv/archive/x", null, reason);
    }

    @Test
    void theKindIsThatOfTheError() {
        assertKind(Kind.ACCESS_DENIED, new AccessDeniedException("/srv/archive/x"));
        assertKind(Kind.ACCESS_DENIED, failure("Operation not permitted"));
        assertKind(Kind.ACCESS_DENIED, failure("Read-only file system"));
        assertKind(Kind.NO_SPACE, failure("No space left on device"));
        assertKind(Kind.NO_SPACE, new IOException("No space left on device"));
        assertKind(Kind.NO_SPACE, new IOException("Disk quota exceeded"));
        assertKind(Kind.INVALID, failure("File name too long"));
        assertKind(Kind.UNAVAILABLE, new IOException("Input/output error"));
        assertKind(Kind.UNAVAILABLE, failure("Stale file handle"));
        assertKind(Kind.UNAVAILABLE, failure("Eingabe-/Ausgabefehler"));
        assertKind(Kind.UNAVAILABLE, new IOException());
        assertKind(Kind.INTERRUPTED, new ClosedByInterruptException());
        assertKind(Kind.INTERRUPTED, new FileLockInterruptionException());
    }

    @Test
    void aFailureOfTheStorePassesThrough() {
        StoreException failure = new StoreException(Kind.NO_CONTAINER, "gone");
        assertSame(failure, FileErrors.translate("cannot put k", directory, failure));
    }
}
