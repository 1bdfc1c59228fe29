package org.walarchive.core.prefetch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the one that fills an area holds: never two. The system takes it back from a process that ends, however it ends. The file stays,
 * since deleting it would let two hold locks on two files of one name.
 */
final class AreaLock implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AreaLock.class);

    /**
     * The paths that this process has locked. POSIX gives locks to processes: when one closes any descriptor of the file, all its locks
     * are gone. So a file that this process has locked must not be opened to find that out.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private static final Set<? extends OpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<? extends OpenOption> EXISTING =
            Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final FileChannel channel;

    private AreaLock(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Takes the lock unless somebody has it. */
    static synchronized Optional<AreaLock> tryLock(Path file) throws IOException {
        Path path = real(file);
        if (HELD.contains(path)) {
            return Optional.empty();
        }
        FileChannel channel = FileChannel.open(path, CREATE, OWNER_ONLY);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null && HELD.add(path);
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        return locked ? Optional.of(new AreaLock(path, channel)) : Optional.empty();
    }

    /** Tells whether anybody has the lock now. */
    static synchronized boolean isHeld(Path file) {
        try {
            Path path = real(file);
            if (HELD.contains(path)) {
                return true;
            }
            try (FileChannel channel = FileChannel.open(path, EXISTING);
                    FileLock lock = channel.tryLock()) {
                return lock == null;
            }
        } catch (IOException e) {
            LOG.debug("nobody can hold {}: {}", file, e.toString());
            return false;
        }
    }

    private static Path real(Path file) throws IOException {
        return file.toAbsolutePath().getParent().toRealPath().resolve(file.getFileName());
    }

    @Override
    public void close() throws IOException {
        synchronized (AreaLock.class) {
            HELD.remove(path);
            channel.close();
        }
    }
}
