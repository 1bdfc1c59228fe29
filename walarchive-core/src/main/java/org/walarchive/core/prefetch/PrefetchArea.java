package org.walarchive.core.prefetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.core.server.WalPageHeader;
import org.walarchive.core.spool.ArchiveAddress;
import org.walarchive.core.spool.FileIdentity;
import org.walarchive.core.spool.Spool;
import org.walarchive.core.spool.SpoolLock;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/**
 * The directory beside a server's WAL where prefetched segments wait. {@code NAME} is complete and synced once {@code NAME.ok}
 * stands beside it; names that begin with a dot are not. One process fills it, which holds the lock; whoever is asked for a segment may take
 * it.
 *
 * <p>A file is handed over by a rename and neither it nor the directory is synced then: PostgreSQL deletes {@code RECOVERYXLOG} before
 * it asks for a segment, syncs file and directory when it gives it its own name ({@code KeepFileRestoredFromArchive}), and after a crash
 * asks again. The content was synced before there was a ticket.
 */
final class PrefetchArea {

    private static final Logger LOG = LoggerFactory.getLogger(PrefetchArea.class);

    /** What PostgreSQL has {@code restore_command} write: {@code xlogarchive.c}. */
    private static final String TARGET = "RECOVERYXLOG";

    private static final String TICKET = ".ok";
    private static final String TEMPORARY = ".tmp";
    private static final String ASKED = ".asked";

    private static final FileAttribute<?> FILE_OF_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    /** What a killed process left under the name is overwritten: were it deleted first, who waits would take it for given up. */
    private static final Set<? extends OpenOption> ANEW = Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);

    private final Path walDirectory;
    private final Path ours;
    private final Path directory;
    private final String address;

    /**
     * Names the area beside a server's WAL.
     *
     * @param address the archive whose files are believed and put there
     */
    PrefetchArea(Path walDirectory, String address) {
        this.walDirectory = walDirectory.toAbsolutePath().normalize();
        this.ours = this.walDirectory.resolve(Spool.DIRECTORY);
        this.directory = ours.resolve("prefetch");
        this.address = address;
    }

    /**
     * Returns the area for an archive's files.
     *
     * @return empty if the archive's location cannot be written into a line
     */
    static Optional<PrefetchArea> of(ArchiveStore archive, Path walDirectory) {
        return ArchiveAddress.of(archive.config()).map(address -> new PrefetchArea(walDirectory, address));
    }

    Path walDirectory() {
        return walDirectory;
    }

    /**
     * Tells whether a file is asked for by a server that recovers: a segment, under the name that PostgreSQL has it written to. {@code
     * pg_rewind} and people ask for others. The launcher lets an agent write into a directory of its own, below ours.
     */
    boolean serves(WalFileName name, Path target) {
        Path absolute = target.toAbsolutePath();
        if (name.kind() != WalFileName.Kind.SEGMENT || !absolute.endsWith(TARGET)) {
            return false;
        }
        try {
            return absolute.getParent().toRealPath().startsWith(walDirectory.toRealPath());
        } catch (IOException e) {
            LOG.debug("{} is not in {}: {}", target, walDirectory, e.toString());
            return false;
        }
    }

    /**
     * Returns the segment that follows one which was fetched, going by the size that its header tells.
     *
     * @return empty if it cannot be told, or there is none
     */
    static Optional<WalSegmentName> following(WalSegmentName segment, Path file) {
        try {
            return WalPageHeader.parse(beginning(file, WalPageHeader.LENGTH))
                    .flatMap(WalPageHeader::walSegmentSize)
                    .flatMap(size -> Window.next(segment, size));
        } catch (IOException e) {
            LOG.debug("{} cannot be read: {}", file, e.toString());
            return Optional.empty();
        }
    }

    /** Makes the directories that are missing. The WAL directory itself has to be there. */
    void make() throws IOException {
        Spool.makeDirectory(ours);
        Spool.makeDirectory(directory);
    }

    /** Takes the lock on filling it, unless somebody has it. */
    Optional<SpoolLock> tryLock() throws IOException {
        return SpoolLock.tryLock(ours.resolve("prefetch.lock"));
    }

    /** Tells whether somebody fills it. */
    boolean isBeingFilled() {
        return exists() && SpoolLock.isHeld(ours.resolve("prefetch.lock"));
    }

    /** Returns how many bytes can be written to it. */
    long usableBytes() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    /** Tells whether a file of a segment's name is there, complete as far as its ticket says. */
    boolean isThere(WalSegmentName segment) {
        return Files.exists(file(segment), LinkOption.NOFOLLOW_LINKS);
    }

    /** Returns how much of a segment has been fetched so far; empty if it is not being fetched. */
    Optional<Long> fetchedBytes(WalSegmentName segment) {
        Optional<Long> fetched = length(temporary(segment));
        if (fetched.isPresent() || Files.exists(ticket(segment))) {
            return fetched;
        }
        return length(file(segment)); // between the rename and the ticket
    }

    private static Optional<Long> length(Path file) {
        try {
            return Optional.of(Files.size(file));
        } catch (IOException e) {
            LOG.trace("no length: {}", e.toString());
            return Optional.empty();
        }
    }

    /** Makes the file that a segment is fetched into. */
    FileChannel create(WalSegmentName segment) throws IOException {
        return FileChannel.open(temporary(segment), ANEW, FILE_OF_OWNER);
    }

    /**
     * Offers a segment that was fetched: its file has to be complete and synced.
     *
     * @param head its first {@link WalPageHeader#LENGTH} bytes
     */
    void offer(WalSegmentName segment, byte[] head) throws IOException {
        Files.deleteIfExists(ticket(segment));
        Files.move(temporary(segment), file(segment), StandardCopyOption.ATOMIC_MOVE);
        Ticket ticket = Ticket.of(address, FileIdentity.of(file(segment)).toString(), head);
        write(ticket(segment), ticket.bytes());
    }

    /** Writes a small file as a whole. */
    private void write(Path file, byte[] content) throws IOException {
        Path temporary = Files.createTempFile(directory, ".", TEMPORARY, FILE_OF_OWNER);
        try {
            Files.write(temporary, content, StandardOpenOption.WRITE);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Looks whether a segment waits: of this archive, the very file that was fetched, with the header that the name asks for.
     *
     * @return how large the cluster's segments are; empty if it does not wait, or anything about it is in doubt
     */
    Optional<WalSegmentSize> look(WalSegmentName segment) {
        try {
            Path file = file(segment);
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            byte[] ticket = beginning(ticket(segment), Ticket.LONGEST_BYTES);
            byte[] head = beginning(file, WalPageHeader.LENGTH);
            if (!attributes.isRegularFile()
                    || !Ticket.of(address, FileIdentity.of(file).toString(), head)
                            .isWrittenAs(ticket)) {
                return Optional.empty();
            }
            return WalPageHeader.parse(head)
                    .filter(header ->
                            header.mismatch(segment, attributes.size()).isEmpty())
                    .flatMap(WalPageHeader::walSegmentSize);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.debug("prefetched segment {} cannot be used: {}", segment, e.toString());
            return Optional.empty();
        }
    }

    private static byte[] beginning(Path file, int bytes) throws IOException {
        try (InputStream stream = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return stream.readNBytes(bytes);
        }
    }

    /**
     * Hands over a segment that waits.
     *
     * @return how large the cluster's segments are; empty if there is nothing to be handed over, and the target is not there then
     *     unless it was before
     */
    Optional<WalSegmentSize> take(WalSegmentName segment, Path target) {
        boolean moved = false;
        try {
            BasicFileAttributes seen = Files.readAttributes(file(segment), BasicFileAttributes.class);
            Optional<WalSegmentSize> size = look(segment);
            if (size.isEmpty()) {
                return size;
            }
            Files.move(file(segment), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            moved = true;
            if (isSame(seen, target)) {
                moved = false;
                LOG.debug("prefetched segment {} was handed over", segment);
                Files.deleteIfExists(ticket(segment));
                return size;
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.debug("prefetched segment {} cannot be handed over: {}", segment, e.toString());
        } finally {
            if (moved) {
                discard(target);
            }
        }
        return Optional.empty();
    }

    /** Between the look and the rename, something else got the segment's name. */
    private static void discard(Path target) {
        try {
            Files.deleteIfExists(target);
        } catch (IOException e) {
            LOG.warn("{} is to be deleted, and cannot be: {}", target, e.toString());
        }
    }

    /** The rename changes the time of the last change, and nothing else. */
    private static boolean isSame(BasicFileAttributes seen, Path target) throws IOException {
        BasicFileAttributes now = Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return seen.fileKey().equals(now.fileKey())
                && seen.size() == now.size()
                && seen.lastModifiedTime().equals(now.lastModifiedTime());
    }

    /** Tells whoever fills it which segment the server will ask for next. */
    void ask(WalSegmentName next) throws IOException {
        write(directory.resolve(ASKED), next.toString().getBytes(StandardCharsets.US_ASCII));
    }

    /** Returns what {@link #ask} left, once. */
    Optional<WalSegmentName> asked() throws IOException {
        Path file = directory.resolve(ASKED);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = new String(beginning(file, 25), StandardCharsets.US_ASCII);
        Files.deleteIfExists(file);
        return WalSegmentName.isValid(text) ? Optional.of(WalSegmentName.parse(text)) : Optional.empty();
    }

    /** Removes a segment, fetched or not. */
    void remove(WalSegmentName segment) throws IOException {
        Files.deleteIfExists(ticket(segment));
        Files.deleteIfExists(file(segment));
        Files.deleteIfExists(temporary(segment));
    }

    /**
     * Removes what is of no use; for the holder of the lock, while nothing is being fetched.
     *
     * @return the segments that wait, each with the size that its header tells
     */
    Map<WalSegmentName, WalSegmentSize> sweep() throws IOException {
        Map<WalSegmentName, WalSegmentSize> waiting = new HashMap<>();
        List<Path> others = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
            for (Path path : found) {
                String name = path.getFileName().toString();
                Optional<WalSegmentSize> size =
                        WalSegmentName.isValid(name) ? look(WalSegmentName.parse(name)) : Optional.empty();
                size.ifPresentOrElse(value -> waiting.put(WalSegmentName.parse(name), value), () -> others.add(path));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        for (Path path : others) {
            String name = path.getFileName().toString();
            boolean isTicket = waiting.keySet().stream().anyMatch(segment -> name.equals(segment + TICKET));
            if (!isTicket && !name.equals(ASKED)) {
                LOG.debug("{} was left behind, and is deleted", path);
                Files.deleteIfExists(path);
            }
        }
        return waiting;
    }

    /**
     * Removes what waits, where room is needed for what is wanted now. Anybody may: it is as if the files had been taken.
     *
     * @return whether there was anything
     */
    boolean makeRoom() {
        boolean removed = false;
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*" + TICKET)) {
            for (Path path : found) {
                String ticket = path.getFileName().toString();
                Files.deleteIfExists(path);
                removed |=
                        Files.deleteIfExists(directory.resolve(ticket.substring(0, ticket.length() - TICKET.length())));
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("{} cannot be emptied: {}", directory, e.toString());
        }
        return removed;
    }

    /** Tells whether the directory is there. */
    boolean exists() {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
    }

    /** Removes everything, and the directory; for the holder of the lock, while nothing is being fetched. */
    void clear() throws IOException {
        if (!exists()) {
            return;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
            for (Path path : found) {
                Files.deleteIfExists(path);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Files.deleteIfExists(directory);
    }

    private Path file(WalSegmentName segment) {
        return directory.resolve(segment.toString());
    }

    private Path ticket(WalSegmentName segment) {
        return directory.resolve(segment + TICKET);
    }

    private Path temporary(WalSegmentName segment) {
        return directory.resolve("." + segment + TEMPORARY);
    }
}
