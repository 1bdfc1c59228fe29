package org.walarchive.store.swift;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreSettings;

/** Reads the settings of a store by their names in the environment. A message names a setting; a secret's value is never in it. */
final class SettingsReader {

    static final String AUTH_URL = "SWIFT_AUTHURL";
    static final String AUTH_VERSION = "SWIFT_AUTH_VERSION";
    static final String USER = "SWIFT_USER";
    static final String USER_ID = "SWIFT_USER_ID";
    static final String PASSWORD = "SWIFT_PASSWORD";
    static final String TENANT = "SWIFT_TENANT";
    static final String TENANT_ID = "SWIFT_TENANT_ID";
    static final String PROJECT_NAME = "SWIFT_PROJECT_NAME";
    static final String PROJECT_ID = "SWIFT_PROJECT_ID";
    static final String DOMAIN_ID = "SWIFT_DOMAIN_ID";
    static final String DOMAIN_NAME = "SWIFT_DOMAIN_NAME";
    static final String USER_DOMAIN_ID = "SWIFT_USER_DOMAIN_ID";
    static final String USER_DOMAIN_NAME = "SWIFT_USER_DOMAIN_NAME";
    static final String PROJECT_DOMAIN_ID = "SWIFT_PROJECT_DOMAIN_ID";
    static final String PROJECT_DOMAIN_NAME = "SWIFT_PROJECT_DOMAIN_NAME";
    static final String REGION = "SWIFT_REGION";
    static final String ENDPOINT_TYPE = "SWIFT_ENDPOINT_TYPE";
    static final String CA_FILE = "WALARCHIVE_SWIFT_CA_FILE";
    static final String SEGMENT_SIZE = "WALARCHIVE_SWIFT_SEGMENT_SIZE";
    static final String CONNECT_TIMEOUT = "WALARCHIVE_SWIFT_CONNECT_TIMEOUT";
    static final String READ_TIMEOUT = "WALARCHIVE_SWIFT_READ_TIMEOUT";

    /** Not in the environment: for tests of this package. */
    static final String PAGE_SIZE = "walarchive.swift.page-size";

    static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);
    static final Duration DEFAULT_READ_TIMEOUT = Duration.ofSeconds(25);
    static final int DEFAULT_SEGMENT_SIZE_BYTES = 8 << 20;
    static final int DEFAULT_PAGE_SIZE = 1000;

    private static final int LEAST_SEGMENT_BYTES = 1 << 20;
    private static final int MOST_SEGMENT_BYTES = 1 << 30;

    private final StoreSettings settings;

    private SettingsReader(StoreSettings settings) {
        this.settings = settings;
    }

    /**
     * Reads all settings.
     *
     * @throws StoreException of kind INVALID naming the setting that is wrong or missing
     */
    static SwiftConfig read(StoreSettings settings) throws StoreException {
        return new SettingsReader(settings).read();
    }

    private SwiftConfig read() throws StoreException {
        return new SwiftConfig(
                login(),
                settings.get(CA_FILE, Path::of),
                settings.timeout(CONNECT_TIMEOUT).orElse(DEFAULT_CONNECT_TIMEOUT),
                settings.timeout(READ_TIMEOUT).orElse(DEFAULT_READ_TIMEOUT),
                settings.get(SEGMENT_SIZE, SettingsReader::segmentSize).orElse(DEFAULT_SEGMENT_SIZE_BYTES),
                settings.get(PAGE_SIZE, Integer::parseInt).orElse(DEFAULT_PAGE_SIZE));
    }

    private Login login() throws StoreException {
        AuthVersion version =
                settings.get(AUTH_VERSION, SettingsReader::version).orElse(AuthVersion.V2);
        HttpUrl url = settings.get(AUTH_URL, SettingsReader::url)
                .orElseThrow(() -> missing(AUTH_URL, "It is the address at which a token is had."));
        Optional<String> userId = version == AuthVersion.V3 ? settings.get(USER_ID) : Optional.empty();
        Optional<String> user = settings.get(USER);
        if (user.isEmpty() && userId.isEmpty()) {
            throw missing(USER, "Set the user's name.");
        }
        String password = settings.get(PASSWORD).orElseThrow(() -> missing(PASSWORD, "Set the user's password."));
        Optional<String> tenant = settings.get(TENANT).or(() -> settings.get(PROJECT_NAME));
        Optional<String> tenantId = settings.get(TENANT_ID).or(() -> settings.get(PROJECT_ID));
        if (version == AuthVersion.V2 && tenant.isEmpty() && tenantId.isEmpty()) {
            // As Swift's own client does.
            int colon = user.orElse("").indexOf(':');
            if (colon > 0) {
                tenant = Optional.of(user.orElse("").substring(0, colon));
                user = Optional.of(user.orElse("").substring(colon + 1));
            }
        }
        if (version != AuthVersion.V1 && tenant.isEmpty() && tenantId.isEmpty()) {
            throw missing(
                    TENANT, "Set the tenant, also called project: without one the login gives no address of Swift.");
        }
        return new Login(
                version,
                url,
                user,
                userId,
                password,
                tenant,
                tenantId,
                domain(USER_DOMAIN_ID, USER_DOMAIN_NAME),
                domain(PROJECT_DOMAIN_ID, PROJECT_DOMAIN_NAME),
                settings.get(REGION),
                settings.get(ENDPOINT_TYPE, SettingsReader::endpointType).orElse(EndpointType.PUBLIC));
    }

    private Domain domain(String idName, String nameName) {
        return byId(idName)
                .or(() -> byName(nameName))
                .or(() -> byId(DOMAIN_ID))
                .or(() -> byName(DOMAIN_NAME))
                .orElse(Domain.DEFAULT);
    }

    private Optional<Domain> byId(String name) {
        return settings.get(name).map(id -> new Domain(id, Domain.Naming.ID));
    }

    private Optional<Domain> byName(String name) {
        return settings.get(name).map(value -> new Domain(value, Domain.Naming.NAME));
    }

    private static HttpUrl url(String text) {
        HttpUrl url = HttpUrl.parse(text.strip());
        if (url == null) {
            throw new IllegalArgumentException("it is not of the form https://host:port/path");
        }
        // It is in messages and logs.
        if (!url.username().isEmpty() || !url.password().isEmpty()) {
            throw new IllegalArgumentException("it carries user information");
        }
        if (url.query() != null || url.fragment() != null) {
            throw new IllegalArgumentException("it has a query or fragment");
        }
        return url;
    }

    private static AuthVersion version(String text) {
        return switch (text) {
            case "1", "1.0" -> AuthVersion.V1;
            case "2", "2.0" -> AuthVersion.V2;
            case "3", "3.0" -> AuthVersion.V3;
            default -> throw new IllegalArgumentException("\"" + text + "\" is none of 1, 2 and 3");
        };
    }

    private static EndpointType endpointType(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "publicurl", "public" -> EndpointType.PUBLIC;
            case "internalurl", "internal" -> EndpointType.INTERNAL;
            case "adminurl", "admin" -> EndpointType.ADMIN;
            default ->
                throw new IllegalArgumentException("\"" + text + "\" is none of publicURL, internalURL and adminURL");
        };
    }

    private static int segmentSize(String text) {
        long size = Long.parseLong(text);
        if (size < LEAST_SEGMENT_BYTES || size > MOST_SEGMENT_BYTES) {
            throw new IllegalArgumentException(
                    text + " bytes is not from " + LEAST_SEGMENT_BYTES + " to " + MOST_SEGMENT_BYTES);
        }
        return (int) size;
    }

    private static StoreException missing(String name, String hint) {
        return invalid(name + " is not set", hint, null);
    }

    private static StoreException invalid(String message, String hint, @Nullable Exception cause) {
        return new StoreException(Kind.INVALID, message, hint, cause);
    }
}
