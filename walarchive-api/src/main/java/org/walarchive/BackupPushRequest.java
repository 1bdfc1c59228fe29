package org.walarchive;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.walarchive.stability.Stable;

/** Of which data directory, and how, to take a base backup. Immutable. */
@Stable
public final class BackupPushRequest {

    /** How long to wait for the last WAL segment by default: {@value} minutes. */
    public static final int DEFAULT_WAL_WAIT_MINUTES = 10;

    /** Whether the server runs. */
    public enum Mode {
        /** The server runs; the backup is announced to it and ended again. */
        ONLINE,
        /** The server was shut down cleanly; the archive has, or is given, the segment of its last checkpoint. */
        OFFLINE
    }

    /** What is done with the server's configuration files in the data directory. */
    public enum ConfigurationFiles {
        /** They are in the backup, so that a restored server starts by itself. */
        INCLUDE,
        /** They are left out, as WAL-E does. */
        LEAVE_OUT
    }

    /** How the server makes the checkpoint that a backup begins with. */
    public enum Checkpoint {
        /** At once. */
        FAST,
        /** Spread over {@code checkpoint_completion_target}: gentle, and slow to begin. */
        SPREAD
    }

    private final Path dataDirectory;
    private final Mode mode;
    private final ConfigurationFiles configurationFiles;
    private final Checkpoint checkpoint;
    private final Optional<Duration> walWait;
    private final Optional<ReadRateLimit> readRateLimit;
    private final ServerConnection server;
    private final Optional<ProgressListener> progress;

    private BackupPushRequest(Builder builder) {
        dataDirectory = builder.dataDirectory;
        mode = builder.mode;
        configurationFiles = builder.configurationFiles;
        checkpoint = builder.checkpoint;
        walWait = builder.walWait;
        readRateLimit = builder.readRateLimit;
        server = builder.server;
        progress = builder.progress;
    }

    /**
     * Starts a request with the defaults: online, with configuration files, a fast checkpoint, waiting for the WAL for
     * {@value #DEFAULT_WAL_WAIT_MINUTES} minutes, the server found as libpq finds it without any environment variable.
     *
     * @param dataDirectory the server's data directory
     * @return a builder
     */
    public static Builder builder(Path dataDirectory) {
        return new Builder(dataDirectory);
    }

    /**
     * Returns the server's data directory.
     *
     * @return as it was given
     */
    public Path dataDirectory() {
        return dataDirectory;
    }

    /**
     * Returns whether the server runs.
     *
     * @return the mode
     */
    public Mode mode() {
        return mode;
    }

    /**
     * Returns what is done with configuration files.
     *
     * @return whether they are included
     */
    public ConfigurationFiles configurationFiles() {
        return configurationFiles;
    }

    /**
     * Returns how the checkpoint is made.
     *
     * @return fast or spread
     */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /**
     * Returns how long to wait until every WAL segment from start to stop is in the archive.
     *
     * @return the time, counted from the end of the upload; empty for not waiting at all, as WAL-E did not
     */
    public Optional<Duration> walWait() {
        return walWait;
    }

    /**
     * Returns how fast the data directory may be read.
     *
     * @return the limit, which may change while the backup runs; empty for none. The server's agent may be told another, which then holds
     *     instead: {@link WalArchive#limitClusterReads}
     */
    public Optional<ReadRateLimit> readRateLimit() {
        return readRateLimit;
    }

    /**
     * Returns how to reach the server.
     *
     * @return the connection's parameters
     */
    public ServerConnection server() {
        return server;
    }

    /**
     * Returns who hears how far it is.
     *
     * @return the listener; empty for nobody
     */
    public Optional<ProgressListener> progress() {
        return progress;
    }

    /** Builds a request. */
    public static final class Builder {
        private final Path dataDirectory;
        private Mode mode = Mode.ONLINE;
        private ConfigurationFiles configurationFiles = ConfigurationFiles.INCLUDE;
        private Checkpoint checkpoint = Checkpoint.FAST;
        private Optional<Duration> walWait = Optional.of(Duration.ofMinutes(DEFAULT_WAL_WAIT_MINUTES));
        private Optional<ReadRateLimit> readRateLimit = Optional.empty();
        private ServerConnection server = ServerConnection.builder().build();
        private Optional<ProgressListener> progress = Optional.empty();

        private Builder(Path dataDirectory) {
            this.dataDirectory = Objects.requireNonNull(dataDirectory);
        }

        /**
         * Sets whether the server runs.
         *
         * @param value the mode
         * @return this
         */
        public Builder mode(Mode value) {
            mode = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets what is done with configuration files.
         *
         * @param value whether they are included
         * @return this
         */
        public Builder configurationFiles(ConfigurationFiles value) {
            configurationFiles = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets how the checkpoint is made.
         *
         * @param value fast or spread
         * @return this
         */
        public Builder checkpoint(Checkpoint value) {
            checkpoint = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets how long to wait for the WAL.
         *
         * @param value more than zero
         * @return this
         * @throws IllegalArgumentException if it is not
         */
        public Builder walWait(Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("time to wait for WAL is not positive: " + value);
            }
            walWait = Optional.of(value);
            return this;
        }

        /**
         * Does not wait for the WAL: the backup is declared complete though it may not be restorable yet.
         *
         * @return this
         */
        public Builder withoutWalWait() {
            walWait = Optional.empty();
            return this;
        }

        /**
         * Sets how fast the data directory may be read.
         *
         * @param value the limit; not copied, so that it can be changed while the backup runs
         * @return this
         */
        public Builder readRateLimit(ReadRateLimit value) {
            readRateLimit = Optional.of(value);
            return this;
        }

        /**
         * Sets how to reach the server.
         *
         * @param value the connection's parameters
         * @return this
         */
        public Builder server(ServerConnection value) {
            server = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Has somebody hear how far it is. The data directory is then walked once more, beside the backup, to find out how much there is.
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
         * @return the request
         */
        public BackupPushRequest build() {
            return new BackupPushRequest(this);
        }
    }
}
