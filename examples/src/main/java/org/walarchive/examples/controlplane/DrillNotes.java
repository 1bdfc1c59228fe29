package org.walarchive.examples.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** When the last drill of each cluster passed: a file each, for a drill leaves nothing in the archive. */
final class DrillNotes {

    private static final Logger LOG = Logger.getLogger(DrillNotes.class.getName());

    private final Path directory;

    /** Makes the directory, if it is not there. */
    DrillNotes(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /** Returns empty where there is no note, or one that nobody can read: one drill too many does no harm. */
    Optional<Instant> last(String cluster) {
        Path file = directory.resolve(cluster + ".drilled");
        try {
            return Files.exists(file)
                    ? Optional.of(Instant.parse(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (IOException | DateTimeException e) {
            LOG.log(Level.WARNING, e, () -> file + " cannot be read");
            return Optional.empty();
        }
    }

    void write(String cluster, Instant when) {
        Path file = directory.resolve(cluster + ".drilled");
        try {
            Files.writeString(file, when + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
