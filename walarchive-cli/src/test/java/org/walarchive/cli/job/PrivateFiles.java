package org.walarchive.cli.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What in a directory tree others may do something with. */
final class PrivateFiles {

    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

    private PrivateFiles() {}

    /** Returns the files, directories and sockets that have more rights than 0600 or 0700, with their rights. */
    static List<String> exposed(Path root) {
        while (true) {
            try (Stream<Path> paths = Files.walk(root)) {
                return paths.filter(path -> !Files.isSymbolicLink(path))
                        .filter(path -> !allowed(path).containsAll(rights(path)))
                        .map(path -> PosixFilePermissions.toString(rights(path)) + " " + path)
                        .sorted()
                        .toList();
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
                // a server that runs deleted it meanwhile
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
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
