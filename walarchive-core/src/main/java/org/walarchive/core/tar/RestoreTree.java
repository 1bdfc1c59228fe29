package org.walarchive.core.tar;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.walarchive.CorruptArchiveException;
import org.walarchive.LocalFileException;

/**
 * A tree made of tar archives. Nothing outside the target is written, but through links {@code pg_tblspc/<oid>} that were
 * there before. {@link #extract} may be called by several threads at once; {@link #finish} is called when all have ended.
 * {@code global/pg_control} gets its name as the very last thing, after all else is durable: a restore that failed or was
 * cut off leaves a tree that no server starts in, and that is left as it is.
 */
public final class RestoreTree {

    /** An empty file in the tree's root from the beginning of the restore of a data directory to its end. */
    public static final String MARK = "walarchive.restoring";

    private static final int OWNER_READS_AND_WRITES = 0600;
    private static final int DIRECTORY_MODE = 0700;
    private static final int MAX_CHANGED_BYTES = 16 << 20;
    private static final FileAttribute<?> FILE_OF_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    /** The server's user has to get through it, which need not be this one; who can write to it can put another directory in the target's place. */
    private static final FileAttribute<?> DIRECTORY_ABOVE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));

    private static final FileAttribute<?> DIRECTORY_OF_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final String PG_CONTROL = "global/pg_control";
    private static final String PG_CONTROL_MEANWHILE = "global/pg_control.restoring";

    private final Path root;
    private final List<Path> madeAbove;
    private final RestoreOptions options;
    private final TargetOwners owners;
    private final TargetDirectories directories;
    private final Allowance allowance;
    /** The names of all members but directories. */
    private final Map<String, TarEntry.Type> claimed = new ConcurrentHashMap<>();

    private final Queue<Link> links = new ConcurrentLinkedQueue<>();
    /** Archives whose extraction has begun and not succeeded. */
    private final Set<String> unfinished = ConcurrentHashMap.newKeySet();

    /** A link that is made when all files are there. */
    record Link(String name, TarEntry entry) {}

    /**
     * What an archive held.
     *
     * @param members how many, without those that were skipped
     * @param contentBytes the sum of the files' sizes as archived
     */
    public record Extracted(int members, long contentBytes) {}

    private RestoreTree(Path root, List<Path> madeAbove, RestoreOptions options, Allowance allowance)
            throws IOException {
        this.root = root;
        this.madeAbove = madeAbove;
        this.options = options;
        this.allowance = allowance;
        owners = TargetOwners.in(root);
        directories = new TargetDirectories(root, FileNames.ofThisProcess(), owners, claimed.keySet(), allowance);
    }

    /**
     * Begins a restore.
     *
     * @param target a directory, or a link to one; made, with those above it, if it is absent
     * @param options how to restore
     * @return the tree
     * @throws LocalFileException if the directory cannot be made or written to
     */
    public static RestoreTree into(Path target, RestoreOptions options) throws LocalFileException {
        return into(target, options, Allowance.ofThisProcess(options.mostContentBytes()));
    }

    static RestoreTree into(Path target, RestoreOptions options, Allowance allowance) throws LocalFileException {
        try {
            List<Path> made = new ArrayList<>();
            for (Path path = target.toAbsolutePath(); path != null && !Files.exists(path); path = path.getParent()) {
                made.add(path);
            }
            if (!made.isEmpty()) {
                Files.createDirectories(made.get(0).resolveSibling(""), DIRECTORY_ABOVE);
                Files.createDirectory(made.get(0), DIRECTORY_OF_OWNER);
            }

            Path root = target.toRealPath();
            if (options.completeness() == RestoreOptions.Completeness.CLUSTER) {
                mark(root);
            }
            return new RestoreTree(root, made, options, allowance);
        } catch (IOException e) {
            throw LocalFailure.writing(target, e);
        }
    }

    /** Makes the mark in a directory, in place of one that is there. */
    public static void mark(Path root) throws IOException {
        Files.deleteIfExists(root.resolve(MARK));
        Files.createFile(root.resolve(MARK), FILE_OF_OWNER);
    }

    /**
     * Extracts an archive. Its files are durable on return; directories and links are so after {@link #finish}. When it
     * fails, the files it made are removed and the same archive can be extracted again.
     *
     * @param archive its name, by which a repetition is known; messages have it
     * @param tar the archive; read to its end; not closed
     * @return what it held
     * @throws CorruptArchiveException if it is not whole, or has a member that is refused
     * @throws LocalFileException if a file cannot be made
     * @throws IOException if the stream cannot be read
     */
    public Extracted extract(String archive, InputStream tar)
            throws CorruptArchiveException, LocalFileException, IOException {
        return extract(archive, tar, TarDialect.STANDARD);
    }

    /** Does the same with an archive that another tool made. */
    public Extracted extract(String archive, InputStream tar, TarDialect dialect)
            throws CorruptArchiveException, LocalFileException, IOException {
        unfinished.add(archive);
        Extracted extracted =
                new Extraction(archive, tar, dialect, directories, owners, claimed, allowance, options).run(links);
        unfinished.remove(archive);
        return extracted;
    }

    /**
     * Tells whether a tablespace is a directory of the tree itself and not a link that leads elsewhere.
     *
     * @return true if there is one, of what was extracted so far
     * @throws LocalFileException if the tree cannot be read
     */
    public boolean hasInPlaceTablespaces() throws LocalFileException {
        Path tablespaces = root.resolve("pg_tblspc");
        try (Stream<Path> entries = Files.exists(tablespaces) ? Files.list(tablespaces) : Stream.empty()) {
            return entries.anyMatch(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS));
        } catch (UncheckedIOException e) {
            throw LocalFailure.reading(tablespaces, e.getCause());
        } catch (IOException e) {
            throw LocalFailure.reading(tablespaces, e);
        }
    }

    /** Tells whether an archive had a file of a name. */
    public boolean hasFile(String name) {
        return claimed.get(name) == TarEntry.Type.FILE;
    }

    /**
     * Makes a directory that no archive had, for the server's user alone, when all archives are extracted.
     *
     * @param name its path
     * @throws CorruptArchiveException if a file has the name
     * @throws LocalFileException if it cannot be made
     */
    public void ensureDirectory(String name) throws CorruptArchiveException, LocalFileException {
        if (directories.contains(name)) {
            return;
        }
        Path like = root.resolve("PG_VERSION");
        try {
            directories.put(
                    name, MemberAttributes.of(Files.exists(like) ? like : root).withMode(DIRECTORY_MODE));
        } catch (IOException e) {
            throw LocalFailure.writing(like, e);
        }
    }

    /**
     * Changes a small file in the tree's root, or makes it for its owner alone, when all archives are extracted.
     *
     * @param name its name
     * @param change gets the content, empty if there is no such file, and returns what is written
     * @throws LocalFileException if it cannot be read or written
     */
    public void change(String name, UnaryOperator<byte[]> change) throws LocalFileException {
        Path path = root.resolve(name);
        try {
            boolean there = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
            if (there && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new LocalFileException("'" + path + "' is not a file", null, null);
            }
            if (there && Files.size(path) > MAX_CHANGED_BYTES) {
                throw new LocalFileException(
                        "'" + path + "' of the backup has " + Files.size(path) + " bytes",
                        "No such file of a server has more than " + MAX_CHANGED_BYTES + ".",
                        null);
            }
            byte[] content = change.apply(there ? Files.readAllBytes(path) : new byte[0]);
            try (FileChannel channel = FileChannel.open(
                    path,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE),
                    FILE_OF_OWNER)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                if (!there) {
                    Path like = root.resolve("PG_VERSION");
                    owners.apply(path, MemberAttributes.of(Files.exists(like) ? like : root));
                    Files.setAttribute(path, "unix:mode", OWNER_READS_AND_WRITES);
                }
                channel.force(true);
            }
        } catch (IOException e) {
            throw LocalFailure.writing(path, e);
        }
    }

    /**
     * Gives directories and links that were made for the restore to the owner of the restored files, and makes them durable.
     *
     * @param paths made by this process
     * @throws LocalFileException if the file system refuses
     */
    public void adopt(List<Path> paths) throws LocalFileException {
        Path like = root.resolve("PG_VERSION");
        for (Path path : paths) {
            try {
                owners.apply(path, MemberAttributes.of(Files.exists(like) ? like : root));
            } catch (IOException e) {
                throw LocalFailure.writing(path, e);
            }
            TargetDirectories.force(path.resolveSibling(""));
        }
    }

    /**
     * Makes links, gives directories their attributes, makes everything durable and then the tree startable.
     *
     * @throws CorruptArchiveException if {@code global/pg_control} or the target of a hard link was in no archive, or a
     *     link's name is taken
     * @throws LocalFileException if the file system refuses
     * @throws IllegalStateException if an extraction goes on or has failed and was not repeated with success
     */
    public void finish() throws CorruptArchiveException, LocalFileException {
        if (!unfinished.isEmpty()) {
            throw new IllegalStateException("archives were not extracted: " + unfinished);
        }

        boolean cluster = claimed.containsKey(PG_CONTROL);
        if (!cluster && options.completeness() == RestoreOptions.Completeness.CLUSTER) {
            throw new CorruptArchiveException(
                    "the backup has no " + PG_CONTROL,
                    null,
                    "No server can start without it. Was every tar partition of the backup there?");
        }
        makeLinks();
        directories.finishAllBut("global");
        for (Path path : madeAbove) {
            Path parent = path.getParent();
            if (parent != null) {
                TargetDirectories.force(parent);
            }
        }
        if (madeAbove.isEmpty() && root.getParent() != null) {
            TargetDirectories.force(root.getParent());
        }
        finishRootAndGlobal(cluster);
    }

    private void finishRootAndGlobal(boolean cluster) throws LocalFileException {
        if (cluster) {
            removeMark();
            TargetDirectories.force(root);
            TargetDirectories.force(directories.path("global"));
            Path name = directories.path(PG_CONTROL);
            try {
                Files.move(directories.path(PG_CONTROL_MEANWHILE), name, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw LocalFailure.writing(name, e);
            }
        }
        if (directories.contains("global")) {
            directories.finish("global");
        }
        directories.finish("");
    }

    private void removeMark() throws LocalFileException {
        try {
            Files.deleteIfExists(root.resolve(MARK));
        } catch (IOException e) {
            throw LocalFailure.writing(root.resolve(MARK), e);
        }
    }

    private void makeLinks() throws CorruptArchiveException, LocalFileException {
        // hard links first: nothing is read or made through a symbolic one
        for (Link link : links) {
            if (link.entry().type() == TarEntry.Type.HARD_LINK) {
                makeHardLink(link);
            }
        }
        for (Link link : links) {
            if (link.entry().type() == TarEntry.Type.SYMBOLIC_LINK) {
                makeSymbolicLink(link);
            }
        }
    }

    private void makeHardLink(Link link) throws CorruptArchiveException, LocalFileException {
        String target = link.entry().linkName();
        if (claimed.get(target) != TarEntry.Type.FILE || target.equals(PG_CONTROL)) {
            throw new CorruptArchiveException(
                    "'" + link.name() + "' is a link to '" + target + "', which is not in the backup", null, null);
        }
        Path source = directories.path(target);
        Path path = directories.path(link.name());
        try {
            Files.createLink(path, source);
        } catch (FileAlreadyExistsException e) {
            throw taken(link, e);
        } catch (IOException | UnsupportedOperationException e) {
            copy(source, path, link);
        }
    }

    /** A file system boundary, as into a tablespace, allows no hard link. */
    private void copy(Path source, Path path, Link link) throws LocalFileException {
        try (InputStream content = Files.newInputStream(source);
                TargetFiles files = new TargetFiles(owners)) {
            files.write(path, link.entry().attributes(), content::read);
            files.force();
        } catch (IOException e) {
            throw LocalFailure.writing(path, e);
        }
    }

    private void makeSymbolicLink(Link link) throws CorruptArchiveException, LocalFileException {
        Path path = directories.path(link.name());
        try {
            if (ScanRules.isTablespace(link.name()) && Files.isSymbolicLink(path)) {
                options.listener().treated(link.name(), "not restored: there is a link already");
                return;
            }
            Files.createSymbolicLink(
                    path,
                    FileNames.ofThisProcess().resolve(Path.of(""), link.entry().linkName()));
            owners.apply(path, link.entry().attributes());
        } catch (FileAlreadyExistsException e) {
            throw taken(link, e);
        } catch (IOException e) {
            throw LocalFailure.writing(path, e);
        }
    }

    private CorruptArchiveException taken(Link link, FileAlreadyExistsException cause) {
        return new CorruptArchiveException(
                "link '" + link.name() + "' of the backup cannot be made in '" + root + "'",
                "there is something of that name",
                "Restore into an empty directory.",
                cause);
    }

    /** Returns the name a file has until the restore is complete. */
    static String meanwhile(String name) {
        return name.equals(PG_CONTROL) ? PG_CONTROL_MEANWHILE : name;
    }

    /** Tells whether a name is reserved for regular files of a kind. */
    static boolean isPgControl(String name) {
        return name.equals(PG_CONTROL) || name.equals(PG_CONTROL_MEANWHILE);
    }
}
