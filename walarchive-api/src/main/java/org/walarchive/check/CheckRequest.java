package org.walarchive.check;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.walarchive.ServerConnection;
import org.walarchive.stability.Experimental;

/** What is checked, and what is still good. Immutable. */
@Experimental
public final class CheckRequest {

    /** For how long a segment may take to the archive unless told otherwise. */
    public static final Duration DEFAULT_ARCHIVE_TIMEOUT = Duration.ofSeconds(60);

    /** How old the newest base backup may be unless told otherwise. */
    public static final Duration DEFAULT_MAX_BACKUP_AGE = Duration.ofDays(8);

    private final ServerConnection server;
    private final Optional<Path> dataDirectory;
    private final RoundTrip roundTrip;
    private final Duration archiveTimeout;
    private final Duration maxBackupAge;

    /** Whether a WAL segment is sent to the archive and fetched back. */
    public enum RoundTrip {
        /** The server begins a new segment, and the one before is fetched back when it is archived. */
        SWITCH_SEGMENT,
        /** The server is only asked. */
        NONE
    }

    private CheckRequest(Builder builder) {
        server = builder.server;
        dataDirectory = builder.dataDirectory;
        roundTrip = builder.roundTrip;
        archiveTimeout = builder.archiveTimeout;
        maxBackupAge = builder.maxBackupAge;
    }

    /**
     * Starts with the server that libpq's defaults lead to, and with a round trip.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns how to reach the server.
     *
     * @return the parameters
     */
    public ServerConnection server() {
        return server;
    }

    /**
     * Returns the directory that is to be the server's.
     *
     * @return the directory; empty for the one that the server names
     */
    public Optional<Path> dataDirectory() {
        return dataDirectory;
    }

    /**
     * Returns whether a segment is sent and fetched back.
     *
     * @return which
     */
    public RoundTrip roundTrip() {
        return roundTrip;
    }

    /**
     * Returns for how long a segment may take to the archive.
     *
     * @return more than zero
     */
    public Duration archiveTimeout() {
        return archiveTimeout;
    }

    /**
     * Returns how old the newest base backup may be.
     *
     * @return more than zero
     */
    public Duration maxBackupAge() {
        return maxBackupAge;
    }

    /** Builds a request. */
    public static final class Builder {

        private ServerConnection server = ServerConnection.builder().build();
        private Optional<Path> dataDirectory = Optional.empty();
        private RoundTrip roundTrip = RoundTrip.SWITCH_SEGMENT;
        private Duration archiveTimeout = DEFAULT_ARCHIVE_TIMEOUT;
        private Duration maxBackupAge = DEFAULT_MAX_BACKUP_AGE;

        private Builder() {}

        /**
         * Sets how to reach the server.
         *
         * @param value the parameters
         * @return this
         */
        public Builder server(ServerConnection value) {
            server = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets the directory that is to be the server's.
         *
         * @param value the data directory
         * @return this
         */
        public Builder dataDirectory(Path value) {
            dataDirectory = Optional.of(value);
            return this;
        }

        /**
         * Sets whether a segment is sent and fetched back.
         *
         * @param value which
         * @return this
         */
        public Builder roundTrip(RoundTrip value) {
            roundTrip = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets for how long a segment may take to the archive.
         *
         * @param value more than zero
         * @return this
         * @throws IllegalArgumentException if it is not
         */
        public Builder archiveTimeout(Duration value) {
            archiveTimeout = positive(value, "time for a segment");
            return this;
        }

        /**
         * Sets how old the newest base backup may be.
         *
         * @param value more than zero
         * @return this
         * @throws IllegalArgumentException if it is not
         */
        public Builder maxBackupAge(Duration value) {
            maxBackupAge = positive(value, "age of a backup");
            return this;
        }

        private static Duration positive(Duration value, String what) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(what + " is not more than zero: " + value);
            }
            return value;
        }

        /**
         * Makes the request.
         *
         * @return the request
         */
        public CheckRequest build() {
            return new CheckRequest(this);
        }
    }
}
