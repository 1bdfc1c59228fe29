package org.walarchive.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.walarchive.postgres.WalFileName;
import org.walarchive.stability.Experimental;

/**
 * How an agent is doing.
 *
 * @param state what it does
 * @param processId its process; empty where there is no agent
 * @param address the archive it serves, as in {@code agent.address}; empty where there is no agent
 * @param startedAt since when; empty where there is no agent
 * @param metricsPort where metrics are served, if they are
 * @param readRateLimit what the agent was told that base backups may read, in bytes per second; empty for nothing
 * @param backlog what PostgreSQL waits for
 * @param archiving what it archived
 * @param nextAttemptAt when the agent archives what failed again, unless PostgreSQL asks for it before; empty where nothing waits for that
 * @param fetching what it fetched
 * @param lastFailure what went wrong last, whenever that was
 * @param dropped what was not archived, and PostgreSQL was told that it was
 */
@Experimental
public record AgentStatus(
        State state,
        OptionalLong processId,
        Optional<String> address,
        Optional<Instant> startedAt,
        OptionalInt metricsPort,
        OptionalLong readRateLimit,
        Backlog backlog,
        Archiving archiving,
        Optional<Instant> nextAttemptAt,
        Fetching fetching,
        Optional<Failure> lastFailure,
        Dropped dropped) {

    /** What an agent does. */
    public enum State {
        /** There is no agent. */
        NONE,
        /** It works. */
        RUNNING,
        /** It waits for its directory, which is gone, or was taken by another agent after it had been gone. */
        WAITING,
        /** The directory has another cluster than at the start: it refuses to archive and fetch. */
        REFUSING,
        /** It is being stopped. */
        STOPPING
    }

    /**
     * What PostgreSQL waits for: its {@code .ready} files.
     *
     * @param files how many WAL files are to be archived
     * @param acknowledged how many more are durable in the archive, and PostgreSQL has yet to hear so
     * @param oldest the one that PostgreSQL wants to be archived first, of those not durable
     * @param oldestSince since when that one is ready
     */
    public record Backlog(long files, long acknowledged, Optional<WalFileName> oldest, Optional<Instant> oldestSince) {

        /** An empty one. */
        public static final Backlog EMPTY = new Backlog(0, 0, Optional.empty(), Optional.empty());

        /**
         * Returns how long the oldest file has been waiting.
         *
         * @param now the time
         * @return zero where nothing waits
         */
        public Duration age(Instant now) {
            return oldestSince
                    .map(since -> Duration.between(since, now))
                    .filter(age -> !age.isNegative())
                    .orElse(Duration.ZERO);
        }
    }

    /**
     * What was archived since the start.
     *
     * @param files how many WAL files became durable, or were found to be there already
     * @param storedBytes what they took in the store
     * @param filesPerSecond the mean of the last minute
     * @param lastAt when the last one became durable
     * @param failures how many attempts failed
     * @param failuresInARow how many failed since the last success
     */
    public record Archiving(
            long files,
            long storedBytes,
            double filesPerSecond,
            Optional<Instant> lastAt,
            long failures,
            long failuresInARow) {

        /** Nothing. */
        public static final Archiving NONE = new Archiving(0, 0, 0, Optional.empty(), 0, 0);
    }

    /**
     * What was fetched since the start.
     *
     * @param files how many WAL files were delivered
     * @param prefetched how many of those had been fetched ahead
     * @param absent how many were asked for that the archive does not have
     * @param failures how many attempts failed
     */
    public record Fetching(long files, long prefetched, long absent, long failures) {

        /** Nothing. */
        public static final Fetching NONE = new Fetching(0, 0, 0, 0);
    }

    /**
     * What was given up since more WAL waited than {@link org.walarchive.ArchiveConfig#walQueueLimit} allows. The note is a file in the WAL directory; it stays
     * until somebody deletes it.
     *
     * @param files how many WAL files this agent dropped since its start
     * @param noted how many the note names, whoever dropped them, and how many of this agent's could not be noted; the oldest may have been forgotten, where
     *     there are thousands
     * @param postponed how many histories of timelines are still to be archived
     * @param last the last one that the note names
     * @param lastAt when that was
     */
    public record Dropped(
            long files, long noted, long postponed, Optional<WalFileName> last, Optional<Instant> lastAt) {

        /** Nothing. */
        public static final Dropped NONE = new Dropped(0, 0, 0, Optional.empty(), Optional.empty());

        /**
         * Tells whether WAL is missing in the archive, as far as nobody has deleted the note.
         *
         * @return whether anything was dropped
         */
        public boolean isAny() {
            return noted > 0;
        }
    }

    /**
     * What went wrong.
     *
     * @param message what, on one line
     * @param at when
     */
    public record Failure(String message, Instant at) {}

    /**
     * Tells whether a person should look: the agent refuses or waits, the last attempt to archive failed, or WAL was dropped.
     *
     * @return true if so; false where there is no agent
     */
    public boolean isInTrouble() {
        return state == State.REFUSING || state == State.WAITING || archiving.failuresInARow() > 0 || dropped.isAny();
    }
}
