package org.walarchive.drill;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.stability.Experimental;

/**
 * What a drill found out.
 *
 * @param backup the backup
 * @param failure why it does not restore; empty if it does
 * @param begun when the drill began
 * @param elapsed how long each step took, as far as it came
 * @param serverVersion the server's version, such as {@code 17.11}, once it answered
 * @param systemIdentifier the cluster, once it was restored
 * @param restoredBytes the sum of the sizes of the files restored
 * @param walSegments how many WAL segments were replayed from the archive
 * @param lastSegment the last of them
 * @param reached how far recovery came, once it ended
 * @param result what the query gave
 * @param directory the drill's directory, if it was left
 */
@Experimental
public record DrillReport(
        BackupName backup,
        Optional<Failure> failure,
        Instant begun,
        Map<Step, Duration> elapsed,
        Optional<String> serverVersion,
        Optional<SystemIdentifier> systemIdentifier,
        long restoredBytes,
        int walSegments,
        Optional<WalSegmentName> lastSegment,
        Optional<Reached> reached,
        Optional<QueryResult> result,
        Optional<Path> directory) {

    /** Copies the map. */
    public DrillReport {
        Map<Step, Duration> copy = new EnumMap<>(Step.class);
        copy.putAll(elapsed);
        elapsed = Collections.unmodifiableMap(copy);
    }

    /** The steps of a drill, in their order. */
    public enum Step {
        /** The backup is restored. */
        RESTORE,
        /** A server starts on it and replays WAL. */
        RECOVER,
        /** The server is asked. */
        QUERY,
        /** The server is stopped and the directory deleted. */
        CLEAN_UP
    }

    /**
     * Why a backup does not restore, or why that could not be found out.
     *
     * @param step what was being done
     * @param cause the failure
     * @param serverLog the last lines that the server wrote to its log, if it had been started
     */
    public record Failure(Step step, ArchiveException cause, List<String> serverLog) {

        /** Copies the list. */
        public Failure {
            serverLog = List.copyOf(serverLog);
        }
    }

    /**
     * How far recovery came.
     *
     * @param timeline the timeline it ended on
     * @param lsn where it ended
     * @param lastTransaction when the last transaction that was replayed was committed; empty if there was none
     */
    public record Reached(TimelineId timeline, Lsn lsn, Optional<Instant> lastTransaction) {}

    /**
     * What a query gave.
     *
     * @param columns the names of the columns
     * @param rows the values as the server writes them, null where they are null; at most {@link #MAX_ROWS} rows
     * @param hasMore whether there were more rows
     */
    public record QueryResult(List<String> columns, List<List<@Nullable String>> rows, boolean hasMore) {

        /** How many rows are reported at most: {@value}. */
        public static final int MAX_ROWS = 1000;

        /** How many characters of a value are reported at most: {@value}. */
        public static final int MAX_CHARACTERS = 10_000;

        /** Copies the lists. */
        public QueryResult {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
        }
    }
}
