package org.walarchive.core.tar;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.walarchive.CorruptArchiveException;
import org.walarchive.LocalFileException;

/**
 * The directories of a tree that is restored. Every one a file goes through was seen to be a directory, or made, before;
 * links are only made when all files are there, so nothing is written through one. Directories are open to their owner
 * alone, and writable, until the end. Thread-safe.
 */
final class TargetDirectories {

    private static final int MAY_READ_AND_ENTER = 050;
    private static final int OWNER_ONLY = 0700;
    private static final int OWNER_AND_GROUP = 0750;

    private final Path root;
    private final FileNames names;
    private final TargetOwners owners;
    private final Allowance allowance;
    /** The names of the backup's files. */
    private final Set<String> files;
    /** What each directory is to have in the end, by name; empty for what no archive says anything of. */
    private final Map<String, Optional<MemberAttributes>> known = new ConcurrentHashMap<>();

    TargetDirectories(Path root, FileNames names, TargetOwners owners, Set<String> files, Allowance allowance) {
        this.allowance = allowance;
        this.files = files;
        this.root = root;
        this.names = names;
        this.owners = owners;
        known.put("", Optional.empty());
    }

    Path path(String name) throws LocalFileException {
        return names.resolve(root, name);
    }

    boolean contains(String name) {
        return known.containsKey(name);
    }

    void put(String name, MemberAttributes attributes) throws LocalFileException, CorruptArchiveException {
        ensure(name);
        allowance.takeAttributes(attributes);
        known.put(name, Optional.of(attributes));
    }

    /** Makes a directory and those above it where they are missing. */
    void ensure(String name) throws LocalFileException, CorruptArchiveException {
        if (known.containsKey(name)) {
            return;
        }
        ensure(MemberNames.parent(name));
        allowance.takeName(name);
        Path path = path(name);
        try {
            FileStatus status = makeOrSee(path);
            boolean tablespace = status.isSymlink()
                    && ScanRules.isTablespace(name)
                    && FileStatus.following(path).isDirectory();
            if (!status.isDirectory() && !tablespace) {
                throw inTheWay(name, status);
            }
        } catch (IOException e) {
            throw LocalFailure.writing(path, e);
        }
        known.putIfAbsent(name, Optional.empty());
    }

    private CorruptArchiveException inTheWay(String name, FileStatus status) throws LocalFileException {
        String message = "directory '" + name + "' of the backup cannot be made in '" + root + "'";
        if (files.contains(name)) {
            return new CorruptArchiveException(message, "it is a file of the backup as well", null);
        }
        throw new LocalFileException(
                message,
                status.isSymlink() ? "there is a symbolic link of that name" : "there is a file of that name",
                "Restore into an empty directory.");
    }

    private static FileStatus makeOrSee(Path path) throws IOException {
        try {
            return FileStatus.of(path);
        } catch (NoSuchFileException absent) {
            try {
                Files.createDirectory(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                // made by another thread since
            }
            return FileStatus.of(path);
        }
    }

    /** Gives all directories but the root and one other what they are to have, and makes them durable. */
    void finishAllBut(String other) throws LocalFileException {
        // what is in a directory comes before it: it may not be entered afterwards
        List<String> ordered = known.keySet().stream()
                .filter(name -> !name.isEmpty() && !name.equals(other))
                .sorted(Comparator.reverseOrder())
                .toList();
        for (String name : ordered) {
            finish(name);
        }
    }

    /** Gives a directory what it is to have, and makes it durable. */
    void finish(String name) throws LocalFileException {
        Path path = path(name);
        Optional<MemberAttributes> attributes = known.getOrDefault(name, Optional.empty());
        try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
            if (attributes.isPresent()) {
                owners.apply(path, attributes.get());
                Files.setLastModifiedTime(path, attributes.get().modified());
                Files.setAttribute(
                        path, "unix:mode", mode(name, attributes.get().mode()));
            } else if (name.isEmpty()) {
                Files.setAttribute(path, "unix:mode", OWNER_ONLY);
            }
            directory.force(true);
        } catch (IOException e) {
            throw LocalFailure.writing(path, e);
        }
    }

    static void force(Path path) throws LocalFileException {
        try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException e) {
            throw LocalFailure.writing(path, e);
        }
    }

    /** PostgreSQL starts with no other mode of its data directory than these two. */
    private static int mode(String name, int archived) {
        if (!name.isEmpty()) {
            return archived & 0777;
        }
        return (archived & MAY_READ_AND_ENTER) == MAY_READ_AND_ENTER ? OWNER_AND_GROUP : OWNER_ONLY;
    }
}
