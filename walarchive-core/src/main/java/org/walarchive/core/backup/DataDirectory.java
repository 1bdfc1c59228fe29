package org.walarchive.core.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.walarchive.LocalFileException;

/** Checks of data directories. */
final class DataDirectory {

    private DataDirectory() {}

    /** Returns the real path of a data directory that can be read. */
    static Path require(Path directory) throws LocalFileException {
        if (!Files.isRegularFile(directory.resolve("PG_VERSION"))) {
            throw new LocalFileException(
                    directory + " is not a PostgreSQL data directory",
                    Files.isDirectory(directory) ? "It has no file PG_VERSION." : "There is no such directory.",
                    "Name the directory that the server's data_directory setting shows. Does the command run as the user"
                            + " that owns it?");
        }
        try {
            return directory.toRealPath();
        } catch (IOException e) {
            throw new LocalFileException(
                    "data directory " + directory + " cannot be read",
                    e.toString(),
                    "Is the disk sound, and does the command run as the user that owns the directory?",
                    e);
        }
    }

    /** Tells whether a server runs, or was killed, in a directory. */
    static boolean hasServer(Path directory) {
        return Files.exists(directory.resolve("postmaster.pid"), LinkOption.NOFOLLOW_LINKS);
    }
}
