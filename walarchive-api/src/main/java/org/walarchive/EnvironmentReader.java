package org.walarchive;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.walarchive.store.StoreSettings;

/** Makes a configuration of environment variables. */
final class EnvironmentReader {

    private final Map<String, String> environment;

    private EnvironmentReader(Map<String, String> environment) {
        this.environment = environment;
    }

    static ArchiveConfig read(Map<String, String> environment) throws ConfigurationException {
        return new EnvironmentReader(environment).read();
    }

    private ArchiveConfig read() throws ConfigurationException {
        if (environment.containsKey("WALE_GPG_KEY_ID")) {
            throw new ConfigurationException(
                    "encryption is not available yet",
                    "WALE_GPG_KEY_ID is set, and what is pushed would not be encrypted.",
                    "Unset WALE_GPG_KEY_ID to work with an archive that is not encrypted.");
        }
        ArchiveConfig.Builder builder = convert(locationVariable(), ArchiveConfig::builder)
                .orElseThrow()
                .storeSettings(StoreSettings.of(environment));
        convert("WALARCHIVE_COMPRESSION", Compression::parse).ifPresent(builder::compression);
        convert("WALARCHIVE_POOL_SIZE", text -> builder.poolSize(Integer.parseInt(text)));
        convert("WALARCHIVE_PARTITION_SIZE", text -> builder.partitionSizeBytes(Long.parseLong(text)));
        convert("WALARCHIVE_RETRY_DEADLINE", text -> builder.retryDeadline(Duration.ofSeconds(Integer.parseInt(text))));
        convert(
                "WALARCHIVE_COMMAND_DEADLINE",
                text -> builder.commandDeadline(Duration.ofSeconds(Integer.parseInt(text))));
        convert("WALARCHIVE_RETENTION_FLOOR", text -> builder.retentionFloor(Integer.parseInt(text)));
        return builder.build();
    }

    private String locationVariable() throws ConfigurationException {
        for (String name : ArchiveConfig.LOCATION_VARIABLES) {
            if (!environment.getOrDefault(name, "").isEmpty()) {
                return name;
            }
        }
        throw new ConfigurationException(
                "no storage prefix defined",
                null,
                "Either set one of the --prefix, --file-prefix, --gs-prefix, --s3-prefix or --wabs-prefix options"
                        + " or define one of the WALARCHIVE_PREFIX, WALE_FILE_PREFIX, WALE_GS_PREFIX, WALE_S3_PREFIX,"
                        + " WALE_SWIFT_PREFIX or WALE_WABS_PREFIX environment variables.");
    }

    private <T> Optional<T> convert(String name, Function<String, T> reader) throws ConfigurationException {
        String value = environment.getOrDefault(name, "");
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.apply(value));
        } catch (NumberFormatException e) {
            throw new ConfigurationException(
                    name + " cannot be read", "\"" + value + "\" is not a number", "Correct or unset " + name + ".", e);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    name + " cannot be read", e.getMessage(), "Correct or unset " + name + ".", e);
        }
    }
}
