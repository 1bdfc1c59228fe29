package org.walarchive.drill;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.walarchive.ProgressListener;
import org.walarchive.RecoveryTarget;
import org.walarchive.RestoreRequest;
import org.walarchive.TargetTimeline;
import org.walarchive.stability.Experimental;

/** What is drilled, and how. Immutable. */
@Experimental
public final class DrillRequest {

    /** After how long a drill fails unless told otherwise: a day. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofDays(1);

    /** The role and the database that are connected to unless told otherwise. */
    public static final String DEFAULT_USER = "postgres";

    private final String backup;
    private final Optional<RecoveryTarget> target;
    private final Optional<TargetTimeline> timeline;
    private final Path parentDirectory;
    private final Optional<Path> programs;
    private final Optional<Path> settings;
    private final Optional<String> query;
    private final String user;
    private final String database;
    private final Duration timeout;
    private final Keep keep;
    private final Optional<ProgressListener> progress;

    /** When the directory is left for a person to look at. */
    public enum Keep {
        /** Never. */
        NEVER,
        /** When the drill failed. */
        FAILED,
        /** Always. */
        ALWAYS
    }

    private DrillRequest(Builder builder) {
        backup = builder.backup;
        target = builder.target;
        timeline = builder.timeline;
        parentDirectory = builder.parentDirectory;
        programs = builder.programs;
        settings = builder.settings;
        query = builder.query;
        user = builder.user;
        database = builder.database;
        timeout = builder.timeout;
        keep = builder.keep;
        progress = builder.progress;
    }

    /**
     * Starts with a drill of the latest backup to the end of its WAL, in the directory for temporary files, without a query.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns which backup.
     *
     * @return a name, the beginning of one, or {@link RestoreRequest#LATEST}
     */
    public String backup() {
        return backup;
    }

    /**
     * Returns how far to recover.
     *
     * @return the target; empty for the end of the newest timeline's WAL
     */
    public Optional<RecoveryTarget> target() {
        return target;
    }

    /**
     * Returns which timeline to follow to the target.
     *
     * @return the timeline; empty for the one that {@link org.walarchive.RecoveryRequest#to} chooses
     */
    public Optional<TargetTimeline> timeline() {
        return timeline;
    }

    /**
     * Returns where the drill's directory is made.
     *
     * @return a directory
     */
    public Path parentDirectory() {
        return parentDirectory;
    }

    /**
     * Returns where the server's programs are.
     *
     * @return a directory with {@code postgres} in it; empty to look for one of the backup's version
     */
    public Optional<Path> programs() {
        return programs;
    }

    /**
     * Returns a file of settings for the server.
     *
     * @return the file, in the form of {@code postgresql.conf}
     */
    public Optional<Path> settings() {
        return settings;
    }

    /**
     * Returns what the server is asked.
     *
     * @return one or more statements
     */
    public Optional<String> query() {
        return query;
    }

    /**
     * Returns as whom to connect.
     *
     * @return a role of the restored cluster
     */
    public String user() {
        return user;
    }

    /**
     * Returns what to connect to.
     *
     * @return a database of the restored cluster
     */
    public String database() {
        return database;
    }

    /**
     * Returns after how long the drill fails.
     *
     * @return the time from the begin of the restore to the end of the query
     */
    public Duration timeout() {
        return timeout;
    }

    /**
     * Returns whether the directory stays.
     *
     * @return when
     */
    public Keep keep() {
        return keep;
    }

    /**
     * Returns who hears how far it is.
     *
     * @return the listener; empty for nobody
     */
    public Optional<ProgressListener> progress() {
        return progress;
    }

    /** Collects what a drill is to do. */
    public static final class Builder {

        private String backup = RestoreRequest.LATEST;
        private Optional<RecoveryTarget> target = Optional.empty();
        private Optional<TargetTimeline> timeline = Optional.empty();
        private Path parentDirectory = Path.of(System.getProperty("java.io.tmpdir"));
        private Optional<Path> programs = Optional.empty();
        private Optional<Path> settings = Optional.empty();
        private Optional<String> query = Optional.empty();
        private String user = DEFAULT_USER;
        private String database = DEFAULT_USER;
        private Duration timeout = DEFAULT_TIMEOUT;
        private Keep keep = Keep.NEVER;
        private Optional<ProgressListener> progress = Optional.empty();

        private Builder() {}

        /**
         * Chooses the backup.
         *
         * @param value a name, the beginning of one, or {@link RestoreRequest#LATEST}, which is the default
         * @return this
         */
        public Builder backup(String value) {
            backup = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Recovers to a target instead of to the end. {@link RestoreRequest#LATEST} then is the newest backup that leads there.
         *
         * @param value the target
         * @return this
         */
        public Builder target(RecoveryTarget value) {
            target = Optional.of(value);
            return this;
        }

        /**
         * Chooses the timeline that is followed to the target; without a target it has no effect.
         *
         * @param value the timeline
         * @return this
         */
        public Builder timeline(TargetTimeline value) {
            timeline = Optional.of(value);
            return this;
        }

        /**
         * Chooses where the drill's directory is made. It takes as much space as the files of the backup and what recovery adds.
         *
         * @param value a directory that exists; by default that of temporary files
         * @return this
         */
        public Builder parentDirectory(Path value) {
            parentDirectory = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Says where the server's programs are, instead of looking in {@code PATH}, at what {@code pg_config --bindir} says and in
         * the usual directories.
         *
         * @param value a directory that has {@code postgres}
         * @return this
         */
        public Builder programs(Path value) {
            programs = Optional.of(value);
            return this;
        }

        /**
         * Gives the server settings beyond those a drill needs, such as {@code shared_preload_libraries} of an extension whose WAL
         * only it can replay. They cannot switch on archiving or listening.
         *
         * @param value a file in the form of {@code postgresql.conf}
         * @return this
         */
        public Builder settings(Path value) {
            settings = Optional.of(value);
            return this;
        }

        /**
         * Asks the recovered server something.
         *
         * @param value one or more statements; the result of the last that has rows is reported; it may write, for all is thrown
         *     away
         * @return this
         */
        public Builder query(String value) {
            query = Optional.of(value);
            return this;
        }

        /**
         * Connects as another role than {@value DrillRequest#DEFAULT_USER}.
         *
         * @param value a role of the restored cluster
         * @return this
         */
        public Builder user(String value) {
            user = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Connects to another database than {@code postgres}.
         *
         * @param value a database of the restored cluster
         * @return this
         */
        public Builder database(String value) {
            database = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets a limit of time.
         *
         * @param value for restore, recovery and query together
         * @return this
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder timeout(Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("time-out " + value + " is not positive");
            }
            timeout = value;
            return this;
        }

        /**
         * Leaves the directory.
         *
         * @param value when; never by default
         * @return this
         */
        public Builder keep(Keep value) {
            keep = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Has somebody hear how far it is.
         *
         * @param listener called by the threads that do the work
         * @return this
         */
        public Builder progress(ProgressListener listener) {
            progress = Optional.of(listener);
            return this;
        }

        /**
         * Makes the request.
         *
         * @return what was collected
         */
        public DrillRequest build() {
            return new DrillRequest(this);
        }
    }
}
