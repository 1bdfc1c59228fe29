package org.walarchive.store.swift;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * Opens stores in containers of OpenStack Swift: {@code swift://container/some/dir}. A blob of key {@code k} is the object
 * {@code /some/dir/k}, whose name begins with a slash, as WAL-E names it.
 *
 * <p><b>Settings.</b> What the {@link #builder} sets wins over the settings of the call, which have the names of the
 * environment ({@code SWIFT_AUTHURL}, {@code SWIFT_USER}, …; docs/stores/swift.md has all). Tokens are got from TempAuth
 * ({@code SWIFT_AUTH_VERSION=1}) or from Keystone (2, the default as in WAL-E, and 3), and renewed when they end.
 *
 * <p><b>Puts.</b> The content is buffered up to three segments of 8 MiB. What fits is put by one request. Larger content
 * becomes a static large object: segments, whose names begin with {@code walarchive-segments/} and are in no list of an
 * archive, and a manifest that makes them one object at once. Segments are deleted when the put fails, and with the
 * blob. Where it cannot be known whether the manifest was written, because its answer was lost, they are left for the next
 * put or delete of the same key. From the hundredth segment on segments double in size every hundred, so that an object of
 * unknown length can have 799 GiB; memory grows likewise, to some hundredth of the object.
 *
 * <p><b>{@link StoreFeature#ATOMIC_IF_ABSENT}</b> is not declared: Swift honours {@code If-None-Match}, but of writers at the same
 * moment several may win. The key is looked for before each put with {@code IF_ABSENT}, and the header is sent as well.
 *
 * <p><b>Integrity.</b> Every put carries the MD5 of each object, which Swift verifies; every read is held to the MD5 that Swift
 * keeps, of a large object segment by segment.
 */
@Stable
public final class SwiftStoreProvider implements BlobStoreProvider {

    /** Settings of which one from here and another from there make no sense. */
    private static final List<Set<String>> TOGETHER = List.of(
            Set.of(SettingsReader.USER, SettingsReader.USER_ID, SettingsReader.PASSWORD),
            Set.of(
                    SettingsReader.TENANT,
                    SettingsReader.TENANT_ID,
                    SettingsReader.PROJECT_NAME,
                    SettingsReader.PROJECT_ID),
            Set.of(SettingsReader.USER_DOMAIN_ID, SettingsReader.USER_DOMAIN_NAME),
            Set.of(SettingsReader.PROJECT_DOMAIN_ID, SettingsReader.PROJECT_DOMAIN_NAME));

    private final Map<String, String> settings;

    /** Makes a provider that takes everything from the settings of the call. */
    public SwiftStoreProvider() {
        this(Map.of());
    }

    private SwiftStoreProvider(Map<String, String> settings) {
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

    /** Returns {@code swift}. */
    @Override
    public Set<String> schemes() {
        return Set.of("swift");
    }

    /** Opens a store without a request to it. */
    @Override
    public BlobStore open(StoreLocation location, StoreSettings given) throws StoreException {
        requireValid(location);
        SwiftConfig config = SettingsReader.read(given.behind(settings, TOGETHER));
        SwiftContainer container = new SwiftContainer(location);
        SwiftHttp http = SwiftHttp.open(config);
        SwiftCalls calls = new SwiftCalls(container, http, new Sessions(new Authentication(config.login(), http)));
        return new SwiftBlobStore(container, config, calls);
    }

    private static void requireValid(StoreLocation location) throws StoreException {
        if (!location.scheme().equals("swift")) {
            throw new StoreException(Kind.INVALID, "location " + location + " is not of scheme \"swift\"");
        }
        if (location.container().isEmpty()) {
            throw new StoreException(
                    Kind.INVALID,
                    "location " + location + " names no container",
                    "Locations are of the form swift://container/some/dir; is a variable in it empty?",
                    null);
        }
        if (Arrays.asList(location.path().split("/")).contains(".")
                || Arrays.asList(location.path().split("/")).contains("..")) {
            throw new StoreException(Kind.INVALID, "path of " + location + " has a component \".\" or \"..\"");
        }
        StoreKeys.requireRoom(location, SwiftContainer.MAX_NAME_BYTES - 1);
    }

    /** Returns the names that the builder set, without their values. */
    @Override
    public String toString() {
        return "SwiftStoreProvider" + StoreSettings.of(settings);
    }

    /** Builds providers with settings of their own. */
    public static final class Builder {

        private final Map<String, String> settings = new HashMap<>();

        private Builder() {}

        /**
         * Sets where tokens are had, as {@code SWIFT_AUTHURL} does.
         *
         * @param url such as {@code https://keystone.example/v3}
         * @return this
         */
        public Builder authUrl(String url) {
            return set(SettingsReader.AUTH_URL, url);
        }

        /**
         * Sets how tokens are had, as {@code SWIFT_AUTH_VERSION} does. Default 2.
         *
         * @param version 1, 2 or 3
         * @return this
         */
        public Builder authVersion(String version) {
            return set(SettingsReader.AUTH_VERSION, version);
        }

        /**
         * Sets the user, as {@code SWIFT_USER} does.
         *
         * @param name such as {@code archiver}, or {@code account:user} for version 1
         * @return this
         */
        public Builder user(String name) {
            return set(SettingsReader.USER, name);
        }

        /**
         * Sets the password, as {@code SWIFT_PASSWORD} does.
         *
         * @param password a secret
         * @return this
         */
        public Builder password(String password) {
            return set(SettingsReader.PASSWORD, password);
        }

        /**
         * Sets the tenant or project, as {@code SWIFT_TENANT} does.
         *
         * @param name its name
         * @return this
         */
        public Builder tenant(String name) {
            return set(SettingsReader.TENANT, name);
        }

        /**
         * Sets the domain of user and project, as {@code SWIFT_DOMAIN_NAME} does.
         *
         * @param name its name
         * @return this
         */
        public Builder domain(String name) {
            return set(SettingsReader.USER_DOMAIN_NAME, name).set(SettingsReader.PROJECT_DOMAIN_NAME, name);
        }

        /**
         * Sets the region in the catalog, as {@code SWIFT_REGION} does.
         *
         * @param region such as {@code RegionOne}
         * @return this
         */
        public Builder region(String region) {
            return set(SettingsReader.REGION, region);
        }

        /**
         * Sets which address in the catalog is used, as {@code SWIFT_ENDPOINT_TYPE} does. Default {@code publicURL}.
         *
         * @param type {@code publicURL}, {@code internalURL} or {@code adminURL}
         * @return this
         */
        public Builder endpointType(String type) {
            return set(SettingsReader.ENDPOINT_TYPE, type);
        }

        /**
         * Sets the certificates to trust, in place of Java's.
         *
         * @param file a PEM file of one or more certificates
         * @return this
         */
        public Builder caFile(Path file) {
            return set(SettingsReader.CA_FILE, file.toString());
        }

        /**
         * Sets the size of the first segments of large objects. Default 8 MiB; three of them are held in memory.
         *
         * @param bytes from 1 MiB to 1 GiB
         * @return this
         */
        public Builder segmentSizeBytes(int bytes) {
            return set(SettingsReader.SEGMENT_SIZE, String.valueOf(bytes));
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
        public SwiftStoreProvider build() {
            return new SwiftStoreProvider(settings);
        }
    }
}
