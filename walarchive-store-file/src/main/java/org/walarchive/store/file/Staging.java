package org.walarchive.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** The directory of temporary files, and the step from there to a blob's name. */
final class Staging {

    /** Makes a hard link; {@link Files#createLink} but for tests. */
    interface LinkStep {
        void link(Path link, Path existing) throws IOException;
    }

    /** A younger file is left alone even if it is not locked: it may be about to be. */
    static final Duration LITTER_AGE = Duration.ofHours(1);

    static final String SUFFIX = ".part";

    private static final Logger log = LoggerFactory.getLogger(Staging.class);
    private static final int ATTEMPTS = 1000;
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    /**
     * Begins the names of this process's files. It must not open them to try their locks: POSIX drops all locks of a
     * process on a file as soon as the process closes any descriptor of it.
     */
    private static final String PROCESS = Long.toHexString(System.currentTimeMillis()) + "-"
            + Long.toHexString(System.nanoTime() ^ ThreadLocalRandom.current().nextLong()) + "-";

    private static final AtomicLong COUNTER = new AtomicLong();

    /** For the same reason, only one thread of this process at a time may have the lock file open. */
    private static final ReentrantLock LOCK_FILE_IN_USE = new ReentrantLock();

    private final FileTree tree;
    private final Clock clock;
    private final LinkStep linkStep;
    private final Path directory;
    private final AtomicBoolean swept = new AtomicBoolean();

    Staging(FileTree tree, Clock clock, LinkStep linkStep) {
        this.tree = tree;
        this.clock = clock;
        this.linkStep = linkStep;
        this.directory = tree.root().resolve(FileTree.RESERVED);
    }

    /** Makes the temporary file of a put, and before the first one removes what killed processes left. */
    StagedFile create(String key) throws StoreException {
        try {
            prepare();
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Path path = directory.resolve(PROCESS + Long.toHexString(COUNTER.incrementAndGet()) + SUFFIX);
                try {
                    FileChannel channel = FileChannel.open(path, NEW, OWNER_ONLY);
                    lock(channel);
                    return new StagedFile(tree, key, path, channel);
                } catch (FileAlreadyExistsException e) {
                    log.debug("action=create-temporary key={} file={} state=exists", key, path);
                } catch (NoSuchFileException e) {
                    // WAL-E removes empty directories, this one too.
                    makeDirectory();
                }
            }
        } catch (IOException e) {
            throw FileErrors.translate("cannot put " + key + " in " + tree, tree.root(), e);
        }
        throw new StoreException(Kind.UNAVAILABLE, "cannot make a temporary file for " + key + " in " + tree);
    }

    private static void lock(FileChannel channel) throws IOException {
        try {
            channel.tryLock();
        } catch (java.nio.channels.ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            // No locks here; then nobody can take one and believe the file to be litter.
            log.debug("action=lock-temporary state=unsupported", e);
        }
    }

    /** Looks before each put, which must not write through a symbolic link. */
    private void prepare() throws IOException {
        BasicFileAttributes attributes = tree.attributes(directory);
        if (attributes == null) {
            makeDirectory();
        } else if (!attributes.isDirectory()) {
            throw new StoreException(Kind.INVALID, FileTree.RESERVED + " in " + tree + " is not a directory");
        } else if (swept.compareAndSet(false, true)) {
            sweep();
        }
    }

    /**
     * Makes the directory, and the root if its parent exists. The root's name is synced before: where the directory
     * exists, the root is known to be durable.
     */
    private void makeDirectory() throws IOException {
        try {
            Directories.make(tree.root());
        } catch (NoSuchFileException e) {
            throw tree.missingRoot(e);
        } catch (FileSystemException e) {
            // A root that exists in a parent that is not writable is as good.
            if (!Files.isDirectory(tree.root())) {
                throw e;
            }
        }
        tree.requireContainer();
        try {
            Directories.sync(tree.root().getParent());
        } catch (AccessDeniedException e) {
            // It belongs to somebody else, and so did the making of the root.
            log.debug("action=sync-parent location={} state=denied", tree);
        }
        try {
            Directories.make(directory);
        } catch (NoSuchFileException e) {
            throw tree.missingRoot(e);
        }
    }

    private void sweep() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                if (!file.getFileName().toString().startsWith(PROCESS)) {
                    sweep(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException e) {
            log.debug("action=sweep location={} state=vanished", tree);
        }
    }

    private void sweep(Path file) {
        try {
            BasicFileAttributes attributes = tree.attributes(file);
            if (attributes == null
                    || !attributes.isRegularFile()
                    || attributes
                            .lastModifiedTime()
                            .toInstant()
                            .isAfter(clock.instant().minus(LITTER_AGE))) {
                return;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                    FileLock lock = channel.tryLock()) {
                // Should its writer live on in spite of all this, its put fails: the file is gone when it is to be
                // named.
                if (lock != null && Files.deleteIfExists(file)) {
                    log.info("action=sweep file={} state=removed", file);
                }
            }
        } catch (IOException | OverlappingFileLockException e) {
            log.debug("action=sweep file={} state=skipped", file, e);
        }
    }

    /** Gives the file its name, replacing what has it. */
    void rename(StagedFile staged, Path target) throws IOException {
        try {
            Files.move(staged.path(), target, StandardCopyOption.ATOMIC_MOVE);
            staged.moved();
        } catch (AtomicMoveNotSupportedException e) {
            throw otherFileSystem(target, e);
        }
    }

    /**
     * Gives the file its name unless there is something of this name; of several processes only one succeeds.
     *
     * @return whether it has the name now
     */
    boolean renameIfAbsent(StagedFile staged, Path target) throws IOException {
        try {
            linkStep.link(target, staged.path());
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            if (!linksWork(staged.path())) {
                log.debug("action=link file={} state=unsupported", target, e);
                return renameUnderLock(staged, target);
            }
            if (e instanceof FileSystemException failure) {
                if (!Files.getFileStore(staged.path()).equals(Files.getFileStore(target.getParent()))) {
                    throw otherFileSystem(target, failure);
                }
                throw failure;
            }
            throw new FileSystemException(target.toString(), null, "hard links are not supported");
        }
    }

    /** Tells a file system without links from a failure of the one link: the error's text depends on the language. */
    private boolean linksWork(Path existing) {
        Path probe = existing.resolveSibling("link-" + existing.getFileName());
        try {
            linkStep.link(probe, existing);
            Files.deleteIfExists(probe);
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private boolean renameUnderLock(StagedFile staged, Path target) throws IOException {
        try {
            LOCK_FILE_IN_USE.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.INTERRUPTED, "interrupted before a put to " + tree, null, e);
        }
        // The lock file stays: were it removed, two processes could hold the locks of two files of its name.
        Path lockFile = directory.resolve("if-absent.lock");
        try (FileChannel channel = FileChannel.open(
                        lockFile, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNER_ONLY);
                FileLock lock = channel.lock()) {
            if (tree.attributes(target) != null) {
                return false;
            }
            log.debug("action=rename file={} lock={}", target, lock);
            rename(staged, target);
            return true;
        } finally {
            LOCK_FILE_IN_USE.unlock();
        }
    }

    private StoreException otherFileSystem(Path target, IOException cause) {
        return new StoreException(
                Kind.INVALID,
                "directory of " + tree.relative(target) + " lies on another file system than " + tree,
                "All of an archive must lie on one file system: mount it at the root of the archive or above.",
                cause);
    }
}
