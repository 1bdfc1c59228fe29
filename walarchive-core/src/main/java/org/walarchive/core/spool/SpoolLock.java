package org.walarchive.core.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the one that does a work in a directory of ours holds: never two, in whatever processes. The system takes it back from a process that
 * ends, however it ends. The file stays, since deleting it would let two hold locks on two files of one name.
 */
public final class SpoolLock implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SpoolLock.class);

    /**
     * The files that this process has locked, by what tells a file from every other. POSIX gives locks to processes: when one closes any
     * descriptor of the file, all its locks are gone. So a file that this process has locked must not be opened to find that out.
     */
    private static final Set<Object> HELD = new HashSet<>();

    private static final Set<? extends OpenOption> EXISTING =
            Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path file;
    private final Object key;
    private final FileChannel channel;

    private SpoolLock(Path file, Object key, FileChannel channel) {
        this.file = file;
        this.key = key;
        this.channel = channel;
    }

    /**
     * Takes the lock unless somebody has it.
     *
     * @param file made if it is missing; its directory exists
     * @throws NoSuchFileException if somebody removes or replaces the file meanwhile
     */
    public static synchronized Optional<SpoolLock> tryLock(Path file) throws IOException {
        make(file);
        @Nullable Object key = key(file);
        if (key == null) {
            throw replaced(file);
        }
        if (HELD.contains(key)) {
            return Optional.empty();
        }
        FileChannel channel = FileChannel.open(file, EXISTING);
        boolean locked = false;
        try {
            if (channel.tryLock() == null) {
                return Optional.empty();
            }
            // Not the file of a directory that was removed meanwhile: the lock would keep nobody out.
            if (!key.equals(key(file))) {
                throw replaced(file);
            }
            locked = HELD.add(key);
            return Optional.of(new SpoolLock(file, key, channel));
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    private static void make(Path file) throws IOException {
        try {
            Files.createFile(file, OWNER_ONLY);
        } catch (FileAlreadyExistsException e) {
            LOG.trace("{} is there", file);
        }
    }

    private static NoSuchFileException replaced(Path file) {
        return new NoSuchFileException(file.toString(), null, "it was replaced just now");
    }

    /** Tells whether anybody has the lock now. */
    public static synchronized boolean isHeld(Path file) {
        try {
            @Nullable Object key = key(file);
            if (key == null || HELD.contains(key)) {
                return key != null;
            }
            try (FileChannel channel = FileChannel.open(file, EXISTING);
                    FileLock lock = channel.tryLock()) {
                return lock == null;
            }
        } catch (IOException e) {
            LOG.debug("nobody can hold {}: {}", file, e.toString());
            return false;
        }
    }

    private static @Nullable Object key(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Tells whether the lock is on the file that others would lock. */
    public boolean isInPlace() throws IOException {
        return key.equals(key(file));
    }

    @Override
    public void close() throws IOException {
        synchronized (SpoolLock.class) {
            HELD.remove(key);
            channel.close();
        }
    }
}
