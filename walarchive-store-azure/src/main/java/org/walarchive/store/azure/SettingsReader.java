package org.walarchive.store.azure;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreSettings;

/** Reads the settings of a store by their names in the environment. A message names a setting; a secret's value is never in it. */
final class SettingsReader {

    static final String ACCOUNT_NAME = "WABS_ACCOUNT_NAME";
    static final String ACCESS_KEY = "WABS_ACCESS_KEY";
    static final String SAS_TOKEN = "WABS_SAS_TOKEN";
    static final String ENDPOINT = "WALARCHIVE_AZURE_ENDPOINT";
    static final String CA_FILE = "WALARCHIVE_AZURE_CA_FILE";
    static final String CONNECT_TIMEOUT = "WALARCHIVE_AZURE_CONNECT_TIMEOUT";
    static final String READ_TIMEOUT = "WALARCHIVE_AZURE_READ_TIMEOUT";

    /** Not in the environment: for tests of this package. */
    static final String BLOCK_SIZE = "walarchive.azure.block-size";

    /** Not in the environment: for tests of this package. */
    static final String PAGE_SIZE = "walarchive.azure.page-size";

    static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);
    static final Duration DEFAULT_READ_TIMEOUT = Duration.ofSeconds(25);
    static final int DEFAULT_BLOCK_SIZE_BYTES = 8 << 20;
    static final int DEFAULT_PAGE_SIZE = 5000;

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final StoreSettings settings;

    private SettingsReader(StoreSettings settings) {
        this.settings = settings;
    }

    /**
     * Reads all settings.
     *
     * @throws StoreException of kind INVALID naming the setting that is wrong or missing
     */
    static AzureConfig read(StoreSettings settings) throws StoreException {
        return new SettingsReader(settings).read();
    }

    private AzureConfig read() throws StoreException {
        URI endpoint = endpoint();
        AzureCredential credential = credential();
        boolean secretIsSent = !(credential instanceof AzureCredential.AccountKey);
        if (secretIsSent && endpoint.getScheme().equals("http") && !LOOPBACK.contains(endpoint.getHost())) {
            throw invalid(
                    ENDPOINT + " " + endpoint + " is not https, and a signature or a token would be sent in the clear",
                    "Set an endpoint of https.",
                    null);
        }
        return new AzureConfig(
                endpoint,
                credential,
                settings.get(CA_FILE, Path::of),
                settings.timeout(CONNECT_TIMEOUT).orElse(DEFAULT_CONNECT_TIMEOUT),
                settings.timeout(READ_TIMEOUT).orElse(DEFAULT_READ_TIMEOUT),
                settings.get(BLOCK_SIZE, Integer::parseInt).orElse(DEFAULT_BLOCK_SIZE_BYTES),
                settings.get(PAGE_SIZE, Integer::parseInt).orElse(DEFAULT_PAGE_SIZE));
    }

    private URI endpoint() throws StoreException {
        Optional<URI> endpoint = settings.get(ENDPOINT, SettingsReader::address);
        if (endpoint.isPresent()) {
            return endpoint.get();
        }
        return URI.create("https://" + account() + ".blob.core.windows.net");
    }

    private String account() throws StoreException {
        Optional<String> account = settings.get(ACCOUNT_NAME, SettingsReader::accountName);
        if (account.isEmpty()) {
            throw invalid(ACCOUNT_NAME + " is not set", "Set it to the name of the storage account.", null);
        }
        return account.get();
    }

    private static String accountName(String text) {
        if (!text.matches("[a-z0-9-]{3,50}")) {
            throw new IllegalArgumentException("\"" + text + "\" is not the name of a storage account");
        }
        return text;
    }

    /** As WAL-E: the key wins over the signature. With neither it is an identity of Microsoft Entra. */
    private AzureCredential credential() throws StoreException {
        Optional<String> key = settings.get(ACCESS_KEY).map(String::strip);
        if (key.isPresent()) {
            try {
                Base64.getDecoder().decode(key.get());
            } catch (IllegalArgumentException e) {
                // Its message may show a character of the key.
                throw invalid(ACCESS_KEY + " does not hold base64", "Copy it whole from the portal.", null);
            }
            return new AzureCredential.AccountKey(account(), key.get());
        }
        Optional<String> token =
                settings.get(SAS_TOKEN).map(text -> text.strip().replaceFirst("^\\?", ""));
        if (token.isPresent()) {
            if (!isSignature(token.get())) {
                throw invalid(
                        SAS_TOKEN + " is not a shared access signature",
                        "It is what follows the question mark in a signed address.",
                        null);
            }
            return new AzureCredential.Signature(token.get());
        }
        return new AzureCredential.Identity(EntraTokens.of(settings::get));
    }

    /** Looks at it here, because whoever refuses an address later repeats it. */
    private static boolean isSignature(String token) {
        try {
            return token.matches("(.*&)?sig=[^&]+(&.*)?")
                    && token.equals(new URI("https://host/?" + token).getRawQuery());
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Reads an address, whose text no message repeats, for it may hold a signature. */
    private static URI address(String text) {
        URI uri;
        try {
            uri = new URI(text.replaceFirst("/+$", "")).parseServerAuthority();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("it is not an address such as https://account.blob.core.windows.net");
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!Set.of("http", "https").contains(scheme) || uri.getHost() == null) {
            throw new IllegalArgumentException("it is not an address such as https://account.blob.core.windows.net");
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "it has a user, a query or a fragment; a signature belongs into " + SAS_TOKEN);
        }
        if (!uri.getRawPath().matches("(/[A-Za-z0-9-]+)?")) {
            throw new IllegalArgumentException("its path is more than the name of an account");
        }
        return URI.create(scheme + "://" + uri.getRawAuthority() + uri.getRawPath());
    }

    private static StoreException invalid(String message, String hint, @Nullable Exception cause) {
        return new StoreException(Kind.INVALID, message, hint, cause);
    }
}
