package org.walarchive.store.gcs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreSettings;

/** Reads the settings of a store by their names in the environment. A message names the setting. */
final class SettingsReader {

    static final String CREDENTIALS = "GOOGLE_APPLICATION_CREDENTIALS";
    static final String EMULATOR = "STORAGE_EMULATOR_HOST";
    static final String ENDPOINT = "WALARCHIVE_GCS_ENDPOINT";
    static final String USER_PROJECT = "WALARCHIVE_GCS_USER_PROJECT";
    static final String STORAGE_CLASS = "WALARCHIVE_GCS_STORAGE_CLASS";
    static final String KMS_KEY = "WALARCHIVE_GCS_KMS_KEY";
    static final String CONNECT_TIMEOUT = "WALARCHIVE_GCS_CONNECT_TIMEOUT";
    static final String READ_TIMEOUT = "WALARCHIVE_GCS_READ_TIMEOUT";

    /** Not in the environment: for tests of this package. */
    static final String CHUNK_SIZE = "walarchive.gcs.chunk-size";

    /** Not in the environment: for tests of this package. */
    static final String PAGE_SIZE = "walarchive.gcs.page-size";

    static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);
    static final Duration DEFAULT_READ_TIMEOUT = Duration.ofSeconds(25);
    static final int DEFAULT_CHUNK_SIZE_BYTES = 8 << 20;
    static final int DEFAULT_PAGE_SIZE = 1000;

    private static final Pattern KMS_NAME =
            Pattern.compile("projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+");

    private final StoreSettings settings;

    private SettingsReader(StoreSettings settings) {
        this.settings = settings;
    }

    /**
     * Reads all settings.
     *
     * @throws StoreException of kind INVALID naming the setting that is wrong
     */
    static GcsConfig read(StoreSettings settings) throws StoreException {
        return new SettingsReader(settings).read();
    }

    private GcsConfig read() throws StoreException {
        return new GcsConfig(
                endpoint(),
                settings.get(CREDENTIALS, Path::of),
                settings.get(USER_PROJECT),
                settings.get(STORAGE_CLASS),
                settings.get(KMS_KEY, SettingsReader::kmsKey),
                settings.timeout(CONNECT_TIMEOUT).orElse(DEFAULT_CONNECT_TIMEOUT),
                settings.timeout(READ_TIMEOUT).orElse(DEFAULT_READ_TIMEOUT),
                settings.get(CHUNK_SIZE, Integer::parseInt).orElse(DEFAULT_CHUNK_SIZE_BYTES),
                settings.get(PAGE_SIZE, Integer::parseInt).orElse(DEFAULT_PAGE_SIZE));
    }

    private GcsEndpoint endpoint() throws StoreException {
        Optional<GcsEndpoint> emulator = settings.get(EMULATOR, GcsEndpoint::emulator);
        Optional<GcsEndpoint> service = settings.get(ENDPOINT, GcsEndpoint::service);
        if (emulator.isPresent() && service.isPresent()) {
            throw invalid(EMULATOR + " and " + ENDPOINT + " are both set", "Unset one of them.", null);
        }
        return emulator.or(() -> service).orElse(GcsEndpoint.GOOGLE);
    }

    private static String kmsKey(String text) {
        if (!KMS_NAME.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is not of the form projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY");
        }
        return text;
    }

    private static StoreException invalid(String message, String hint, @Nullable Exception cause) {
        return new StoreException(Kind.INVALID, message, hint, cause);
    }
}
