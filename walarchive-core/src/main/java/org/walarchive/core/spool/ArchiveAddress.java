package org.walarchive.core.spool;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.walarchive.ArchiveConfig;

/**
 * Where an archive is, as one line of text: its location, and each setting that is in force of those that lead to another service or account. It
 * holds no secret. {@code bin/walarchive} makes the same line of its environment.
 */
public final class ArchiveAddress {

    /**
     * The settings that say where a store is, ordered by their bytes. One too many costs speed, where two processes have different values
     * for the same archive; one too few would let an acknowledgement of one archive pass for another.
     */
    public static final List<String> VARIABLES = List.of(
            "AWS_CONFIG_FILE",
            "AWS_DEFAULT_REGION",
            "AWS_ENDPOINT_URL",
            "AWS_ENDPOINT_URL_S3",
            "AWS_PROFILE",
            "AWS_REGION",
            "STORAGE_EMULATOR_HOST",
            "SWIFT_AUTHURL",
            "SWIFT_AUTH_VERSION",
            "SWIFT_DOMAIN_ID",
            "SWIFT_DOMAIN_NAME",
            "SWIFT_ENDPOINT_TYPE",
            "SWIFT_PROJECT_DOMAIN_ID",
            "SWIFT_PROJECT_DOMAIN_NAME",
            "SWIFT_PROJECT_ID",
            "SWIFT_PROJECT_NAME",
            "SWIFT_REGION",
            "SWIFT_TENANT",
            "SWIFT_TENANT_ID",
            "SWIFT_USER",
            "SWIFT_USER_ID",
            "WABS_ACCOUNT_NAME",
            "WALARCHIVE_AZURE_ENDPOINT",
            "WALARCHIVE_GCS_ENDPOINT",
            "WALE_S3_ENDPOINT");

    private ArchiveAddress() {}

    /**
     * Makes the address of an archive.
     *
     * @return empty where there is none that another process could compare: the store was passed as an object, or a value has a line break
     */
    public static Optional<String> of(ArchiveConfig config) {
        return of(config, System.getenv());
    }

    /** The libraries of some stores read the environment by themselves, whatever the settings say. */
    static Optional<String> of(ArchiveConfig config, Map<String, String> environment) {
        if (config.storeProvider().isPresent()) {
            return Optional.empty();
        }
        StringBuilder address = new StringBuilder(config.location().toString());
        for (String name : VARIABLES) {
            String value = config.storeSettings().get(name).orElseGet(() -> environment.getOrDefault(name, ""));
            if (!value.isEmpty()) {
                address.append(' ').append(name).append('=').append(value);
            }
        }
        return address.chars().anyMatch(c -> c == '\n' || c == '\r')
                ? Optional.empty()
                : Optional.of(address.toString());
    }
}
