package org.walarchive.store.s3;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
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
 * Opens stores in buckets: {@code s3://bucket/some/dir}. A blob of key {@code k} is the object {@code some/dir/k}, as WAL-E
 * names it; doubled slashes in the location count as one.
 *
 * <p><b>Settings.</b> What the {@link #builder} sets wins over the settings of the call, which have the names of the
 * environment ({@code AWS_REGION}, {@code WALE_S3_ENDPOINT}, …; docs/stores/s3.md has all). A credential that neither has is
 * looked for by the SDK's default chain.
 *
 * <p><b>Puts.</b> The content is buffered up to three parts of 8 MiB. What fits is put by one request; larger content by a
 * multipart upload, which is aborted when anything fails. From the thousandth part on parts double in size every
 * thousand parts, so that an object of unknown length can reach the service's limit of 5 TiB; memory grows likewise, to some
 * thousandth of the object.
 *
 * <p><b>Encryption</b> with a key of the service's ({@code AES256}) is asked for, as WAL-E does, unless a setting says
 * otherwise. Elsewhere than on Amazon S3 a service may refuse it: objects are then put without, with a warning. What a setting
 * asks for is never left out.
 *
 * <p><b>{@link StoreFeature#ATOMIC_IF_ABSENT}</b> is declared on Amazon S3, and elsewhere when {@code WALARCHIVE_S3_IF_ABSENT}
 * is {@code atomic}: some services ignore {@code If-None-Match} and replace the blob. Unless it is said that they do not, the
 * key is looked for before each put with {@code IF_ABSENT}, which costs a request, and the header is sent as well.
 *
 * <p><b>Integrity.</b> Every put carries a CRC-32C of each part, and a multipart upload one of the whole at its end, which the
 * service verifies. Elsewhere than on Amazon S3 it also carries a Content-MD5, which every service verifies, and a CRC-32C
 * that is refused is left out, with a warning. A blob is verified when it is read if the service keeps a CRC-32C of the whole.
 */
@Stable
public final class S3StoreProvider implements BlobStoreProvider {

    private static final int MAX_NAME_BYTES = 1024;

    /** Settings of which one from here and another from there make no sense. */
    private static final List<Set<String>> TOGETHER = List.of(
            Set.of(
                    SettingsReader.ACCESS_KEY_ID,
                    SettingsReader.SECRET_ACCESS_KEY,
                    SettingsReader.SESSION_TOKEN,
                    SettingsReader.SECURITY_TOKEN,
                    SettingsReader.INSTANCE_PROFILE,
                    SettingsReader.PROFILE),
            Set.of(
                    SettingsReader.SSE,
                    SettingsReader.SSE_KMS_KEY_ID,
                    SettingsReader.SSE_C_KEY,
                    SettingsReader.SSE_C_KEY_FILE));

    private final Map<String, String> settings;

    /** Makes a provider that takes everything from the settings of the call. */
    public S3StoreProvider() {
        this(Map.of());
    }

    private S3StoreProvider(Map<String, String> settings) {
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

    /** Returns {@code s3}. */
    @Override
    public Set<String> schemes() {
        return Set.of("s3");
    }

    /**
     * Opens a store without a request to it. The region, if it is not set, may be asked of the instance's metadata service.
     */
    @Override
    public BlobStore open(StoreLocation location, StoreSettings given) throws StoreException {
        requireValid(location);
        S3Config config = SettingsReader.read(given.behind(settings, TOGETHER));
        return new S3BlobStore(new S3Bucket(location), config, S3Connection.open(location, config));
    }

    private static void requireValid(StoreLocation location) throws StoreException {
        if (!location.scheme().equals("s3")) {
            throw new StoreException(Kind.INVALID, "location " + location + " is not of scheme \"s3\"");
        }
        if (location.container().isEmpty()) {
            throw new StoreException(
                    Kind.INVALID,
                    "location " + location + " names no bucket",
                    "Locations are of the form s3://bucket/some/dir; is a variable in it empty?",
                    null);
        }
        StoreKeys.requireRoom(location, MAX_NAME_BYTES);
    }

    /** Returns the names that the builder set, without their values. */
    @Override
    public String toString() {
        return "S3StoreProvider" + StoreSettings.of(settings);
    }

    /** Builds providers with settings of their own. */
    public static final class Builder {

        private final Map<String, String> settings = new HashMap<>();

        private Builder() {}

        /**
         * Sets the region, as {@code AWS_REGION} does.
         *
         * @param region such as {@code eu-central-1}
         * @return this
         */
        public Builder region(String region) {
            return set(SettingsReader.REGION, region);
        }

        /**
         * Sets the service, as {@code WALE_S3_ENDPOINT} does.
         *
         * @param endpoint {@code protocol+convention://host:port}, where the convention is {@code path},
         *     {@code virtualhost} or {@code subdomain}
         * @return this
         */
        public Builder endpoint(String endpoint) {
            return set(SettingsReader.ENDPOINT, endpoint);
        }

        /**
         * Sets a lasting key, in place of any credential of the settings.
         *
         * @param id the key's name
         * @param secret the secret
         * @return this
         */
        public Builder accessKey(String id, String secret) {
            TOGETHER.get(0).forEach(settings::remove);
            return set(SettingsReader.ACCESS_KEY_ID, id).set(SettingsReader.SECRET_ACCESS_KEY, secret);
        }

        /**
         * Sets a temporary key, in place of any credential of the settings.
         *
         * @param id the key's name
         * @param secret the secret
         * @param token the session's token
         * @return this
         */
        public Builder accessKey(String id, String secret, String token) {
            return accessKey(id, secret).set(SettingsReader.SESSION_TOKEN, token);
        }

        /**
         * Takes the key from the instance's metadata service, as {@code AWS_INSTANCE_PROFILE} does.
         *
         * @return this
         */
        public Builder instanceProfile() {
            TOGETHER.get(0).forEach(settings::remove);
            return set(SettingsReader.INSTANCE_PROFILE, "true");
        }

        /**
         * Sets the storage class of new objects, as {@code WALE_S3_STORAGE_CLASS} does.
         *
         * @param storageClass such as {@code STANDARD_IA}
         * @return this
         */
        public Builder storageClass(String storageClass) {
            return set(SettingsReader.STORAGE_CLASS, storageClass);
        }

        /**
         * Lets the service encrypt with a key of its key management service.
         *
         * @param keyId the key's name
         * @return this
         */
        public Builder encryptWithKms(String keyId) {
            TOGETHER.get(1).forEach(settings::remove);
            return set(SettingsReader.SSE, "aws:kms").set(SettingsReader.SSE_KMS_KEY_ID, keyId);
        }

        /**
         * Lets the service encrypt with a key that it does not keep (SSE-C). Without the key the archive is lost.
         *
         * @param key 32 bytes
         * @return this
         */
        public Builder encryptWithCustomerKey(byte[] key) {
            TOGETHER.get(1).forEach(settings::remove);
            return set(SettingsReader.SSE_C_KEY, Base64.getEncoder().encodeToString(key));
        }

        /**
         * Lets the service encrypt with a key of its own (SSE-S3). A service that cannot fails the put; without this it may
         * be put unencrypted elsewhere than on Amazon S3.
         *
         * @return this
         */
        public Builder encryptWithServiceKey() {
            TOGETHER.get(1).forEach(settings::remove);
            return set(SettingsReader.SSE, "AES256");
        }

        /**
         * Asks for no encryption: objects are as the bucket's default has them.
         *
         * @return this
         */
        public Builder encryptAsBucketDefault() {
            TOGETHER.get(1).forEach(settings::remove);
            return set(SettingsReader.SSE, "none");
        }

        /**
         * Sets the canned access control list of new objects.
         *
         * @param acl such as {@code bucket-owner-full-control}
         * @return this
         */
        public Builder acl(String acl) {
            return set(SettingsReader.ACL, acl);
        }

        /**
         * Sets the tags of new objects.
         *
         * @param tags 1 to 10; a key of 1 to 128 characters, a value of up to 256
         * @return this
         * @throws IllegalArgumentException if they are not so
         */
        public Builder tags(Map<String, String> tags) {
            return set(SettingsReader.TAGS, new ObjectTags(tags).toString());
        }

        /**
         * Agrees to pay for requests to a bucket whose owner does not.
         *
         * @return this
         */
        public Builder requesterPays() {
            return set(SettingsReader.REQUESTER_PAYS, "true");
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
         * Vouches for a service that it honours {@code If-None-Match}, so that a put with {@code IF_ABSENT} need not look first.
         *
         * @return this
         */
        public Builder atomicIfAbsent() {
            return set(SettingsReader.IF_ABSENT, "atomic");
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
        public S3StoreProvider build() {
            return new S3StoreProvider(settings);
        }
    }
}
