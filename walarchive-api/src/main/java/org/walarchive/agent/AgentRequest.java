package org.walarchive.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.walarchive.stability.Experimental;

/** Which server an agent serves, and how. Immutable. */
@Experimental
public final class AgentRequest {

    /** How many WAL files are archived at once unless told otherwise: {@value}. */
    public static final int DEFAULT_THREADS = 8;

    /** How many WAL files are fetched ahead in recovery unless told otherwise: {@value}, as WAL-E. */
    public static final int DEFAULT_PREFETCH = 8;

    /** How long what is under way may take after {@link ArchiveAgent#close} unless told otherwise. */
    public static final Duration DEFAULT_STOP_PATIENCE = Duration.ofSeconds(5);

    private final Path directory;
    private final Optional<Path> socket;
    private final int threads;
    private final int prefetch;
    private final OptionalInt metricsPort;
    private final Duration stopPatience;

    private AgentRequest(Builder builder) {
        directory = builder.directory;
        socket = builder.socket;
        threads = builder.threads;
        prefetch = builder.prefetch;
        metricsPort = builder.metricsPort;
        stopPatience = builder.stopPatience;
    }

    /**
     * Starts with the documented defaults.
     *
     * @param directory the server's data directory, or its WAL directory
     * @return a builder
     */
    public static Builder builder(Path directory) {
        return new Builder(directory);
    }

    /**
     * Returns which server.
     *
     * @return its data directory, or its WAL directory
     */
    public Path directory() {
        return directory;
    }

    /**
     * Returns where a second socket is.
     *
     * @return its path; empty for {@code .walarchive/agent.socket} in the WAL directory alone
     */
    public Optional<Path> socket() {
        return socket;
    }

    /**
     * Returns how many WAL files are archived at once.
     *
     * @return at least 1; {@value #DEFAULT_THREADS} by default
     */
    public int threads() {
        return threads;
    }

    /**
     * Returns how many WAL files are fetched ahead in recovery.
     *
     * @return at least 0; {@value #DEFAULT_PREFETCH} by default
     */
    public int prefetch() {
        return prefetch;
    }

    /**
     * Returns where metrics are served.
     *
     * @return a port of the loopback interface; empty for nowhere; 0 for any that is free
     */
    public OptionalInt metricsPort() {
        return metricsPort;
    }

    /**
     * Returns how long what is under way may take after {@link ArchiveAgent#close}.
     *
     * @return five seconds by default
     */
    public Duration stopPatience() {
        return stopPatience;
    }

    /** Collects what an agent is to do. */
    public static final class Builder {

        private final Path directory;
        private Optional<Path> socket = Optional.empty();
        private int threads = DEFAULT_THREADS;
        private int prefetch = DEFAULT_PREFETCH;
        private OptionalInt metricsPort = OptionalInt.empty();
        private Duration stopPatience = DEFAULT_STOP_PATIENCE;

        private Builder(Path directory) {
            this.directory = Objects.requireNonNull(directory);
        }

        /**
         * Listens on a second socket, for clients that are told a path, such as {@code walg_archive}.
         *
         * @param value a path of at most about a hundred bytes; its directory exists; a file that stands there is replaced
         * @return this
         */
        public Builder socket(Path value) {
            socket = Optional.of(value);
            return this;
        }

        /**
         * Sets how many WAL files are archived at once.
         *
         * @param value at least 1
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder threads(int value) {
            if (value < 1) {
                throw new IllegalArgumentException(value + " threads are less than 1");
            }
            threads = value;
            return this;
        }

        /**
         * Sets how many WAL files are fetched ahead in recovery.
         *
         * @param value at least 0, which is none
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder prefetch(int value) {
            if (value < 0) {
                throw new IllegalArgumentException("a prefetch of " + value + " is less than 0");
            }
            prefetch = value;
            return this;
        }

        /**
         * Serves metrics over HTTP, at {@code /metrics}, in the text form of Prometheus, to clients on the same machine.
         *
         * @param value a port, or 0 for any that is free
         * @return this
         * @throws IllegalArgumentException if it is no port
         */
        public Builder metricsPort(int value) {
            if (value < 0 || value > 65535) {
                throw new IllegalArgumentException(value + " is not a port");
            }
            metricsPort = OptionalInt.of(value);
            return this;
        }

        /**
         * Sets how long what is under way may take after {@link ArchiveAgent#close}.
         *
         * @param value not negative
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder stopPatience(Duration value) {
            if (value.isNegative()) {
                throw new IllegalArgumentException("stop patience " + value + " is negative");
            }
            stopPatience = value;
            return this;
        }

        /**
         * Makes the request.
         *
         * @return what was collected
         */
        public AgentRequest build() {
            return new AgentRequest(this);
        }
    }
}
