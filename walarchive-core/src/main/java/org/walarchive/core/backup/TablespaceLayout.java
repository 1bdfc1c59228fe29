package org.walarchive.core.backup;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.walarchive.ConfigurationException;
import org.walarchive.LocalFileException;
import org.walarchive.TablespacePlacement;
import org.walarchive.core.sentinel.Sentinel;

/** Where the tablespaces of a restore go: checked before anything is written, then made. */
final class TablespaceLayout {

    /** The directory in which a server keeps its files within a tablespace's location. */
    private static final Pattern SERVER_DIRECTORY = Pattern.compile("PG_([0-9.]+)_[0-9]+");

    private final Path target;
    /** The locations to link to, by OID; of links that stand, where they lead. */
    private final Map<String, Path> locations = new TreeMap<>();

    private final boolean makesLinks;

    private TablespaceLayout(Path target, boolean makesLinks) {
        this.target = target;
        this.makesLinks = makesLinks;
    }

    /**
     * Works out the locations.
     *
     * @throws ConfigurationException if the placement does not fit the backup
     * @throws LocalFileException if links are to stand and do not
     */
    static TablespaceLayout of(TablespacePlacement placement, List<Sentinel.Tablespace> tablespaces, Path target)
            throws ConfigurationException, LocalFileException {
        if (placement instanceof TablespacePlacement.Blind) {
            return new TablespaceLayout(target, false);
        }
        if (placement instanceof TablespacePlacement.ExistingLinks) {
            TablespaceLayout layout = new TablespaceLayout(target, false);
            layout.requireLinks(tablespaces);
            return layout;
        }
        TablespaceLayout layout = new TablespaceLayout(target, true);
        Map<String, String> locations = new TreeMap<>();
        if (placement instanceof TablespacePlacement.Specification specification) {
            locations.putAll(RestoreSpecification.locations(specification.file(), tablespaces));
        } else if (placement instanceof TablespacePlacement.Located located) {
            tablespaces.forEach(tablespace -> locations.put(tablespace.oid(), tablespace.location()));
            for (Map.Entry<String, Path> moved : located.moved().entrySet()) {
                if (locations.put(moved.getKey(), moved.getValue().toString()) == null) {
                    throw new ConfigurationException(
                            "the backup has no tablespace " + moved.getKey(), null, "Correct the OID.");
                }
            }
        }
        for (Map.Entry<String, String> entry : locations.entrySet()) {
            layout.locations.put(entry.getKey(), layout.location(entry.getKey(), entry.getValue()));
        }
        layout.requireApart();
        return layout;
    }

    private Path location(String oid, String text) throws ConfigurationException {
        if (!oid.matches("[0-9]{1,10}")) {
            throw wrong(oid, "its name is not a number");
        }
        try {
            Path path = Path.of(text);
            if (!path.isAbsolute()) {
                throw wrong(oid, "\"" + text + "\" is not an absolute path");
            }
            return path.normalize();
        } catch (InvalidPathException e) {
            throw wrong(oid, "\"" + text + "\" is not a path: " + e.getReason());
        }
    }

    private void requireApart() throws ConfigurationException {
        Map<Path, String> seen = new HashMap<>();
        for (Map.Entry<String, Path> entry : locations.entrySet()) {
            Path location = entry.getValue();
            String other = seen.put(location, entry.getKey());
            if (other != null) {
                throw wrong(entry.getKey(), location + " is the location of tablespace " + other + " as well");
            }
            if (location.startsWith(target) || target.startsWith(location)) {
                throw wrong(entry.getKey(), location + " and the data directory " + target + " lie within each other");
            }
        }
        for (Path one : seen.keySet()) {
            for (Path parent = one.getParent(); parent != null; parent = parent.getParent()) {
                if (seen.containsKey(parent)) {
                    throw wrong(seen.get(one), one + " lies within " + parent + ", the location of another");
                }
            }
        }
    }

    private static ConfigurationException wrong(String oid, String detail) {
        return new ConfigurationException(
                "tablespace " + oid + " cannot be placed",
                detail,
                "Nothing was restored. Give each tablespace an absolute path of its own outside of the data directory.");
    }

    private void requireLinks(List<Sentinel.Tablespace> tablespaces) throws LocalFileException {
        List<String> missing = new ArrayList<>();
        for (Sentinel.Tablespace tablespace : tablespaces) {
            Path link = target.resolve("pg_tblspc").resolve(tablespace.oid());
            if (!tablespace.oid().matches("[0-9]+") || !Files.isSymbolicLink(link) || !Files.isDirectory(link)) {
                missing.add(link + " (was a link to " + tablespace.location() + ")");
            } else {
                try {
                    locations.put(tablespace.oid(), link.toRealPath());
                } catch (IOException e) {
                    throw unreadable(link, e);
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new LocalFileException(
                    "Symlinks for some tablespaces not found or created.",
                    String.join(", ", missing),
                    "Make the directory " + target.resolve("pg_tblspc")
                            + " with these links, each to an empty directory;"
                            + " or use --restore-spec, or --blind-restore, and restore again.");
        }
    }

    /** Returns where the tablespaces go that lie outside of the data directory. */
    Collection<Path> locations() {
        return List.copyOf(locations.values());
    }

    /** Returns the links under {@code pg_tblspc} that are to stay when the directory is cleared. */
    Set<String> standingLinks() {
        return makesLinks ? Set.of() : Set.copyOf(new HashSet<>(locations.keySet()));
    }

    /**
     * Checks that nothing is in the way of the tablespaces.
     *
     * @param replaced the major release whose directories will be deleted, where files are replaced
     */
    void requireFree(Optional<ServerRelease> replaced) throws LocalFileException {
        for (Map.Entry<String, Path> entry : locations.entrySet()) {
            Path location = entry.getValue();
            if (!Files.exists(location, LinkOption.NOFOLLOW_LINKS)) {
                Path parent = location.getParent();
                if (parent == null || !Files.isDirectory(parent)) {
                    throw new LocalFileException(
                            "directory " + parent + " does not exist",
                            "The location " + location + " of tablespace " + entry.getKey() + " would be made in it.",
                            "Make it, or correct the path.");
                }
            } else if (!Files.isDirectory(location)) {
                throw new LocalFileException(
                        location + " is not a directory",
                        "It is to be the location of tablespace " + entry.getKey() + ".",
                        "Nothing was restored.");
            } else {
                requireFree(entry.getKey(), location, replaced);
            }
            Path link = target.resolve("pg_tblspc").resolve(entry.getKey());
            if (makesLinks && replaced.isEmpty() && Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                throw new LocalFileException(
                        link + " is there already",
                        "The link to " + location + " is to be made in its place.",
                        "Nothing was restored. Remove it, or restore without --restore-spec.");
            }
        }
    }

    private void requireFree(String oid, Path location, Optional<ServerRelease> replaced) throws LocalFileException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(location)) {
            for (Path entry : entries) {
                if (replaced.isEmpty() || !isOf(replaced.get(), entry)) {
                    throw new LocalFileException(
                            "tablespace directory " + location.toRealPath() + " is not empty",
                            "There is " + entry.getFileName() + " in it; the link of tablespace " + oid
                                    + " leads there.",
                            "Nothing was restored. Let the link lead to an empty directory.");
                }
            }
        } catch (DirectoryIteratorException e) {
            throw unreadable(location, e.getCause());
        } catch (IOException e) {
            throw unreadable(location, e);
        }
    }

    private static boolean isOf(ServerRelease release, Path entry) {
        Matcher matcher = SERVER_DIRECTORY.matcher(entry.getFileName().toString());
        return matcher.matches() && matcher.group(1).equals(release.majorText());
    }

    /** Deletes what the server had in the locations that exist. */
    void clear() throws LocalFileException {
        for (Path location : locations.values()) {
            if (Files.isDirectory(location)) {
                ClearedDirectory.clear(location);
            }
        }
    }

    /** Makes the directories and links that are missing. */
    void make() throws LocalFileException {
        if (!makesLinks || locations.isEmpty()) {
            return;
        }
        Path made = target;
        try {
            makeDirectory(target);
            made = target.resolve("pg_tblspc");
            makeDirectory(made);
            for (Map.Entry<String, Path> entry : locations.entrySet()) {
                made = entry.getValue();
                makeDirectory(made);
                made = target.resolve("pg_tblspc").resolve(entry.getKey());
                Files.createSymbolicLink(made, entry.getValue());
            }
        } catch (IOException e) {
            throw new LocalFileException(
                    made + " cannot be made",
                    e.toString(),
                    "Is there room, a free inode and quota left, and may this user write there?",
                    e);
        }
    }

    private static void makeDirectory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /** Returns the directories and links of tablespaces, which belong to the server's user as the data directory does. */
    List<Path> owned() {
        List<Path> owned = new ArrayList<>();
        if (makesLinks && !locations.isEmpty()) {
            owned.add(target.resolve("pg_tblspc"));
            locations.forEach((oid, location) -> {
                owned.add(location);
                owned.add(target.resolve("pg_tblspc").resolve(oid));
            });
        }
        return owned;
    }

    private static LocalFileException unreadable(Path path, IOException e) {
        return new LocalFileException(
                "directory " + path + " cannot be read",
                e.toString(),
                "Is the disk sound, and does the command run as the user that owns the directory?",
                e);
    }
}
