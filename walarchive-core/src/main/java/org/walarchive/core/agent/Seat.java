package org.walarchive.core.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.LocalFileException;

/**
 * The place of the one agent of a WAL directory: a lock, which the kernel takes back when the process ends however it ends, and the
 * file that says which archive is served.
 */
final class Seat implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Seat.class);
    private static final FileAttribute<?> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> DIRECTORY_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path lockFile;
    private final Path addressFile;
    private final FileChannel channel;
    private final Object fileKey;
    private final Optional<String> address;
    private final boolean replacesKilled;

    private Seat(Path spool, FileChannel channel, Object fileKey, Optional<String> address, boolean replacesKilled) {
        this.lockFile = spool.resolve("agent.lock");
        this.addressFile = addressFile(spool);
        this.channel = channel;
        this.fileKey = fileKey;
        this.address = address;
        this.replacesKilled = replacesKilled;
    }

    static Path addressFile(Path spool) {
        return spool.resolve("agent.address");
    }

    /**
     * Takes the place, if it is free.
     *
     * @param spool the directory, made if it is missing
     * @param address of the archive that is served; empty where it has none, and nobody can tell whether it is theirs
     */
    static Seat take(Path spool, Optional<String> address) throws IOException, LocalFileException {
        makeDirectory(spool);
        Path file = spool.resolve("agent.lock");
        try {
            Files.createFile(file, FILE_MODE);
        } catch (FileAlreadyExistsException e) {
            LOG.debug("{} is there", file);
        }
        @Nullable Object before = key(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
            @Nullable FileLock lock = lock(channel);
            if (lock == null) {
                throw taken(spool);
            }
            // Not the file of a directory that was removed meanwhile: the lock would keep nobody out.
            if (before == null || !before.equals(key(file))) {
                throw new NoSuchFileException(file.toString(), null, "it was replaced just now");
            }
            Seat seat = new Seat(spool, channel, before, address, Files.exists(addressFile(spool)));
            seat.requireAddress();
            return seat;
        } catch (IOException | LocalFileException e) {
            channel.close();
            throw e;
        }
    }

    private static void makeDirectory(Path spool) throws IOException {
        try {
            Files.createDirectory(spool, DIRECTORY_MODE);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(spool, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
            Files.setPosixFilePermissions(spool, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // It is an agent in this very process that has it.
            return null;
        }
    }

    private static LocalFileException taken(Path spool) {
        return new LocalFileException(
                "another agent serves " + spool.getParent(),
                "It holds the lock " + spool.resolve("agent.lock") + holder(spool),
                "There is one agent for a server. \"walarchive agent --status\" asks it.");
    }

    private static String holder(Path spool) {
        try {
            String[] lines = Files.readString(addressFile(spool)).split("\n");
            return lines.length < 2 ? "." : ", as process " + lines[1] + ", and archives to " + lines[0] + ".";
        } catch (IOException e) {
            return ".";
        }
    }

    private static @Nullable Object key(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Tells whether the agent before left its address, which it deletes when it ends in order. */
    boolean replacesKilled() {
        return replacesKilled;
    }

    /** Tells whether the place is still taken: the lock is on the file that others would lock. */
    boolean isHeld() throws IOException {
        return fileKey.equals(key(lockFile));
    }

    /** Makes the address file say what it should. */
    void requireAddress() throws IOException {
        if (address.isEmpty()) {
            Files.deleteIfExists(addressFile);
        } else if (!Files.exists(addressFile) || !Files.readString(addressFile).equals(text(address.get()))) {
            Path temporary = addressFile.resolveSibling(".agent.address");
            Files.deleteIfExists(temporary);
            Files.createFile(temporary, FILE_MODE);
            Files.writeString(temporary, text(address.get()));
            Files.move(temporary, addressFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String text(String address) {
        return address + "\n" + ProcessHandle.current().pid() + "\n";
    }

    /** Removes the address while nobody else can have written one, then frees the place. The lock's file stays. */
    @Override
    public void close() {
        try (channel) {
            if (isHeld()) {
                Files.deleteIfExists(addressFile);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{} is gone", addressFile);
        } catch (IOException e) {
            LOG.warn("{} cannot be removed", addressFile, e);
        }
    }
}
