package org.walarchive;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
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
        convert("WALARCHIVE_QUEUE_MAX", text -> builder.walQueueLimit(WalQueueLimit.parse(text)));
        return builder.encryption(encryption()).build();
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

    private Encryption encryption() throws ConfigurationException {
        Encryption.Builder builder = Encryption.builder();
        // Set and empty is no permission to push without encryption: the push refuses it.
        if (environment.containsKey("WALE_GPG_KEY_ID")) {
            builder.recipients(environment.get("WALE_GPG_KEY_ID"));
        }
        for (String file : files("WALARCHIVE_PGP_PUBLIC_KEYS")) {
            convert("WALARCHIVE_PGP_PUBLIC_KEYS", text -> builder.publicKeyFile(Path.of(file)));
        }
        for (String file : files("WALARCHIVE_PGP_PRIVATE_KEYS")) {
            convert("WALARCHIVE_PGP_PRIVATE_KEYS", text -> builder.privateKeyFile(Path.of(file)));
        }
        convert("WALARCHIVE_PGP_PASSPHRASE_FILE", text -> builder.passphraseFile(Path.of(text)));
        Optional.ofNullable(environment.get("WALARCHIVE_PGP_PASSPHRASE")).ifPresent(builder::passphrase);
        convert("WALARCHIVE_GPG_PROGRAM", builder::gpgProgram);
        convert("HOME", text -> builder.gnupgHome(Path.of(text, ".gnupg")));
        convert("GNUPGHOME", text -> builder.gnupgHome(Path.of(text)));
        return builder.build();
    }

    /** Several files are separated as directories in PATH are. */
    private List<String> files(String name) {
        return Arrays.stream(environment.getOrDefault(name, "").split(File.pathSeparator))
                .filter(file -> !file.isBlank())
                .toList();
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
