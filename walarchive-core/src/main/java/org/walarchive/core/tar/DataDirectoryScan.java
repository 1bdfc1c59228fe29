package org.walarchive.core.tar;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.BackupPushRequest.ConfigurationFiles;
import org.walarchive.LocalFileException;

/**
 * Walks a data directory and gives what a base backup holds of it: the data directory first, a directory before what is
 * in it, names in ascending order. {@code global/pg_control}, {@code backup_label} and {@code tablespace_map} are for the
 * backup to add. Sizes are taken as the walk gets there; what vanishes before is not given. Holds one listing for each
 * level of directories. Not thread-safe.
 */
public final class DataDirectoryScan implements MemberSource {

    private static final int OWNER_ONLY = 0700;

    private final Path root;
    private final ScanRules rules;
    private final TreatmentListener listener;
    private final OwnerNames owners = new OwnerNames();
    private final FileNames names = FileNames.ofThisProcess();
    private final Deque<Level> levels = new ArrayDeque<>();
    private final Deque<Member> ready = new ArrayDeque<>();
    private final List<Tablespace> tablespaces = new ArrayList<>();

    private DataDirectoryScan(Path root, ScanRules rules, TreatmentListener listener) {
        this.root = root;
        this.rules = rules;
        this.listener = listener;
    }

    /**
     * Begins a walk.
     *
     * @param dataDirectory a server's data directory, or a link to it
     * @param configurationFiles whether the configuration files in it are given
     * @param listener hears of what is not stored as it is
     * @return the walk, at its beginning
     * @throws LocalFileException if it is not a directory that can be read
     */
    public static DataDirectoryScan of(
            Path dataDirectory, ConfigurationFiles configurationFiles, TreatmentListener listener)
            throws LocalFileException {
        try {
            Path root = dataDirectory.toRealPath();
            DataDirectoryScan scan = new DataDirectoryScan(root, new ScanRules(configurationFiles), listener);
            FileStatus status = FileStatus.of(root);
            if (!status.isDirectory()) {
                throw new LocalFileException("data directory '" + dataDirectory + "' is not a directory", null, null);
            }
            scan.ready.add(new Member.Directory("", scan.owners.attributes(root, status)));
            scan.levels.push(new Level(root, "", status.key()));
            return scan;
        } catch (IOException e) {
            throw LocalFailure.reading(dataDirectory, e);
        }
    }

    @Override
    public Optional<Member> next() throws LocalFileException {
        while (ready.isEmpty() && !levels.isEmpty()) {
            Level level = levels.element();
            Iterator<String> entries = level.entries(this);
            if (entries.hasNext()) {
                visit(level, entries.next());
            } else {
                levels.pop();
            }
        }
        return Optional.ofNullable(ready.poll());
    }

    /**
     * Returns the tablespaces outside the data directory that the walk came upon: all of them once {@link #next} has
     * returned empty.
     *
     * @return a copy
     */
    public List<Tablespace> tablespaces() {
        return List.copyOf(tablespaces);
    }

    private void visit(Level level, String entry) throws LocalFileException {
        Path path = level.path.resolve(entry);
        try {
            FileStatus status = FileStatus.of(path);
            boolean emptied = status.isSymlink() && rules.isEmptied(level.name, entry);
            if (!status.isDirectory() && !emptied && rules.isLeftOut(level.name, entry)) {
                return;
            }
            if (status.isSymlink()) {
                visitLink(level, entry, path, status);
            } else if (status.isDirectory()) {
                visitDirectory(level, entry, path, status);
            } else if (status.isFile()) {
                addFile(level.child(entry), path, status);
            } else {
                listener.treated(level.child(entry), "left out: a " + status.kind());
            }
        } catch (NoSuchFileException e) {
            // vanished since its directory was listed: WAL replay knows
        } catch (IOException e) {
            throw LocalFailure.reading(path, e);
        }
    }

    private void visitDirectory(Level level, String entry, Path path, FileStatus status)
            throws IOException, LocalFileException {
        if (rules.isDropped(level.name, entry)) {
            return;
        }
        String name = level.child(entry);
        MemberAttributes attributes = owners.attributes(path, status);
        if (rules.isEmptied(level.name, entry)) {
            addEmptied(level, entry, attributes);
        } else {
            ready.add(new Member.Directory(name, attributes));
            descend(new Level(path, name, status.key()));
        }
    }

    private void addEmptied(Level level, String entry, MemberAttributes attributes) {
        String name = level.child(entry);
        ready.add(new Member.Directory(name, attributes));
        if (level.name.isEmpty() && ScanRules.WAL_DIRECTORIES.contains(entry)) {
            ready.add(new Member.Directory(name + "/archive_status", attributes));
        }
    }

    private void visitLink(Level level, String entry, Path path, FileStatus status)
            throws IOException, LocalFileException {
        String name = level.child(entry);
        FileStatus target = target(path);
        boolean leadsToDirectory = target != null && target.isDirectory();
        if (rules.isEmptied(level.name, entry) && (target == null || leadsToDirectory)) {
            MemberAttributes attributes = target == null
                    ? owners.attributes(path, status).withMode(OWNER_ONLY)
                    : owners.attributes(path.toRealPath(), target);
            addEmptied(level, entry, attributes);
            listener.treated(name, "stored as an empty directory: a symbolic link to '" + linkText(path) + "'");
        } else if (leadsToDirectory && ScanRules.isTablespace(name)) {
            tablespaces.add(new Tablespace(entry, linkText(path)));
            descend(new Level(path, name, target.key()));
        } else if (leadsToDirectory) {
            visitLinkToDirectory(name, path, status, target);
        } else if (target != null && target.isFile()) {
            addFile(name, path.toRealPath(), target);
            listener.treated(name, "stored as a file: a symbolic link to '" + linkText(path) + "'");
        } else {
            String text = linkText(path);
            ready.add(new Member.SymbolicLink(name, text, owners.attributes(path, status)));
            String what = target == null ? "what does not exist" : "a " + target.kind();
            listener.treated(name, "stored as a symbolic link: it leads to " + what + ", '" + text + "'");
        }
    }

    private void visitLinkToDirectory(String name, Path path, FileStatus status, FileStatus target)
            throws IOException, LocalFileException {
        Path real = path.toRealPath();
        String text = linkText(path);
        if (!real.startsWith(root)) {
            ready.add(new Member.Directory(name, owners.attributes(real, target)));
            listener.treated(name, "stored as a directory with what is in it: a symbolic link to '" + text + "'");
            descend(new Level(path, name, target.key()));
            return;
        }
        // what it leads to is stored under its own name; a restored tree must not lead into the live one
        Path directory = path.resolveSibling("").toRealPath();
        String stored = Path.of(text).isAbsolute() && directory.startsWith(root)
                ? names.text(directory.relativize(real), directory)
                : text;
        ready.add(new Member.SymbolicLink(name, stored, owners.attributes(path, status)));
        listener.treated(
                name,
                "stored as a symbolic link to '" + stored + "': it leads into the data directory, '" + text + "'");
    }

    private void addFile(String name, Path source, FileStatus status) throws IOException {
        MemberAttributes attributes = owners.attributes(source, status);
        if (name.equals(AutoConf.NAME)) {
            byte[] content = AutoConf.withoutRecoverySettings(Files.readAllBytes(source));
            ready.add(new Member.MemoryFile(name, content, attributes));
        } else {
            ready.add(new Member.DiskFile(name, source, status.sizeBytes(), attributes));
        }
    }

    private void descend(Level level) throws LocalFileException {
        for (Level above : levels) {
            if (above.key.equals(level.key)) {
                throw new LocalFileException(
                        "directory '" + level.path + "' is the directory '" + above.path + "' that it is in",
                        "symbolic links lead in a circle",
                        "Remove the link, or make it lead elsewhere.");
            }
        }
        levels.push(level);
    }

    private String linkText(Path path) throws IOException, LocalFileException {
        return names.text(Files.readSymbolicLink(path), path);
    }

    /** Returns what a link leads to, or null when that does not exist. */
    private static @Nullable FileStatus target(Path link) throws IOException {
        try {
            return FileStatus.following(link);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** A directory that the walk is in. */
    private static final class Level {
        private final Path path;
        private final String name;
        private final Object key;
        private @Nullable Iterator<String> entries;

        Level(Path path, String name, Object key) {
            this.path = path;
            this.name = name;
            this.key = key;
        }

        String child(String entry) {
            return name.isEmpty() ? entry : name + "/" + entry;
        }

        Iterator<String> entries(DataDirectoryScan scan) throws LocalFileException {
            Iterator<String> result = entries;
            if (result == null) {
                result = list(scan).iterator();
                entries = result;
            }
            return result;
        }

        private List<String> list(DataDirectoryScan scan) throws LocalFileException {
            List<String> found = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
                for (Path entry : stream) {
                    found.add(scan.names.text(entry.getFileName(), path));
                }
            } catch (NoSuchFileException e) {
                // dropped since it was found
                return List.of();
            } catch (DirectoryIteratorException e) {
                throw LocalFailure.reading(path, e.getCause());
            } catch (IOException e) {
                throw LocalFailure.reading(path, e);
            }
            if (ScanRules.isDatabase(name)) {
                found.removeIf(new RelationFiles(found)::isLeftOut);
            }
            Collections.sort(found);
            return found;
        }
    }
}
