package org.walarchive.core.wal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file beside the one that it is to become. No two have one name, so that nobody writes into, or renames, the file of
 * somebody else. Its lock tells that it is no litter: what killed processes left for the same target is removed.
 */
final class TemporaryFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TemporaryFile.class);

    private static final String SUFFIX = ".tmp";
    private static final int ATTEMPTS = 100;

    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /**
     * Begins the names of this process's files. It must not open them to try their locks: POSIX drops all locks of a
     * process on a file as soon as the process closes any descriptor of it.
     */
    private static final String PROCESS = Long.toHexString(System.currentTimeMillis()) + "-"
            + Long.toHexString(System.nanoTime() ^ ThreadLocalRandom.current().nextLong()) + "-";

    private static final AtomicLong COUNTER = new AtomicLong();

    private final Path target;
    private final Path path;
    private final FileChannel channel;
    private boolean moved;

    private TemporaryFile(Path target, Path path, FileChannel channel) {
        this.target = target;
        this.path = path;
        this.channel = channel;
    }

    /** Makes an empty file in the target's directory. */
    static TemporaryFile beside(Path target) throws IOException {
        Path directory = target.toAbsolutePath().getParent();
        String beginning = ".walarchive-" + target.getFileName() + ".";
        sweep(directory, beginning);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Path path = directory.resolve(beginning + PROCESS + Long.toHexString(COUNTER.incrementAndGet()) + SUFFIX);
            FileChannel channel = FileChannel.open(path, NEW, OWNER_ONLY);
            if (isOurs(path, channel)) {
                return new TemporaryFile(target, path, channel);
            }
        }
        throw new IOException("temporary files in " + directory + " are removed by somebody else");
    }

    /** Locks a new file; before that, another process may have taken it for litter. Closes the channel if so. */
    private static boolean isOurs(Path path, FileChannel channel) throws IOException {
        boolean ours = false;
        try {
            ours = channel.tryLock() != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS);
            return ours;
        } finally {
            if (!ours) {
                Files.deleteIfExists(path);
                channel.close();
            }
        }
    }

    private static void sweep(Path directory, String beginning) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, file -> {
            String name = file.getFileName().toString();
            return name.startsWith(beginning) && name.endsWith(SUFFIX) && !name.startsWith(beginning + PROCESS);
        })) {
            files.forEach(TemporaryFile::removeUnlessLocked);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static void removeUnlessLocked(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = channel.tryLock()) {
            if (lock != null && Files.deleteIfExists(file)) {
                LOG.info("{} of a fetch that was killed is removed", file);
            }
        } catch (IOException | OverlappingFileLockException e) {
            LOG.debug("{} is left alone", file, e);
        }
    }

    FileChannel channel() {
        return channel;
    }

    /** Makes the content durable, and then, in one step, the target. */
    void publish() throws IOException {
        channel.force(true);
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        moved = true;
        try (FileChannel parent = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
            parent.force(true);
        }
    }

    /** Removes the file unless it was published. */
    @Override
    public void close() throws IOException {
        try (channel) {
            if (!moved) {
                Files.deleteIfExists(path);
            }
        }
    }
}
