package org.walarchive.store.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Turns failures of the file system into failures of the store. */
final class FileErrors {

    /** Less than this left counts as nothing left. */
    private static final long NO_SPACE_BYTES = 1 << 20;

    /** Java gives the error's number only as the C library's text. */
    private static final Map<String, Kind> KINDS_BY_TEXT = Map.of(
            "No space left on device", Kind.NO_SPACE,
            "Disk quota exceeded", Kind.NO_SPACE,
            "Read-only file system", Kind.ACCESS_DENIED,
            "Operation not permitted", Kind.ACCESS_DENIED,
            "Permission denied", Kind.ACCESS_DENIED,
            "File name too long", Kind.INVALID,
            "File too large", Kind.INVALID);

    private FileErrors() {}

    /**
     * Makes the exception for a failure.
     *
     * @param action what failed and where, such as {@code cannot read a/b in file://…}
     * @param where a path on the file system that failed
     */
    static StoreException translate(String action, Path where, IOException failure) {
        if (failure instanceof StoreException already) {
            return already;
        }
        if (failure instanceof ClosedByInterruptException || failure instanceof FileLockInterruptionException) {
            // Both leave the thread's flag set.
            return new StoreException(Kind.INTERRUPTED, action + ": interrupted", null, failure);
        }
        Kind kind = kind(where, failure);
        return new StoreException(kind, action + ": " + reason(failure), hint(kind), failure);
    }

    private static Kind kind(Path where, IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return Kind.ACCESS_DENIED;
        }
        String reason = reason(failure);
        for (Map.Entry<String, Kind> entry : KINDS_BY_TEXT.entrySet()) {
            if (reason.contains(entry.getKey())) {
                return entry.getValue();
            }
        }
        // The text may be in the user's language: ask the file system about the two that matter most.
        try {
            FileStore fileStore = Files.getFileStore(where);
            if (fileStore.isReadOnly()) {
                return Kind.ACCESS_DENIED;
            }
            if (fileStore.getUsableSpace() < NO_SPACE_BYTES) {
                return Kind.NO_SPACE;
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return Kind.UNAVAILABLE;
    }

    private static String reason(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = failure instanceof FileSystemException f ? f.getReason() : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }

    private static @Nullable String hint(Kind kind) {
        return switch (kind) {
            case ACCESS_DENIED -> "Does the user that archives own the directory, and is it mounted for writing?";
            case NO_SPACE -> "Is there room, a free inode and quota left on the file system of the archive?";
            case UNAVAILABLE ->
                "Is the file system of the archive sound, and its server there? The system's log tells what it did.";
            case NOT_FOUND, NO_CONTAINER, THROTTLED, CORRUPT, FROZEN, INVALID, INTERRUPTED -> null;
        };
    }
}
