package org.walarchive.cli.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.walarchive.core.testing.BusyTree;

/** What in a directory tree others may do something with. */
final class PrivateFiles {

    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

    private PrivateFiles() {}

    /** Returns the files, directories and sockets that have more rights than 0600 or 0700, with their rights. */
    static List<String> exposed(Path root) {
        return BusyTree.look(
                root,
                paths -> paths.filter(path -> !Files.isSymbolicLink(path))
                        .filter(path -> !allowed(path).containsAll(rights(path)))
                        .map(path -> PosixFilePermissions.toString(rights(path)) + " " + path)
                        .sorted()
                        .toList());
    }

    private static Set<PosixFilePermission> allowed(Path path) {
        return Files.isDirectory(path) ? DIRECTORY : FILE;
    }

    private static Set<PosixFilePermission> rights(Path path) {
        try {
            return Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
