package org.walarchive.core.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.postgres.WalFileName;

/**
 * The note of WAL files that were dropped: {@code .walarchive/dropped}, a line {@code TIME NAME} for each. It is for people and their monitoring, who delete it
 * when they have taken a new base backup; nothing is decided by it. Beside it lies until when the archive is not tried again, once it has failed.
 */
public final class DroppedFiles {

    /** The name of the note. */
    public static final String NAME = "dropped";

    /** A longer note becomes {@code dropped.old}, in place of the one before: some 4600 files, which is a gap of 72 GB with segments of 16 MiB. */
    static final int LONGEST_NOTE = 256 * 1024;

    /** A time further away was written with another clock. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(DroppedFiles.class);

    private final Path walDirectory;
    private final Path directory;
    private final Path note;
    private final Path old;
    private final Path pause;

    /**
     * What was dropped.
     *
     * @param files how many, each counted once
     * @param last the last of them
     * @param lastAt when that was
     */
    public record Summary(long files, Optional<WalFileName> last, Optional<Instant> lastAt) {}

    /** Of the directory of WAL, {@code pg_wal}. Nothing is made yet. */
    public DroppedFiles(Path walDirectory) {
        this.walDirectory = walDirectory;
        directory = walDirectory.resolve(Spool.DIRECTORY);
        note = directory.resolve(NAME);
        old = directory.resolve(NAME + ".old");
        pause = directory.resolve(NAME + ".pause");
    }

    /** Notes a file, durably. */
    public void note(WalFileName name, Instant at) throws IOException {
        Spool.makeDirectory(directory);
        if (Files.exists(note) && Files.size(note) >= LONGEST_NOTE) {
            Files.move(note, old, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        // At the end of the file, and as a rule in one write, so that lines of several processes do not mix; behind a
        // line of which a full disk took only a part.
        ByteBuffer line = ByteBuffer.wrap(("\n" + at + " " + name + "\n").getBytes(StandardCharsets.US_ASCII));
        try (FileChannel channel = FileChannel.open(
                note, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND), Spool.OWNER_FILE)) {
            while (line.hasRemaining()) {
                channel.write(line);
            }
            channel.force(true);
        }
        Spool.sync(directory);
        // Whoever made our directory may not have made that durable.
        Spool.sync(walDirectory);
    }

    /** Reads the note; lines that are none are passed over. */
    public Summary read() {
        Map<WalFileName, Instant> files = new LinkedHashMap<>();
        read(old, files);
        read(note, files);
        Optional<WalFileName> last = files.keySet().stream().reduce((earlier, later) -> later);
        return new Summary(files.size(), last, last.map(files::get));
    }

    private static void read(Path path, Map<WalFileName, Instant> files) {
        try {
            for (String line : Files.readAllLines(path, StandardCharsets.ISO_8859_1)) {
                readLine(line, files);
            }
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            LOG.warn("{} cannot be read: {}", path, e.toString());
        }
    }

    private static void readLine(String line, Map<WalFileName, Instant> files) {
        int blank = line.indexOf(' ');
        Optional<WalFileName> name = WalFileName.recognise(line.substring(blank + 1));
        if (blank < 0 || name.isEmpty()) {
            return;
        }
        try {
            Instant at = Instant.parse(line.substring(0, blank));
            files.remove(name.get());
            files.put(name.get(), at);
        } catch (DateTimeParseException e) {
            LOG.debug("\"{}\" was not written here: {}", line, e.toString());
        }
    }

    /** Has the archive not be tried for a while, by whichever process. */
    public void pause(Instant now, Duration length) {
        Duration most = length.compareTo(LONGEST_PAUSE) < 0 ? length : LONGEST_PAUSE;
        try {
            Spool.makeDirectory(directory);
            if (!Files.exists(pause)) {
                Files.createFile(pause, Spool.OWNER_FILE);
            }
            Files.setLastModifiedTime(pause, FileTime.from(now.plus(most)));
        } catch (IOException e) {
            LOG.debug("{} cannot be written, and the next file is tried too: {}", pause, e.toString());
        }
    }

    /** Tells whether the archive is not to be tried. */
    public boolean isPaused(Instant now) {
        try {
            Instant end = Files.getLastModifiedTime(pause).toInstant();
            return now.isBefore(end) && !now.plus(LONGEST_PAUSE).isBefore(end);
        } catch (IOException e) {
            return false;
        }
    }

    /** The archive works. */
    public void endPause() {
        try {
            Files.deleteIfExists(pause);
        } catch (IOException e) {
            LOG.debug("{} cannot be deleted: {}", pause, e.toString());
        }
    }
}
