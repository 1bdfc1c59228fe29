package org.walarchive.core.backup;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.walarchive.LocalFileException;
import org.walarchive.core.sentinel.Sentinel;

/** Checks that a directory may be restored into; changes nothing. */
final class RestoreTarget {

    private RestoreTarget() {}

    /** Returns the absolute path of a directory that is absent or empty, but for the links of the backup's tablespaces. */
    static Path require(Path directory, List<Sentinel.Tablespace> tablespaces) throws LocalFileException {
        Path target = directory.toAbsolutePath().normalize();
        try {
            if (DataDirectory.hasServer(target)) {
                throw new LocalFileException(
                        "attempting to overwrite a live data directory",
                        "Found a postmaster lockfile, and postmaster is required to be shut down: "
                                + target.resolve("postmaster.pid"),
                        "Shut down postgres. If there is a stale lockfile, then remove it after being very sure postgres"
                                + " is not running.");
            }
            requireEmpty(target);
            requireLinks(target, tablespaces);
            return target;
        } catch (IOException e) {
            throw new LocalFileException("directory " + target + " cannot be read", e.toString(), null, e);
        }
    }

    private static void requireEmpty(Path target) throws IOException, LocalFileException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            Path parent = target.getParent();
            if (parent == null || !Files.isDirectory(parent)) {
                throw new LocalFileException(
                        "directory " + parent + " does not exist",
                        "The data directory " + target + " would be made in it.",
                        "Make it, or correct the path.");
            }
            return;
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
                    throw new LocalFileException(
                            "directory " + target + " is not empty",
                            "There is " + entry + ".",
                            "Nothing was restored. Name an empty directory, or move its content away.");
                }
            }
        }
    }

    private static boolean holdsOtherThanLinks(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (!Files.isSymbolicLink(entry)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void requireLinks(Path target, List<Sentinel.Tablespace> tablespaces)
            throws IOException, LocalFileException {
        List<String> missing = new ArrayList<>();
        for (Sentinel.Tablespace tablespace : tablespaces) {
            Path link = target.resolve("pg_tblspc").resolve(tablespace.oid());
            if (!tablespace.oid().matches("[0-9]+") || !Files.isSymbolicLink(link) || !Files.isDirectory(link)) {
                missing.add(link + " (was a link to " + tablespace.location() + ")");
            } else if (holdsAnything(link)) {
                throw new LocalFileException(
                        "tablespace directory " + link.toRealPath() + " is not empty",
                        "The link " + link + " leads there.",
                        "Nothing was restored. Let the link lead to an empty directory.");
            }
        }
        if (!missing.isEmpty()) {
            throw new LocalFileException(
                    "Symlinks for some tablespaces not found or created.",
                    String.join(", ", missing),
                    "Make the directory " + target.resolve("pg_tblspc")
                            + " with these links, each to an empty directory," + " and restore again.");
        }
    }

    private static boolean holdsAnything(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return entries.iterator().hasNext();
        }
    }
}
