package org.walarchive.core.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.walarchive.LocalFileException;
import org.walarchive.core.server.ControlFile;
import org.walarchive.core.tar.RestoreTree;
import org.walarchive.postgres.SystemIdentifier;

/**
 * A directory whose content may be deleted to make room for a restore: what is left of a server of the same cluster and release, or
 * of an unfinished restore. Anything else could be a mistyped path.
 *
 * @param path the directory
 * @param release the major release of the server it is left of; empty for an unfinished restore that has not come so far
 */
record ClearedDirectory(Path path, Optional<ServerRelease> release) {

    private static final String HINT =
            "Nothing was deleted. Name another directory, or delete this one's content yourself.";

    /**
     * Checks a directory that is not empty.
     *
     * @param expected the release of the backup, where it is known
     * @param cluster the cluster of the backup, where it is known
     */
    static ClearedDirectory require(Path path, Optional<ServerRelease> expected, Optional<SystemIdentifier> cluster)
            throws LocalFileException, IOException {
        boolean unfinished = Files.exists(path.resolve(RestoreTree.MARK), LinkOption.NOFOLLOW_LINKS);
        Path version = path.resolve("PG_VERSION");
        boolean server = Files.isRegularFile(version, LinkOption.NOFOLLOW_LINKS);
        if (!server && !unfinished) {
            throw new LocalFileException(
                    "directory " + path + " is not empty, and is not a data directory",
                    "It has no file PG_VERSION, and no " + RestoreTree.MARK + " of an unfinished restore.",
                    HINT);
        }
        Optional<ServerRelease> found = server ? ServerRelease.parse(Files.readString(version)) : Optional.empty();
        if (found.isPresent()
                && expected.isPresent()
                && found.get().major() != expected.get().major()) {
            throw new LocalFileException(
                    "directory " + path + " is of PostgreSQL " + found.get().majorText() + ", and the backup of "
                            + expected.get().majorText(),
                    null,
                    HINT);
        }
        if (Files.exists(path.resolve(ControlFile.PATH)) && cluster.isPresent()) {
            SystemIdentifier other = ControlFile.read(path).systemIdentifier();
            if (!other.equals(cluster.get())) {
                throw new LocalFileException(
                        "directory " + path + " is of another cluster",
                        "Its system identifier is " + other + ", the backup's " + cluster.get() + ".",
                        HINT);
            }
        }
        return new ClearedDirectory(path, found.or(() -> expected));
    }

    /** Deletes the content, first of all what a server would start with. */
    void clear(Set<String> standingLinks) throws LocalFileException {
        try {
            // so that a deletion that is cut off can be repeated
            if (!Files.exists(path.resolve(RestoreTree.MARK), LinkOption.NOFOLLOW_LINKS)) {
                RestoreTree.mark(path);
                force(path);
            }
            for (String first : List.of(ControlFile.PATH, "PG_VERSION")) {
                if (Files.deleteIfExists(path.resolve(first))) {
                    force(path.resolve(first).getParent());
                }
            }
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
                for (Path entry : entries) {
                    String name = entry.getFileName().toString();
                    if (name.equals("pg_tblspc") && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                        clearLinks(entry, standingLinks);
                    } else if (!name.equals(RestoreTree.MARK)) {
                        deleteTree(entry);
                    }
                }
            }
        } catch (DirectoryIteratorException e) {
            throw undeletable(path, e.getCause());
        } catch (IOException e) {
            throw undeletable(path, e);
        }
    }

    private static void clearLinks(Path links, Set<String> standing) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(links)) {
            for (Path entry : entries) {
                if (!standing.contains(entry.getFileName().toString())) {
                    deleteTree(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** Deletes everything in a directory; links are not followed. */
    static void clear(Path directory) throws LocalFileException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                deleteTree(entry);
            }
        } catch (DirectoryIteratorException e) {
            throw undeletable(directory, e.getCause());
        } catch (IOException e) {
            throw undeletable(directory, e);
        }
    }

    private static LocalFileException undeletable(Path path, IOException e) {
        return new LocalFileException(
                "the content of " + path + " cannot be deleted",
                e.toString(),
                "What is left cannot be started. Is a file system mounted there, or does another user own a file?",
                e);
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void deleteTree(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
