package org.walarchive.store.azure;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
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
 * Opens stores in containers of Azure Blob Storage: {@code wabs://container/some/dir}, or with the scheme {@code azure}. A blob of
 * key {@code k} is the block blob {@code some/dir/k}, as WAL-E names it.
 *
 * <p><b>Settings.</b> What the {@link #builder} sets wins over the settings of the call, which have the names of the
 * environment ({@code WABS_ACCOUNT_NAME}, {@code WABS_ACCESS_KEY}, {@code WABS_SAS_TOKEN}, …; docs/stores/azure.md has all). Without a
 * key and a shared access signature the credential is an identity of Microsoft Entra: a client secret, a workload identity, or the
 * machine's managed identity.
 *
 * <p><b>Puts.</b> The content is buffered up to three blocks of 8 MiB. What fits is put by one request; larger content in blocks,
 * of which two are sent while one is read, and which grow, so that no more than 50,000 are needed. Blocks of a put that fails are
 * in no blob; the service forgets them a week later, and has no call to do so earlier.
 *
 * <p><b>{@link StoreFeature#ATOMIC_IF_ABSENT}</b> is declared: the service makes a blob under {@code If-None-Match: *} in one step.
 *
 * <p><b>Integrity.</b> Every request that carries content carries its MD5 too, which the service compares. It keeps that of the whole
 * blob, by which a blob is verified while it is read; blobs that other programs have put without one are held to their length only.
 */
@Stable
public final class AzureStoreProvider implements BlobStoreProvider {

    private static final Set<String> SCHEMES = Set.of("wabs", "azure");

    /** The service counts characters, of which no name in UTF-8 has more than bytes. */
    private static final int MAX_NAME_BYTES = 1024;

    /** Settings of which one from here and another from there make no sense. */
    private static final Set<String> CREDENTIALS = Set.of(
            SettingsReader.ACCESS_KEY,
            SettingsReader.SAS_TOKEN,
            EntraSettings.TENANT_ID,
            EntraSettings.CLIENT_ID,
            EntraSettings.CLIENT_SECRET,
            EntraSettings.FEDERATED_TOKEN_FILE);

    private final Map<String, String> settings;

    /** Makes a provider that takes everything from the settings of the call. */
    public AzureStoreProvider() {
        this(Map.of());
    }

    private AzureStoreProvider(Map<String, String> settings) {
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

    /** Returns {@code wabs} and {@code azure}. */
    @Override
    public Set<String> schemes() {
        return SCHEMES;
    }

    /** Opens a store without a request to any service. */
    @Override
    public BlobStore open(StoreLocation location, StoreSettings given) throws StoreException {
        requireValid(location);
        AzureConfig config = SettingsReader.read(given.behind(settings, List.of(CREDENTIALS)));
        AzureContainer container = new AzureContainer(location, config.endpoint());
        return new AzureBlobStore(container, config, AzureConnection.open(container, config));
    }

    private static void requireValid(StoreLocation location) throws StoreException {
        if (!SCHEMES.contains(location.scheme())) {
            throw new StoreException(
                    Kind.INVALID, "location " + location + " is of neither scheme \"wabs\" nor \"azure\"");
        }
        if (!location.container().matches("[a-z0-9](-?[a-z0-9]){2,62}|\\$root")) {
            throw new StoreException(
                    Kind.INVALID,
                    "location " + location + " names no container",
                    "Locations are of the form wabs://container/some/dir, and containers have 3 to 63 lower-case letters,"
                            + " digits and single hyphens; is a variable in it empty?",
                    null);
        }
        if (location.path().indexOf('\\') >= 0) {
            throw new StoreException(
                    Kind.INVALID, "path of " + location + " has a backslash, which Azure takes for a slash");
        }
        StoreKeys.requireRoom(location, MAX_NAME_BYTES);
    }

    /** Returns the names that the builder set, without their values. */
    @Override
    public String toString() {
        return "AzureStoreProvider" + StoreSettings.of(settings);
    }

    /** Builds providers with settings of their own. */
    public static final class Builder {

        private final Map<String, String> settings = new HashMap<>();

        private Builder() {}

        /**
         * Sets the storage account, as {@code WABS_ACCOUNT_NAME} does.
         *
         * @param name the account's name
         * @return this
         */
        public Builder account(String name) {
            return set(SettingsReader.ACCOUNT_NAME, name);
        }

        /**
         * Sets a key of the account, in place of any credential of the settings.
         *
         * @param key in base64, as the portal shows it
         * @return this
         */
        public Builder accessKey(String key) {
            return credential().set(SettingsReader.ACCESS_KEY, key);
        }

        /**
         * Sets a shared access signature, in place of any credential of the settings.
         *
         * @param token the query of a signed address, with or without its question mark
         * @return this
         */
        public Builder sasToken(String token) {
            return credential().set(SettingsReader.SAS_TOKEN, token);
        }

        /**
         * Takes the machine's managed identity, in place of any credential of the settings.
         *
         * @return this
         */
        public Builder managedIdentity() {
            return credential();
        }

        /**
         * Takes one of the managed identities that are assigned to the machine, in place of any credential of the settings.
         *
         * @param clientId which
         * @return this
         */
        public Builder managedIdentity(String clientId) {
            return credential().set(EntraSettings.CLIENT_ID, clientId);
        }

        /**
         * Takes an application of Microsoft Entra that proves itself by a token in a file (workload identity), in place of any
         * credential of the settings.
         *
         * @param tenantId the application's tenant
         * @param clientId the application
         * @param tokenFile the file, which is read again for each token
         * @return this
         */
        public Builder workloadIdentity(String tenantId, String clientId, Path tokenFile) {
            return credential()
                    .set(EntraSettings.TENANT_ID, tenantId)
                    .set(EntraSettings.CLIENT_ID, clientId)
                    .set(EntraSettings.FEDERATED_TOKEN_FILE, tokenFile.toString());
        }

        /**
         * Takes an application of Microsoft Entra that proves itself by a secret, in place of any credential of the settings.
         *
         * @param tenantId the application's tenant
         * @param clientId the application
         * @param secret the secret
         * @return this
         */
        public Builder clientSecret(String tenantId, String clientId, String secret) {
            return credential()
                    .set(EntraSettings.TENANT_ID, tenantId)
                    .set(EntraSettings.CLIENT_ID, clientId)
                    .set(EntraSettings.CLIENT_SECRET, secret);
        }

        /** Makes the credential this builder's: of the settings none is taken any more. */
        private Builder credential() {
            CREDENTIALS.forEach(settings::remove);
            return set(SettingsReader.ACCESS_KEY, "");
        }

        /**
         * Sets another address than {@code https://ACCOUNT.blob.core.windows.net}: of another cloud, a private endpoint, an
         * emulator.
         *
         * @param endpoint such as {@code https://account.blob.core.chinacloudapi.cn} or
         *     {@code http://127.0.0.1:10000/devstoreaccount1}
         * @return this
         */
        public Builder endpoint(String endpoint) {
            return set(SettingsReader.ENDPOINT, endpoint);
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
        public AzureStoreProvider build() {
            return new AzureStoreProvider(settings);
        }
    }
}
