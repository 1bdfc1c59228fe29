package org.walarchive.core.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.walarchive.LocalFileException;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentSize;

/**
 * What {@code global/pg_control} of a PostgreSQL 9.4 to 18 cluster says.
 *
 * @param systemIdentifier which cluster it is
 * @param controlVersion the layout of the file, such as 1300 for PostgreSQL 13 to 16
 * @param catalogVersion the layout of the system catalogs, such as 202209061
 * @param state what the server did when it wrote the file
 * @param checkpoint where the record of the last checkpoint (or restart point) begins
 * @param previousCheckpoint where that of the one before begins; kept by 10 and older
 * @param redo where recovery from that checkpoint begins
 * @param timeline the timeline of that checkpoint
 * @param previousTimeline the timeline before it, if the checkpoint ends a recovery that switched; else the same
 * @param minRecoveryPoint how far recovery must get before the data is consistent; 0/0 outside of recovery
 * @param minRecoveryPointTimeline the timeline of that point; empty outside of recovery
 * @param parameters settings of the server that its WAL depends on
 * @param blockSize the size of pages of relations, in bytes
 * @param walSegmentSize the size of WAL segments
 * @param dataChecksumVersion 0 where pages have no checksums
 * @param clusterSecret random bytes that the members of the cluster share, and nobody else has; since 10
 * @param bytes the whole file as it was read
 */
public record ControlFile(
        SystemIdentifier systemIdentifier,
        int controlVersion,
        int catalogVersion,
        State state,
        Lsn checkpoint,
        Optional<Lsn> previousCheckpoint,
        Lsn redo,
        TimelineId timeline,
        TimelineId previousTimeline,
        Lsn minRecoveryPoint,
        Optional<TimelineId> minRecoveryPointTimeline,
        Parameters parameters,
        int blockSize,
        WalSegmentSize walSegmentSize,
        int dataChecksumVersion,
        Optional<byte[]> clusterSecret,
        byte[] bytes) {

    /** Where the file is in a data directory. */
    public static final String PATH = "global/pg_control";

    /** More than a control file has; one that was restored from an archive may be of any length. */
    private static final int MOST_BYTES = 64 * 1024;

    private static final int ATTEMPTS = 10;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /**
     * Settings that a server which replays the cluster's WAL must not have lower.
     *
     * @param maxConnections {@code max_connections}
     * @param maxWorkerProcesses {@code max_worker_processes}
     * @param maxWalSenders {@code max_wal_senders}; kept since 12
     * @param maxPreparedTransactions {@code max_prepared_transactions}
     * @param maxLocksPerTransaction {@code max_locks_per_transaction}
     */
    public record Parameters(
            int maxConnections,
            int maxWorkerProcesses,
            Optional<Integer> maxWalSenders,
            int maxPreparedTransactions,
            int maxLocksPerTransaction) {}

    /** {@code DBState} of {@code pg_control.h}, in its order. */
    public enum State {
        /** The server is starting. */
        STARTUP,
        /** The server was shut down cleanly. */
        SHUT_DOWN,
        /** The server was shut down cleanly while in recovery. */
        SHUT_DOWN_IN_RECOVERY,
        /** The server is shutting down. */
        SHUTTING_DOWN,
        /** The server recovers from a crash. */
        IN_CRASH_RECOVERY,
        /** The server replays archived WAL, perhaps as a standby. */
        IN_ARCHIVE_RECOVERY,
        /** The server runs, or was ended without a shutdown. */
        IN_PRODUCTION;

        /**
         * Tells whether nothing is running and nothing needs to be recovered.
         *
         * @return true after a clean shutdown, be it of a primary or of a standby
         */
        public boolean isShutDown() {
            return this == SHUT_DOWN || this == SHUT_DOWN_IN_RECOVERY;
        }
    }

    /** Copies the bytes. */
    public ControlFile {
        bytes = bytes.clone();
    }

    /**
     * Reads the file of a data directory. While the server runs, a read may see a write half done: such a read is
     * repeated, up to ten times, as PostgreSQL's programs do ({@code controldata_utils.c}), but not once the same wrong
     * checksum came twice.
     *
     * @param dataDirectory the data directory
     * @return its contents
     * @throws IOException if it cannot be read; names the file
     * @throws LocalFileException if it is damaged, or of an unknown release
     */
    public static ControlFile read(Path dataDirectory) throws IOException, LocalFileException {
        Path file = dataDirectory.resolve(PATH);
        return read(file.toString(), () -> begin(file), () -> LockSupport.parkNanos(PAUSE_NANOS));
    }

    private static byte[] begin(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            return stream.readNBytes(MOST_BYTES);
        } catch (FileSystemException | ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) { // read(2) failed, and Java does not say of what
            FileSystemException named = new FileSystemException(file.toString(), null, e.getMessage());
            named.initCause(e);
            throw named;
        }
    }

    /** Where the bytes come from. */
    interface Source {
        byte[] read() throws IOException;
    }

    static ControlFile read(String name, Source source, Runnable pause) throws IOException, LocalFileException {
        ControlFileParser parser = new ControlFileParser(name);
        byte[] bytes = source.read();
        Optional<Integer> wrongCrc = parser.wrongCrc(bytes);
        for (int attempt = 1; wrongCrc.isPresent() && attempt < ATTEMPTS; attempt++) {
            pause.run();
            bytes = source.read();
            Optional<Integer> again = parser.wrongCrc(bytes);
            if (again.equals(wrongCrc)) {
                break;
            }
            wrongCrc = again;
        }
        return parser.parse(bytes);
    }

    /**
     * Reads the contents of the file.
     *
     * @param bytes the whole file
     * @return what it says
     * @throws LocalFileException if it is damaged, or of an unknown release
     */
    public static ControlFile parse(byte[] bytes) throws LocalFileException {
        return new ControlFileParser("pg_control").parse(bytes);
    }

    /**
     * Returns the whole file as it was read.
     *
     * @return a copy
     */
    @Override
    public byte[] bytes() {
        return bytes.clone();
    }
}
