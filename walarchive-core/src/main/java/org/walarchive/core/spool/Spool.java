package org.walarchive.core.spool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.postgres.WalFileName;

/**
 * Acknowledgements: notes beside the WAL that say of a file, this very one is durable in that archive. They are files
 * {@code .walarchive/archived/NAME} with the archive's address in the first line and the file's identity in the second.
 *
 * <p>A note is believed only if both lines are what they would be now, to the byte; all else is as if there were none, so the notes need no sync and may be
 * lost, torn or copied. Where they cannot be written, everything works without them. Safe for use by many threads and processes at once.
 */
public final class Spool {

    /** The directory of ours beside the segments. */
    public static final String DIRECTORY = ".walarchive";

    /**
     * By how much a file's last change has to lie back when it begins to be read, by the clock of its file system. A change after that has
     * another time then: the kernel's clock for files moves every 10 ms at the least.
     */
    static final Duration SETTLED = Duration.ofMillis(20);

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

    private static final FileAttribute<?> OWNER_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    static final FileAttribute<?> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path archived;
    private final AbandonedDirectories abandoned;
    private final ReadyFiles ready;
    private final Optional<String> address;
    private final Look look;

    /** How the identity of a file is had. */
    @FunctionalInterface
    interface Look {
        FileIdentity at(Path file) throws IOException;
    }

    Spool(Path walDirectory, Optional<String> address, Look look) {
        this.archived = walDirectory.resolve(DIRECTORY).resolve("archived");
        this.abandoned = new AbandonedDirectories(walDirectory.resolve(DIRECTORY), InstantSource.system());
        this.ready = new ReadyFiles(walDirectory);
        this.address = address;
        this.look = look;
    }

    /**
     * The notes of one archive on the WAL in a directory. Nothing is made yet.
     *
     * @param walDirectory {@code pg_wal}
     * @param address of {@link ArchiveAddress}
     */
    public static Spool beside(Path walDirectory, String address) {
        return new Spool(walDirectory, Optional.of(address), FileIdentity::of);
    }

    /** A spool of an archive without address: it believes nothing, and writes no note. */
    public static Spool unaddressed(Path walDirectory) {
        return new Spool(walDirectory, Optional.empty(), FileIdentity::of);
    }

    /** Tells whether this very file, as it is now, is durable in this archive. */
    public boolean isAcknowledged(Path file) {
        if (address.isEmpty()) {
            return false;
        }
        try {
            byte[] note = note(address.get(), look.at(file));
            try (InputStream stream = Files.newInputStream(path(file))) {
                return Arrays.equals(note, stream.readNBytes(note.length + 1));
            }
        } catch (IOException e) {
            if (!(e instanceof NoSuchFileException)) {
                LOG.debug("no acknowledgement of {}: {}", file, e.toString());
            }
            return false;
        }
    }

    /**
     * Looks at a file that is about to be read.
     *
     * @return what it is; empty if a change of it from now on might not be seen, because its last one is too young or lies in the future, or
     *     nothing can be told here
     */
    public Optional<FileIdentity> settled(Path file) {
        try {
            FileIdentity now = look.at(file);
            FileIdentity young = lookAtNewFile();
            boolean old = young.device() == now.device()
                    && !now.changed().isAfter(young.changed().minus(SETTLED));
            return old ? Optional.of(now) : Optional.empty();
        } catch (IOException e) {
            LOG.debug("{} cannot be acknowledged: {}", file, e.toString());
            return Optional.empty();
        }
    }

    /** Its time is what a change gets now: by the clock of whoever keeps the files, as coarse as it stamps. */
    private FileIdentity lookAtNewFile() throws IOException {
        Path probe = temporary(archived, "clock");
        try {
            return look.at(probe);
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /**
     * Notes that a file is durable in this archive. To be called when it is.
     *
     * @param before what {@link #settled} said before the file was opened
     * @return whether the file is still the same, and so what was read of it what it holds; the note may be missing all the same, if it
     *     could not be written
     */
    public boolean acknowledge(Path file, FileIdentity before) {
        try {
            if (!look.at(file).equals(before)) {
                LOG.debug("{} changed while it was archived, and is not acknowledged", file);
                return false;
            }
        } catch (IOException e) {
            LOG.debug("{} is not acknowledged: {}", file, e.toString());
            return false;
        }
        if (address.isPresent()) {
            try {
                write(path(file), note(address.get(), before));
            } catch (IOException e) {
                LOG.debug("{} cannot be acknowledged: {}", file, e.toString());
            }
        }
        return true;
    }

    /** Writes a note in one step, in place of one that is there. Its directory is one of ours, and made if it is missing. */
    static void write(Path file, byte[] note) throws IOException {
        Path temporary = temporary(file.resolveSibling(""), String.valueOf(file.getFileName()));
        try {
            Files.write(temporary, note, StandardOpenOption.WRITE);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Deletes the notes on files that PostgreSQL does not wait for any more, and what killed processes left.
     *
     * @return how many were deleted
     */
    public int sweep() {
        int deleted = abandoned.sweep();
        try (DirectoryStream<Path> notes = Files.newDirectoryStream(archived)) {
            for (Path note : notes) {
                if (!ready.contains(subject(note.getFileName().toString())) && Files.deleteIfExists(note)) {
                    deleted++;
                }
            }
        } catch (NoSuchFileException e) {
            return deleted;
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("{} cannot be swept: {}", archived, e.toString());
        }
        return deleted;
    }

    /** A temporary name is {@code .NAME.RANDOM}. */
    private static String subject(String note) {
        return note.startsWith(".") ? note.substring(1, Math.max(1, note.lastIndexOf('.'))) : note;
    }

    private static byte[] note(String address, FileIdentity identity) {
        return (address + "\n" + identity + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private Path path(Path file) {
        return archived.resolve(String.valueOf(file.getFileName()));
    }

    /** Makes an empty file of a name that nobody else has. */
    private static Path temporary(Path directory, String name) throws IOException {
        Path path = directory.resolve(
                "." + name + "." + Long.toHexString(ThreadLocalRandom.current().nextLong()));
        try {
            return Files.createFile(path, OWNER_FILE);
        } catch (NoSuchFileException e) {
            makeDirectory(directory.resolveSibling(""));
            makeDirectory(directory);
            return Files.createFile(path, OWNER_FILE);
        }
    }

    /** Returns the WAL files that a directory of ours has notes on; none if it is not there. */
    static List<WalFileName> names(Path directory) throws IOException {
        List<WalFileName> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                WalFileName.recognise(String.valueOf(entry.getFileName())).ifPresent(names::add);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            LOG.trace("nothing was ever noted in {}", directory);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    /** Makes the names in a directory durable. */
    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Makes a directory of ours that nobody else can enter, unless it is there.
     *
     * @throws NotDirectoryException if something else has its name, a link among it
     */
    public static void makeDirectory(Path directory) throws IOException {
        try {
            Files.createDirectory(directory, OWNER_DIRECTORY);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw (NotDirectoryException) new NotDirectoryException(directory.toString()).initCause(e);
            }
        }
    }
}
