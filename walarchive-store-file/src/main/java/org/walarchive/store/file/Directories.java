package org.walarchive.store.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Makes, syncs and removes directories. */
final class Directories {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private Directories() {}

    /** Makes a directory, unless there is one. Nothing is synced. */
    static void make(Path directory) throws IOException {
        try {
            Files.createDirectory(directory, OWNER_ONLY);
        } catch (FileAlreadyExistsException e) {
            // Another writer was faster.
        }
    }

    /**
     * Makes the missing directories on the way to a file below the root, the root excepted. Nothing is synced.
     *
     * @throws NoSuchFileException when a delete removes one of them at the same time: try again
     * @throws StoreException of kind INVALID when a link or a blob is in the way
     */
    static void makeParents(FileTree tree, Path file) throws IOException {
        Path current = tree.root();
        for (Path name : tree.root().relativize(file.getParent())) {
            current = current.resolve(name);
            BasicFileAttributes attributes = tree.find(current);
            if (attributes == null) {
                make(current);
            } else if (!attributes.isDirectory()) {
                throw new StoreException(
                        Kind.INVALID,
                        "cannot put " + tree.relative(file) + " in " + tree + ": there is a blob "
                                + tree.relative(current));
            }
        }
    }

    /**
     * Syncs a directory, so that the names in it are durable, and the directories above it up to the root: another
     * process may have made one of them and not synced it yet.
     */
    static void syncUpToRoot(FileTree tree, Path directory) throws IOException {
        for (Path current = directory; current.startsWith(tree.root()); current = current.getParent()) {
            sync(current);
        }
    }

    /**
     * Syncs a file or directory. It is not interruptible: what it syncs is visible already, so to stop here would leave a
     * blob whose put failed. An interrupt is kept for later.
     */
    static void sync(Path path) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                interrupted |= Thread.interrupted();
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                    channel.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    // Once more; the flag is cleared above.
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Removes a directory below the root, and those above it, as long as they are empty. Returns the last survivor. */
    static Path removeEmpty(FileTree tree, Path directory) throws IOException {
        Path current = directory;
        while (!current.equals(tree.root()) && removeOne(current)) {
            current = current.getParent();
        }
        return current;
    }

    /**
     * Removes a directory if it is empty. {@link Files#delete} will not do: should the directory have given way to a file in
     * the meantime, it would remove that, a blob of somebody else's. Where the platform has no other call, the empty
     * directory stays; no operation shows it.
     *
     * @return whether it is gone
     */
    private static boolean removeOne(Path directory) throws IOException {
        try (DirectoryStream<Path> parent = Files.newDirectoryStream(directory.getParent())) {
            if (parent instanceof SecureDirectoryStream<Path> secure) {
                secure.deleteDirectory(directory.getFileName());
                return true;
            }
            return false;
        } catch (NoSuchFileException e) {
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (FileSystemException e) {
            // Not a directory any more, or not ours to remove: the blobs are gone all the same.
            return false;
        }
    }
}
