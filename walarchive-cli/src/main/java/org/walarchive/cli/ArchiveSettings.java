package org.walarchive.cli;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveConfig;
import org.walarchive.Compression;
import org.walarchive.ConfigurationException;
import org.walarchive.store.StoreLocation;

/** Lays the options of a command line over the environment. */
final class ArchiveSettings {

    /** In WAL-E's order; ours first. The scheme of the value selects the store, not the option's name. */
    private static final Option[] LOCATIONS = {
        Option.PREFIX, Option.FILE_PREFIX, Option.GS_PREFIX, Option.S3_PREFIX, Option.WABS_PREFIX
    };

    private ArchiveSettings() {}

    /**
     * Makes the configuration of a run.
     *
     * @throws UsageException when an option's value cannot be read, or options exclude each other
     * @throws ConfigurationException when no location is given, or a variable cannot be read
     */
    static ArchiveConfig.Builder of(CommandLine line, Map<String, String> environment)
            throws UsageException, ConfigurationException {
        Map<String, String> merged = new HashMap<>(environment);
        layLocation(line, merged);
        layCredentials(line, merged);
        Compression compression = compression(line);
        if (compression != null) {
            merged.remove("WALARCHIVE_COMPRESSION");
        }
        if (takesPoolSize(line)) {
            merged.remove("WALARCHIVE_POOL_SIZE");
        }
        ArchiveConfig.Builder builder = ArchiveConfig.fromEnvironment(merged).toBuilder();
        if (compression != null) {
            builder.compression(compression);
        }
        if (takesPoolSize(line)) {
            try {
                builder.poolSize(line.number(Option.POOL_SIZE, ArchiveConfig.DEFAULT_POOL_SIZE));
            } catch (IllegalArgumentException e) {
                throw unreadable(Option.POOL_SIZE, e);
            }
        }
        return builder;
    }

    private static void layLocation(CommandLine line, Map<String, String> merged) throws UsageException {
        for (Option option : LOCATIONS) {
            String location = line.value(option);
            if (location != null && !location.isEmpty()) {
                try {
                    StoreLocation.parse(location);
                } catch (IllegalArgumentException e) {
                    throw unreadable(option, e);
                }
                merged.keySet().removeAll(ArchiveConfig.LOCATION_VARIABLES);
                merged.put("WALARCHIVE_PREFIX", location);
                return;
            }
        }
    }

    private static void layCredentials(CommandLine line, Map<String, String> merged) throws UsageException {
        if (line.has(Option.AWS_ACCESS_KEY_ID) && line.has(Option.AWS_INSTANCE_PROFILE)) {
            throw new UsageException(
                    Option.AWS_ACCESS_KEY_ID.word() + " and " + Option.AWS_INSTANCE_PROFILE.word()
                            + " exclude each other",
                    Usage.hint(Subcommand.NONE));
        }
        lay(merged, "AWS_ACCESS_KEY_ID", line.value(Option.AWS_ACCESS_KEY_ID));
        lay(merged, "WABS_ACCOUNT_NAME", line.value(Option.WABS_ACCOUNT_NAME));
        lay(merged, "WALE_GPG_KEY_ID", line.value(Option.GPG_KEY_ID));
        lay(merged, "AWS_INSTANCE_PROFILE", line.has(Option.AWS_INSTANCE_PROFILE) ? "true" : null);
    }

    private static void lay(Map<String, String> merged, String variable, @Nullable String value) {
        if (value != null) {
            merged.put(variable, value);
        }
    }

    private static @Nullable Compression compression(CommandLine line) throws UsageException {
        String text = line.value(Option.COMPRESSION);
        if (text == null) {
            return null;
        }
        try {
            return Compression.parse(text);
        } catch (IllegalArgumentException e) {
            throw unreadable(Option.COMPRESSION, e);
        }
    }

    /** The pool of {@code wal-push} and {@code agent} is another one: of further segments, not of tar partitions. */
    private static boolean takesPoolSize(CommandLine line) {
        return line.subcommand() != Subcommand.WAL_PUSH
                && line.subcommand() != Subcommand.AGENT
                && line.has(Option.POOL_SIZE);
    }

    private static UsageException unreadable(Option option, IllegalArgumentException cause) {
        return new UsageException(
                option.word() + " cannot be read: " + cause.getMessage(), Usage.hint(Subcommand.NONE));
    }
}
