package org.walarchive.core.backup;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.walarchive.ConfigurationException;
import org.walarchive.LocalFileException;
import org.walarchive.RestoreRequest;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.tar.RestoreTree;

/** Where a backup is restored to: checked as a whole before anything is changed. */
final class RestoreTarget {

    private final Path path;
    private final TablespaceLayout tablespaces;
    private final Optional<ClearedDirectory> cleared;

    private RestoreTarget(Path path, TablespaceLayout tablespaces, Optional<ClearedDirectory> cleared) {
        this.path = path;
        this.tablespaces = tablespaces;
        this.cleared = cleared;
    }

    /**
     * Checks that a directory may be restored into, and its tablespaces; changes nothing.
     *
     * @param release of the server that was backed up, where it is known
     */
    static RestoreTarget require(RestoreRequest request, Sentinel sentinel, Optional<ServerRelease> release)
            throws LocalFileException, ConfigurationException {
        Path target = request.directory().toAbsolutePath().normalize();
        try {
            if (DataDirectory.hasServer(target)) {
                throw new LocalFileException(
                        "attempting to overwrite a live data directory",
                        "Found a postmaster lockfile, and postmaster is required to be shut down: "
                                + target.resolve("postmaster.pid"),
                        "Shut down postgres. If there is a stale lockfile, then remove it after being very sure postgres"
                                + " is not running.");
            }
            Optional<Path> inTheWay = inTheWay(target);
            Optional<ClearedDirectory> cleared = Optional.empty();
            if (inTheWay.isPresent()) {
                if (request.existingFiles() == RestoreRequest.ExistingFiles.REFUSE) {
                    throw notEmpty(target, inTheWay.get());
                }
                cleared = Optional.of(ClearedDirectory.require(target, release, sentinel.systemIdentifier()));
            }
            TablespaceLayout tablespaces = TablespaceLayout.of(request.tablespaces(), sentinel.tablespaces(), target);
            tablespaces.requireFree(cleared.flatMap(ClearedDirectory::release));
            requireWritable(target);
            for (Path location : tablespaces.locations()) {
                requireWritable(location);
            }
            return new RestoreTarget(target, tablespaces, cleared);
        } catch (IOException e) {
            throw new LocalFileException(
                    "directory " + target + " cannot be read",
                    e.toString(),
                    "Is the disk sound, and does the command run as the user that owns the directory?",
                    e);
        }
    }

    /** Returns the absolute path of the data directory. */
    Path path() {
        return path;
    }

    TablespaceLayout tablespaces() {
        return tablespaces;
    }

    /** Deletes what is replaced, and makes the links of tablespaces. */
    void prepare() throws LocalFileException {
        if (cleared.isPresent()) {
            cleared.get().clear(tablespaces.standingLinks());
            tablespaces.clear();
        }
        tablespaces.make();
    }

    private static LocalFileException notEmpty(Path target, Path entry) {
        boolean unfinished = Files.exists(target.resolve(RestoreTree.MARK), LinkOption.NOFOLLOW_LINKS);
        return new LocalFileException(
                "directory " + target + " is not empty",
                unfinished ? "There is what a restore left that did not come to its end." : "There is " + entry + ".",
                "Nothing was restored. Name an empty directory, or move its content away"
                        + (unfinished ? "; --replace deletes it." : "."));
    }

    /** Returns something in a directory that has to be absent or empty, but for links of tablespaces. */
    private static Optional<Path> inTheWay(Path target) throws IOException, LocalFileException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            Path parent = target.getParent();
            if (parent == null || !Files.isDirectory(parent)) {
                throw new LocalFileException(
                        "directory " + parent + " does not exist",
                        "The data directory " + target + " would be made in it.",
                        "Make it, or correct the path.");
            }
            return Optional.empty();
        }
        if (!Files.isDirectory(target)) {
            throw new LocalFileException(
                    target + " is not a directory",
                    "A file of that name is in the way.",
                    "Nothing was restored. Name an empty directory, or one that does not exist yet.");
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(target)) {
            for (Path entry : entries) {
                boolean links = entry.getFileName().toString().equals("pg_tblspc")
                        && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
                if (!links || holdsOtherThanLinks(entry)) {
                    return Optional.of(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return Optional.empty();
    }

    /** Asks the file system, which is not believed for long: the restore's own failure to write counts. */
    private static void requireWritable(Path target) throws LocalFileException {
        Path changed = Files.exists(target) ? target : target.getParent();
        if (changed != null && !Files.isWritable(changed)) {
            throw new LocalFileException(
                    "directory " + changed + " cannot be written to",
                    changed.equals(target) ? null : target + " would be made in it.",
                    "Nothing was restored. Does the command run as the user that owns the directory, and is the file system"
                            + " not mounted read-only?");
        }
    }

    private static boolean holdsOtherThanLinks(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (!Files.isSymbolicLink(entry)) {
                    return true;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return false;
    }
}
