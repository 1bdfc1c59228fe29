package org.walarchive.core.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.LocalFileException;
import org.walarchive.core.spool.Spool;
import org.walarchive.core.spool.SpoolLock;

/**
 * The place of the one agent of a WAL directory: a lock, which the kernel takes back when the process ends however it ends, and the
 * file that says which archive is served.
 */
final class Seat implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Seat.class);
    private static final FileAttribute<?> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path addressFile;
    private final SpoolLock lock;
    private final Optional<String> address;
    private final boolean replacesKilled;

    private Seat(Path spool, SpoolLock lock, Optional<String> address, boolean replacesKilled) {
        this.addressFile = addressFile(spool);
        this.lock = lock;
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
        Spool.makeDirectory(spool);
        Files.setPosixFilePermissions(spool, PosixFilePermissions.fromString("rwx------"));
        SpoolLock lock = SpoolLock.tryLock(lockFile(spool)).orElse(null);
        if (lock == null) {
            throw taken(spool);
        }
        try {
            Seat seat = new Seat(spool, lock, address, Files.exists(addressFile(spool)));
            seat.requireAddress();
            return seat;
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    private static Path lockFile(Path spool) {
        return spool.resolve("agent.lock");
    }

    private static LocalFileException taken(Path spool) {
        return new LocalFileException(
                "another agent serves " + spool.getParent(),
                "It holds the lock " + lockFile(spool) + holder(spool),
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

    /** Tells whether the agent before left its address, which it deletes when it ends in order. */
    boolean replacesKilled() {
        return replacesKilled;
    }

    /** Tells whether the place is still taken: the lock is on the file that others would lock. */
    boolean isHeld() throws IOException {
        return lock.isInPlace();
    }

    /** Makes the address file say what it should. */
    void requireAddress() throws IOException {
        if (address.isEmpty()) {
            Files.deleteIfExists(addressFile);
        } else if (!Files.exists(addressFile) || !Files.readString(addressFile).equals(text(address.get()))) {
            Path temporary = addressFile.resolveSibling(".agent.address");
            Files.deleteIfExists(temporary);
            Files.createFile(temporary, FILE_MODE);
            Files.writeString(temporary, text(address.get()), StandardOpenOption.WRITE);
            Files.move(temporary, addressFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String text(String address) {
        return address + "\n" + ProcessHandle.current().pid() + "\n";
    }

    /** Removes the address while nobody else can have written one, then frees the place. The lock's file stays. */
    @Override
    public void close() {
        try (lock) {
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
