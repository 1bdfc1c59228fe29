package org.walarchive.core.tar;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.walarchive.LocalFileException;

/** Says what the file system refused. */
final class LocalFailure {

    private static final String WRITING_HINT =
            "Is there room, a free inode and quota left, and may this user write to the file system?";

    private LocalFailure() {}

    static LocalFileException reading(Path path, IOException cause) {
        String hint = cause instanceof AccessDeniedException
                ? "Run as the user that owns the data directory."
                : "Is the disk sound? The kernel's log tells what it did.";
        return new LocalFileException("cannot read '" + path + "'", reason(cause), hint, cause);
    }

    static LocalFileException writing(Path path, IOException cause) {
        return new LocalFileException("cannot write '" + path + "'", reason(cause), WRITING_HINT, cause);
    }

    private static String reason(IOException cause) {
        String reason = cause instanceof FileSystemException failure ? failure.getReason() : cause.getMessage();
        return reason == null ? cause.getClass().getSimpleName() : reason;
    }
}
