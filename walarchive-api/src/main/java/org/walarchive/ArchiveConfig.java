package org.walarchive;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.walarchive.stability.Stable;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

/** Where an archive lies and how to work with it. Immutable; {@link #toString} shows no secret. */
@Stable
public final class ArchiveConfig {

    /** How many tar partitions are uploaded or fetched at once by default: {@value}, as WAL-E. */
    public static final int DEFAULT_POOL_SIZE = 4;

    /** The most bytes of files in a tar partition by default: {@value}, WAL-E's 1.5 GiB. */
    public static final long DEFAULT_PARTITION_SIZE_BYTES = 1_610_612_736L;

    /** How long a call of the store is tried again by default, in seconds: {@value}. */
    public static final int DEFAULT_RETRY_DEADLINE_SECONDS = 60;

    /** How many base backups that can be restored every deletion leaves by default: {@value}. */
    public static final int DEFAULT_RETENTION_FLOOR = 1;

    /** The variables that may hold the location, in the order in which they are asked. */
    public static final List<String> LOCATION_VARIABLES = List.of(
            "WALARCHIVE_PREFIX",
            "WALE_FILE_PREFIX",
            "WALE_GS_PREFIX",
            "WALE_S3_PREFIX",
            "WALE_SWIFT_PREFIX",
            "WALE_WABS_PREFIX");

    private final StoreLocation location;
    private final StoreSettings storeSettings;
    private final Compression compression;
    private final Encryption encryption;
    private final int poolSize;
    private final long partitionSizeBytes;
    private final Duration retryDeadline;
    private final Optional<Duration> commandDeadline;
    private final OptionalInt retentionFloor;
    private final Optional<WalQueueLimit> walQueueLimit;
    private final ArchiveListener listener;
    private final Optional<BlobStoreProvider> storeProvider;
    private final Optional<ClassLoader> classLoader;

    private ArchiveConfig(Builder builder) {
        location = builder.location;
        storeSettings = builder.storeSettings;
        compression = builder.compression;
        encryption = builder.encryption;
        poolSize = builder.poolSize;
        partitionSizeBytes = builder.partitionSizeBytes;
        retryDeadline = builder.retryDeadline;
        commandDeadline = builder.commandDeadline;
        retentionFloor = builder.retentionFloor;
        walQueueLimit = builder.walQueueLimit;
        listener = builder.listener;
        storeProvider = builder.storeProvider;
        classLoader = builder.classLoader;
    }

    /**
     * Starts a configuration with the documented defaults.
     *
     * @param location such as {@code file://localhost/srv/archive}
     * @return a builder
     * @throws IllegalArgumentException if the text is not a location
     */
    public static Builder builder(String location) {
        return new Builder(StoreLocation.parse(location));
    }

    /**
     * Makes a configuration of environment variables: the first of {@link #LOCATION_VARIABLES} that is set,
     * {@code WALARCHIVE_COMPRESSION}, {@code WALARCHIVE_POOL_SIZE}, {@code WALARCHIVE_PARTITION_SIZE},
     * {@code WALARCHIVE_RETRY_DEADLINE} and {@code WALARCHIVE_COMMAND_DEADLINE} (seconds),
     * {@code WALARCHIVE_RETENTION_FLOOR}, {@code WALARCHIVE_QUEUE_MAX} ({@link WalQueueLimit#parse}), those of the OpenPGP keys
     * ({@code WALE_GPG_KEY_ID}, {@code WALARCHIVE_PGP_PUBLIC_KEYS}, {@code WALARCHIVE_PGP_PRIVATE_KEYS},
     * {@code WALARCHIVE_PGP_PASSPHRASE_FILE}, {@code WALARCHIVE_PGP_PASSPHRASE}, {@code WALARCHIVE_GPG_PROGRAM},
     * {@code GNUPGHOME}), and the store's own, which it finds in {@link #storeSettings}.
     *
     * @param environment variables by name, such as {@link System#getenv()}; copied
     * @return the configuration
     * @throws ConfigurationException if no location is set, or a value cannot be read
     */
    public static ArchiveConfig fromEnvironment(Map<String, String> environment) throws ConfigurationException {
        return EnvironmentReader.read(environment);
    }

    /**
     * Starts a changed copy.
     *
     * @return a builder with all values of this configuration
     */
    public Builder toBuilder() {
        return new Builder(location)
                .storeSettings(storeSettings)
                .compression(compression)
                .encryption(encryption)
                .poolSize(poolSize)
                .partitionSizeBytes(partitionSizeBytes)
                .retryDeadline(retryDeadline)
                .commandDeadline(commandDeadline)
                .retentionFloor(retentionFloor)
                .walQueueLimit(walQueueLimit)
                .listener(listener)
                .storeProvider(storeProvider)
                .classLoader(classLoader);
    }

    /**
     * Returns where the archive lies.
     *
     * @return the location
     */
    public StoreLocation location() {
        return location;
    }

    /**
     * Returns the settings that the store reads.
     *
     * @return the settings
     */
    public StoreSettings storeSettings() {
        return storeSettings;
    }

    /**
     * Returns how new objects are compressed.
     *
     * @return the compression; {@link Compression#LZO} by default
     */
    public Compression compression() {
        return compression;
    }

    /**
     * Returns the OpenPGP keys.
     *
     * @return the keys; {@link Encryption#none} by default
     */
    public Encryption encryption() {
        return encryption;
    }

    /**
     * Returns how many tar partitions are uploaded or fetched at once.
     *
     * @return at least 1; {@value #DEFAULT_POOL_SIZE} by default
     */
    public int poolSize() {
        return poolSize;
    }

    /**
     * Returns the most bytes of files in a tar partition; a larger file has one to itself.
     *
     * @return at least 1 MiB; {@value #DEFAULT_PARTITION_SIZE_BYTES} by default
     */
    public long partitionSizeBytes() {
        return partitionSizeBytes;
    }

    /**
     * Returns how long a call of the store that fails for a passing reason is tried again.
     *
     * @return the time from the first failure; {@value #DEFAULT_RETRY_DEADLINE_SECONDS} s by default; zero for no retry
     */
    public Duration retryDeadline() {
        return retryDeadline;
    }

    /**
     * Returns how long one call of a service ({@link WalService#push}, {@link BackupService#fetch} and so on) may take. What
     * is under way when the time is over is ended as by an interrupt, and the call fails with a
     * {@link StoreAccessException} that names this deadline; a fetch never answers that a file is absent then. What a
     * failed base backup has to undo is still undone, and may take somewhat longer.
     *
     * <p>There is none by default, since a base backup may take a day, and every single request of a store has time-outs
     * of its own. Where one is wanted:
     * <ul>
     *   <li>for {@code wal-push}, some minutes: PostgreSQL waits without limit for an {@code archive_command} that hangs,
     *       and calls it again after one that failed. Less than a segment takes over a slow line, plus
     *       {@link #retryDeadline}, would let archiving fail for ever;
     *   <li>for {@code wal-fetch}, rather none: recovery waits for one that hangs, and is stopped by one that failed.
     * </ul>
     *
     * @return the time from the beginning of the call; empty for no limit
     */
    public Optional<Duration> commandDeadline() {
        return commandDeadline;
    }

    /**
     * Returns how many base backups that can be restored a deletion has to leave, whatever its policy; see
     * {@link DeletionOverride#BELOW_FLOOR}.
     *
     * @return the number, if one was set; else {@link #DEFAULT_RETENTION_FLOOR} is in force, but for
     *     {@link DeletionPolicy.Everything}
     */
    public OptionalInt retentionFloor() {
        return retentionFloor;
    }

    /**
     * Returns how much WAL may wait before a push that fails drops its file instead: it is <strong>not archived</strong>, and the push returns
     * {@link WalPushResult#DROPPED}, for PostgreSQL to be told that it is, so that the server's disk does not fill. From there on there is no
     * recovery to a point in time until a new base backup is complete. Each dropped file is an {@link ArchiveEvent.WalDropped}, a warning in the
     * log, a line of {@code .walarchive/dropped} beside the WAL, and shown by {@link WalArchive#agentStatus}.
     *
     * <p>Only files are dropped that PostgreSQL waits for, only while the size of all of these is more than the limit, and only when the
     * archive failed within the last minute; what is known to be archived never is. Histories of timelines are not dropped but archived later
     * ({@link WalPushResult#POSTPONED}).
     *
     * @return the limit; empty by default: nothing is ever dropped
     */
    public Optional<WalQueueLimit> walQueueLimit() {
        return walQueueLimit;
    }

    /**
     * Returns who hears of events.
     *
     * @return the listener; by default one that does nothing
     */
    public ArchiveListener listener() {
        return listener;
    }

    /**
     * Returns the provider that opens the store.
     *
     * @return the provider; empty to find one by ServiceLoader
     */
    public Optional<BlobStoreProvider> storeProvider() {
        return storeProvider;
    }

    /**
     * Returns the class loader that engine and stores are looked for in.
     *
     * @return the loader; empty for the one of this library and, where that finds none, the context class loader of the thread that
     *     opens the archive
     */
    public Optional<ClassLoader> classLoader() {
        return classLoader;
    }

    /** Returns location, compression, keys and limits. */
    @Override
    public String toString() {
        return "ArchiveConfig[location=" + location + ", compression=" + compression + ", encryption=" + encryption
                + ", poolSize=" + poolSize
                + ", partitionSizeBytes=" + partitionSizeBytes + ", retryDeadline=" + retryDeadline
                + ", commandDeadline=" + commandDeadline.map(Duration::toString).orElse("none") + "]";
    }

    /** Builds a configuration. */
    public static final class Builder {
        private final StoreLocation location;
        private StoreSettings storeSettings = StoreSettings.none();
        private Compression compression = Compression.LZO;
        private Encryption encryption = Encryption.none();
        private int poolSize = DEFAULT_POOL_SIZE;
        private long partitionSizeBytes = DEFAULT_PARTITION_SIZE_BYTES;
        private Duration retryDeadline = Duration.ofSeconds(DEFAULT_RETRY_DEADLINE_SECONDS);
        private Optional<Duration> commandDeadline = Optional.empty();
        private OptionalInt retentionFloor = OptionalInt.empty();
        private Optional<WalQueueLimit> walQueueLimit = Optional.empty();
        private ArchiveListener listener = ArchiveListener.none();
        private Optional<BlobStoreProvider> storeProvider = Optional.empty();
        private Optional<ClassLoader> classLoader = Optional.empty();

        private Builder(StoreLocation location) {
            this.location = location;
        }

        /**
         * Sets the settings that the store reads.
         *
         * @param value the settings
         * @return this
         */
        public Builder storeSettings(StoreSettings value) {
            storeSettings = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets how new objects are compressed.
         *
         * @param value the compression
         * @return this
         */
        public Builder compression(Compression value) {
            compression = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets the OpenPGP keys.
         *
         * @param value to whom new objects are encrypted, and how encrypted ones are read
         * @return this
         */
        public Builder encryption(Encryption value) {
            encryption = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets how many tar partitions are uploaded or fetched at once.
         *
         * @param value at least 1
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder poolSize(int value) {
            if (value < 1) {
                throw new IllegalArgumentException("pool size " + value + " is less than 1");
            }
            poolSize = value;
            return this;
        }

        /**
         * Sets the most bytes of files in a tar partition.
         *
         * @param value at least 1 MiB
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder partitionSizeBytes(long value) {
            if (value < 1 << 20) {
                throw new IllegalArgumentException("partition size " + value + " is less than 1 MiB");
            }
            partitionSizeBytes = value;
            return this;
        }

        /**
         * Sets how long a failing call of the store is tried again.
         *
         * @param value the time from the first failure; zero for no retry
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder retryDeadline(Duration value) {
            if (value.isNegative()) {
                throw new IllegalArgumentException("retry deadline is negative: " + value);
            }
            retryDeadline = value;
            return this;
        }

        /**
         * Sets how long one call of a service may take; see {@link ArchiveConfig#commandDeadline}.
         *
         * @param value the time from the beginning of the call; more than zero
         * @return this
         * @throws IllegalArgumentException if it is not
         */
        public Builder commandDeadline(Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("command deadline " + value + " is not more than zero");
            }
            return commandDeadline(Optional.of(value));
        }

        /**
         * Sets how many base backups that can be restored a deletion has to leave.
         *
         * @param value zero or more
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder retentionFloor(int value) {
            if (value < 0) {
                throw new IllegalArgumentException("retention floor " + value + " is negative");
            }
            return retentionFloor(OptionalInt.of(value));
        }

        /**
         * Sets how much WAL may wait before files that cannot be archived are <strong>dropped</strong>; see {@link ArchiveConfig#walQueueLimit}.
         *
         * @param value the limit
         * @return this
         */
        public Builder walQueueLimit(WalQueueLimit value) {
            return walQueueLimit(Optional.of(value));
        }

        /**
         * Sets who hears of events.
         *
         * @param value the listener
         * @return this
         */
        public Builder listener(ArchiveListener value) {
            listener = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets the provider that opens the store, instead of looking for one.
         *
         * @param value a provider of the location's scheme
         * @return this
         */
        public Builder storeProvider(BlobStoreProvider value) {
            return storeProvider(Optional.of(value));
        }

        /**
         * Sets the class loader that engine and stores are looked for in.
         *
         * @param value the loader
         * @return this
         */
        public Builder classLoader(ClassLoader value) {
            return classLoader(Optional.of(value));
        }

        private Builder commandDeadline(Optional<Duration> value) {
            commandDeadline = value;
            return this;
        }

        private Builder retentionFloor(OptionalInt value) {
            retentionFloor = value;
            return this;
        }

        private Builder walQueueLimit(Optional<WalQueueLimit> value) {
            walQueueLimit = value;
            return this;
        }

        private Builder storeProvider(Optional<BlobStoreProvider> value) {
            storeProvider = value;
            return this;
        }

        private Builder classLoader(Optional<ClassLoader> value) {
            classLoader = value;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return the configuration
         */
        public ArchiveConfig build() {
            return new ArchiveConfig(this);
        }
    }
}
