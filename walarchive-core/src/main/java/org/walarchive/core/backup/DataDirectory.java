package org.walarchive.core.backup;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.walarchive.LocalFileException;

/** Checks of data directories. */
final class DataDirectory {

    private DataDirectory() {}

    /** Returns the real path of a data directory that can be read. */
    static Path require(Path directory) throws LocalFileException {
        requireVersionFile(directory);
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

    /** Every data directory has the file; a directory of others cannot even be asked for it. */
    private static void requireVersionFile(Path directory) throws LocalFileException {
        Path file = directory.resolve("PG_VERSION");
        String detail;
        try {
            if (Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                return;
            }
            detail = "PG_VERSION is no file there.";
        } catch (AccessDeniedException e) {
            throw new LocalFileException(
                    "data directory " + directory + " cannot be read",
                    "User " + System.getProperty("user.name") + " may not look into it.",
                    "Run the command as the user that runs the server" + ownerOfWhatIsClosed(directory)
                            + ". Or is it another directory? The server's data_directory setting shows it.",
                    e);
        } catch (NoSuchFileException e) {
            detail = Files.isDirectory(directory) ? "It has no file PG_VERSION." : "There is no such directory.";
        } catch (IOException e) {
            if (Files.isDirectory(directory) || !Files.exists(directory)) {
                throw new LocalFileException(
                        "cannot read data directory " + directory,
                        e.toString(),
                        "Is the disk sound, and is it mounted?",
                        e);
            }
            detail = "It is no directory.";
        }
        throw new LocalFileException(
                directory + " is not a PostgreSQL data directory",
                detail,
                "Name the directory that the server's data_directory setting shows, and run the command as the server's"
                        + " user, such as postgres.");
    }

    /** Returns the owner as words of a hint: of the directory, or of the one above it that cannot be entered. No server is root's. */
    private static String ownerOfWhatIsClosed(Path directory) {
        for (Path path = directory.toAbsolutePath(); path != null; path = path.getParent()) {
            try {
                String name = Files.getOwner(path).getName();
                return name.equals("root") ? "" : ", " + name + ": runuser -u " + name + " -- COMMAND";
            } catch (IOException | UnsupportedOperationException e) {
                // the one above may tell
            }
        }
        return "";
    }

    /** Tells whether a server runs, or was killed, in a directory. */
    static boolean hasServer(Path directory) {
        return Files.exists(directory.resolve("postmaster.pid"), LinkOption.NOFOLLOW_LINKS);
    }
}
