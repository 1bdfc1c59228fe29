package org.walarchive.core.drill;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.BackupDetails;
import org.walarchive.ConfigurationException;
import org.walarchive.LocalFileException;

/**
 * The directory of one drill, which nobody else can enter: the data directory, the tablespaces, the WAL on its way to the server,
 * the server's configuration and its log.
 */
final class DrillDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(DrillDirectory.class);

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    /** The path of a Unix socket has at most 107 bytes, 103 on some systems; its name has 14 with the slash. */
    private static final int LONGEST_SOCKET_DIRECTORY = 89;

    private final Path root;
    private final Path socket;

    DrillDirectory(Path root, Path socket) {
        this.root = root;
        this.socket = socket;
    }

    /**
     * Makes the directory.
     *
     * @param parent where
     * @param neededBytes how much space the backup takes
     */
    static DrillDirectory create(Path parent, long neededBytes) throws LocalFileException, ConfigurationException {
        try {
            Path root = Files.createTempDirectory(
                    parent.toAbsolutePath(), "walarchive-drill", PosixFilePermissions.asFileAttribute(PRIVATE));
            DrillDirectory directory = new DrillDirectory(root, socketDirectory(root));
            boolean fit = false;
            try {
                directory.requireOrdinaryUser();
                directory.requireSpace(neededBytes);
                Files.createDirectory(directory.data());
                Files.setPosixFilePermissions(directory.data(), PRIVATE);
                Files.createDirectory(directory.configuration());
                fit = true;
                return directory;
            } finally {
                if (!fit) {
                    directory.delete();
                }
            }
        } catch (IOException e) {
            throw new LocalFileException(
                    "no directory for the drill can be made in " + parent,
                    e.toString(),
                    "Name a directory that this user may write in (--directory).",
                    e);
        }
    }

    private static Path socketDirectory(Path root) throws IOException {
        Path within = root.resolve("socket");
        String path = within.toString();
        boolean plain = path.length() <= LONGEST_SOCKET_DIRECTORY && path.matches("[A-Za-z0-9/._-]+");
        return plain
                ? Files.createDirectory(within, PosixFilePermissions.asFileAttribute(PRIVATE))
                : Files.createTempDirectory(
                        Path.of("/tmp"), "walarchive-drill", PosixFilePermissions.asFileAttribute(PRIVATE));
    }

    private void requireOrdinaryUser() throws IOException, ConfigurationException {
        if (Files.getAttribute(root, "unix:uid") instanceof Integer uid && uid == 0) {
            throw new ConfigurationException(
                    "a drill does not run as root",
                    "PostgreSQL refuses to.",
                    "Run it as an ordinary user, such as: runuser -u postgres -- walarchive drill.");
        }
    }

    private void requireSpace(long neededBytes) throws IOException, LocalFileException {
        long usable = Files.getFileStore(root).getUsableSpace();
        if (usable < neededBytes) {
            throw new LocalFileException(
                    "there is not enough space for the drill in " + root.getParent(),
                    "The files of the backup have " + neededBytes + " bytes, and " + usable + " are free.",
                    "Name a directory with more space (--directory).");
        }
    }

    Path root() {
        return root;
    }

    Path data() {
        return root.resolve("data");
    }

    Path socket() {
        return socket;
    }

    Path configuration() {
        return root.resolve("conf");
    }

    Path serverLog() {
        return root.resolve("server.log");
    }

    /** Makes a directory for each tablespace, and its link in the data directory. */
    void prepareTablespaces(List<BackupDetails.Tablespace> tablespaces) throws LocalFileException {
        try {
            for (BackupDetails.Tablespace tablespace : tablespaces) {
                if (!tablespace.oid().matches("[0-9]+")) {
                    throw new LocalFileException(
                            "the backup has a tablespace of the name \"" + tablespace.oid() + "\"",
                            "It is none that PostgreSQL gives.",
                            null);
                }
                Path directory = root.resolve("tablespaces").resolve(tablespace.oid());
                Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
                Path links = Files.createDirectories(data().resolve("pg_tblspc"));
                Files.createSymbolicLink(links.resolve(tablespace.oid()), directory);
            }
        } catch (IOException e) {
            throw new LocalFileException("tablespaces cannot be made in " + root, e.toString(), null, e);
        }
    }

    /**
     * Removes the links of the restored files by which the server would write elsewhere, such as into the original's directories:
     * those that lead out of this directory or to nothing.
     */
    void closeWaysOut() throws LocalFileException {
        try {
            Path inside = root.toRealPath();
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (attributes.isSymbolicLink() && !leadsInto(inside, file)) {
                        LOG.warn("link {} of the backup is removed: it leads out of the drill's directory", file);
                        Files.delete(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new LocalFileException("links in " + root + " cannot be removed", e.toString(), null, e);
        }
    }

    private static boolean leadsInto(Path directory, Path link) {
        try {
            return link.toRealPath().startsWith(directory);
        } catch (IOException e) {
            return false; // to nothing, or in a circle
        }
    }

    /** Deletes what nobody wants to look at. */
    void deleteSocket() throws IOException {
        deleteTree(socket);
    }

    /** Deletes everything; links are not followed. */
    void delete() throws IOException {
        deleteTree(root);
        deleteTree(socket);
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
