package org.walarchive.core.drill;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.WalNotArchivedException;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.inventory.SegmentRange;
import org.walarchive.core.server.WalDirectory;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineHistory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/**
 * Where a recovery ended. PostgreSQL takes a segment that it does not get, or cannot read, for the end of WAL, and starts; whether
 * it is the end only the archive can tell.
 *
 * @param timeline the timeline it ended on
 * @param lsn the first position of the new timeline
 */
record RecoveryEnd(TimelineId timeline, Lsn lsn) {

    /**
     * Reads the end from the history of the timeline that the server began.
     *
     * @param dataDirectory of a server that has recovered from an archive
     */
    static RecoveryEnd read(Path dataDirectory) throws LocalFileException {
        Path directory = WalDirectory.in(dataDirectory).orElseGet(() -> dataDirectory.resolve("pg_wal"));
        try {
            Optional<Path> newest = Optional.empty();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.history")) {
                for (Path file : files) {
                    if (newest.isEmpty() || file.compareTo(newest.get()) > 0) {
                        newest = Optional.of(file);
                    }
                }
            }
            Path file = newest.orElseThrow(() -> new IOException("there is no history file in it"));
            TimelineId timeline =
                    WalFileName.parse(file.getFileName().toString()).timeline();
            TimelineHistory history = TimelineHistory.parse(timeline, RestoredFile.read(file));
            if (history.ancestors().isEmpty()) {
                throw new IllegalArgumentException(file + " names no timeline before its own");
            }
            TimelineHistory.Ancestor last =
                    history.ancestors().get(history.ancestors().size() - 1);
            return new RecoveryEnd(history.timelineAt(last.end().plus(-1)), last.end());
        } catch (IOException | IllegalArgumentException e) {
            throw new LocalFileException("cannot find out how far recovery came", directory + ": " + e, null, e);
        }
    }

    /**
     * Requires that the archive had nothing further on the timeline.
     *
     * @param archive what was there before recovery began
     * @throws WalNotArchivedException if a segment was missing
     * @throws CorruptArchiveException if a segment was there and could not be replayed
     */
    void requireEndOf(Inventory archive, WalSegmentSize size) throws ArchiveException {
        WalSegmentName here = WalSegmentName.containing(timeline, lsn, size);
        Optional<WalSegmentName> last = archive.wal().ranges(timeline, size).stream()
                .map(SegmentRange::end)
                .max(Long::compare)
                .map(end -> WalSegmentName.at(timeline, end - 1, size))
                .filter(segment -> segment.compareTo(here) > 0);
        if (last.isEmpty()) {
            return;
        }
        String message = "recovery ended at " + lsn + ", and the archive goes on to " + last.get();
        if (!archive.wal().contains(here)) {
            throw new WalNotArchivedException(
                    message,
                    "Segment " + here + " is missing.",
                    "Nothing after it can be recovered from this backup or an older one. Is the segment on a standby, or in the"
                            + " old server's pg_wal? Take a new base backup now.");
        }
        throw new CorruptArchiveException(
                message,
                "Segment " + here + " is in the archive, and its WAL cannot be replayed beyond that position.",
                "Is the segment damaged, or from another server? Take a new base backup now.");
    }
}
