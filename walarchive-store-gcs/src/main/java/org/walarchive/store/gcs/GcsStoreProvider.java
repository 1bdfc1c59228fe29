package org.walarchive.store.gcs;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.walarchive.stability.Stable;
import org.walarchive.store.BlobStore;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreFeature;
import org.walarchive.store.StoreKeys;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

/**
 * Opens stores in buckets: {@code gs://bucket/some/dir}. A blob of key {@code k} is the object {@code /some/dir/k}, whose name
 * begins with a slash, as WAL-E names it.
 *
 * <p><b>Settings.</b> What the {@link #builder} sets wins over the settings of the call, which have the names of the
 * environment ({@code GOOGLE_APPLICATION_CREDENTIALS}, …; docs/stores/gcs.md has all). A credential that neither names is looked
 * for as Google's other clients do: in the environment of the process, in the files of gcloud, on the metadata server.
 *
 * <p><b>Puts.</b> The content is buffered up to three chunks of 8 MiB. What fits is put by one request; larger content by a
 * resumable upload, one chunk after the other, of which three at most are in memory. An upload that fails is cancelled; one
 * that cannot be, for want of a connection, expires by itself within a week and is no object until then.
 *
 * <p><b>{@link StoreFeature#ATOMIC_IF_ABSENT}</b> is declared: the service writes under {@code ifGenerationMatch=0} in one step.
 *
 * <p><b>Integrity.</b> Every put carries the CRC-32C of all its content, with the only request or with that of the last chunk
 * ({@code X-Goog-Hash}), and the service refuses other content before the object appears. The answer's length and checksum are
 * compared as well; should they differ, that very generation of the object is deleted again. Every blob is verified while
 * it is read, by the CRC-32C that the service keeps.
 */
@Stable
public final class GcsStoreProvider implements BlobStoreProvider {

    private static final int MAX_NAME_BYTES = 1024;
    private static final Duration IDLE = Duration.ofSeconds(30);

    /** Settings of which one from here and another from there make no sense. */
    private static final Set<String> ENDPOINTS = Set.of(SettingsReader.EMULATOR, SettingsReader.ENDPOINT);

    private final Map<String, String> settings;

    /** Makes a provider that takes everything from the settings of the call. */
    public GcsStoreProvider() {
        this(Map.of());
    }

    private GcsStoreProvider(Map<String, String> settings) {
        this.settings = Map.copyOf(settings);
    }

    /**
     * Returns a builder of providers with settings of their own.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns {@code gs}. */
    @Override
    public Set<String> schemes() {
        return Set.of("gs");
    }

    /** Opens a store without a request to any service. The file of the credential, if one is named, is read. */
    @Override
    public BlobStore open(StoreLocation location, StoreSettings given) throws StoreException {
        requireValid(location);
        GcsConfig config = SettingsReader.read(given.behind(settings, List.of(ENDPOINTS)));
        ExecutorService threads = threads(location);
        return new GcsBlobStore(new GcsBucket(location), config, GcsConnection.open(config, threads), threads);
    }

    private static ExecutorService threads(StoreLocation location) {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "walarchive-gcs");
                    thread.setDaemon(true);
                    return thread;
                },
                (task, pool) -> {
                    throw new IllegalStateException("store " + location + " is closed");
                });
    }

    private static void requireValid(StoreLocation location) throws StoreException {
        if (!location.scheme().equals("gs")) {
            throw new StoreException(Kind.INVALID, "location " + location + " is not of scheme \"gs\"");
        }
        if (location.container().isEmpty()) {
            throw new StoreException(
                    Kind.INVALID,
                    "location " + location + " names no bucket",
                    "Locations are of the form gs://bucket/some/dir; is a variable in it empty?",
                    null);
        }
        StoreKeys.requireRoom(location, MAX_NAME_BYTES - 1);
    }

    /** Returns the names that the builder set, without their values. */
    @Override
    public String toString() {
        return "GcsStoreProvider" + StoreSettings.of(settings);
    }

    /** Builds providers with settings of their own. */
    public static final class Builder {

        private final Map<String, String> settings = new HashMap<>();

        private Builder() {}

        /**
         * Sets the file of the credential, as {@code GOOGLE_APPLICATION_CREDENTIALS} does.
         *
         * @param file the key of a service account, or another of the files that Google's clients read
         * @return this
         */
        public Builder credentialsFile(Path file) {
            return set(SettingsReader.CREDENTIALS, file.toString());
        }

        /**
         * Sets a service other than {@code https://storage.googleapis.com}, such as a private endpoint. It is sent the credential.
         *
         * @param endpoint {@code https://host}
         * @return this
         */
        public Builder endpoint(String endpoint) {
            ENDPOINTS.forEach(settings::remove);
            return set(SettingsReader.ENDPOINT, endpoint);
        }

        /**
         * Sets the address of an emulator, as {@code STORAGE_EMULATOR_HOST} does. It is sent no credential.
         *
         * @param endpoint {@code http://host:port}
         * @return this
         */
        public Builder emulator(String endpoint) {
            ENDPOINTS.forEach(settings::remove);
            return set(SettingsReader.EMULATOR, endpoint);
        }

        /**
         * Sets the project that pays for requests to a bucket whose owner does not.
         *
         * @param project its name
         * @return this
         */
        public Builder userProject(String project) {
            return set(SettingsReader.USER_PROJECT, project);
        }

        /**
         * Sets the storage class of new objects. Default: the bucket's.
         *
         * @param storageClass such as {@code NEARLINE}
         * @return this
         */
        public Builder storageClass(String storageClass) {
            return set(SettingsReader.STORAGE_CLASS, storageClass);
        }

        /**
         * Sets the key of Cloud KMS that new objects are encrypted with. Default: the bucket's.
         *
         * @param name {@code projects/…/locations/…/keyRings/…/cryptoKeys/…}
         * @return this
         */
        public Builder kmsKey(String name) {
            return set(SettingsReader.KMS_KEY, name);
        }

        /**
         * Sets how long a connection may take. Default 5 s.
         *
         * @param timeout above 0, up to an hour
         * @return this
         */
        public Builder connectTimeout(Duration timeout) {
            return set(SettingsReader.CONNECT_TIMEOUT, seconds(timeout));
        }

        /**
         * Sets how long an established connection may stall, in either direction. Default 25 s.
         *
         * @param timeout above 0, up to an hour
         * @return this
         */
        public Builder readTimeout(Duration timeout) {
            return set(SettingsReader.READ_TIMEOUT, seconds(timeout));
        }

        private static String seconds(Duration timeout) {
            return BigDecimal.valueOf(timeout.toMillis(), 3).toPlainString();
        }

        Builder set(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /**
         * Makes the provider. The settings are checked when it opens a store.
         *
         * @return a new provider
         */
        public GcsStoreProvider build() {
            return new GcsStoreProvider(settings);
        }
    }
}
