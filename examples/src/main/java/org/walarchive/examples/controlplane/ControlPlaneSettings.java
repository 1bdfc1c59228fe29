package org.walarchive.examples.controlplane;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.walarchive.ArchiveConfig;
import org.walarchive.ConfigurationException;
import org.walarchive.DeletionPolicy;
import org.walarchive.ServerConnection;

/**
 * The file that says which clusters there are.
 *
 * @param parallel how many clusters are worked for at once
 * @param statusPort where the status page is, on the loopback interface; 0 for any port that is free
 * @param stateDirectory where it is noted when drills were; the archive itself says when backups were
 * @param clusters the clusters
 */
record ControlPlaneSettings(int parallel, int statusPort, Path stateDirectory, List<ClusterSettings> clusters) {

    private static final Duration DAY = Duration.ofDays(1);

    ControlPlaneSettings {
        clusters = List.copyOf(clusters);
    }

    /**
     * Reads the file.
     *
     * @param environment where all but the location of an archive is said ({@link ArchiveConfig#fromEnvironment}), unless the file does
     * @throws IllegalArgumentException if something in it is wrong, naming it
     */
    static ControlPlaneSettings read(Path file, Map<String, String> environment) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return new Entries(properties, environment).settings();
    }

    /** The entries, of which each has to be asked for: what nobody asks for is a mistake. */
    private static final class Entries {

        private final Map<String, String> entries = new HashMap<>();
        private final Set<String> asked = new HashSet<>();
        private final Map<String, String> environment;

        Entries(Properties properties, Map<String, String> environment) {
            properties.stringPropertyNames().forEach(name -> entries.put(name, properties.getProperty(name)));
            this.environment = environment;
        }

        ControlPlaneSettings settings() {
            int parallel = optional("parallel", Integer::valueOf).orElse(2);
            int port = optional("status-port", Integer::valueOf).orElse(9188);
            Path state = required("state-directory", Path::of);
            List<ClusterSettings> clusters = new ArrayList<>();
            Set<String> names = new HashSet<>();
            Set<Path> directories = new HashSet<>();
            Set<String> locations = new HashSet<>();
            for (String name : required("clusters", text -> text.split("\\s*,\\s*"))) {
                if (!name.matches("[A-Za-z0-9_-]+") || !names.add(name)) {
                    throw new IllegalArgumentException("clusters has \"" + name + "\" twice, or it is no name");
                }
                ClusterSettings cluster = cluster(name);
                clusters.add(cluster);
                if (!directories.add(cluster.dataDirectory().toAbsolutePath().normalize())) {
                    throw new IllegalArgumentException(name + ".data-directory is that of another cluster");
                }
                String location = cluster.archive().location().toString().replaceFirst("/*$", "/");
                if (locations.stream().anyMatch(other -> location.startsWith(other) || other.startsWith(location))) {
                    throw new IllegalArgumentException(
                            name + ".archive is that of another cluster, or one lies within the other");
                }
                locations.add(location);
            }
            Set<String> unknown = new TreeSet<>(entries.keySet());
            unknown.removeAll(asked);
            if (!unknown.isEmpty() || parallel < 1) {
                throw new IllegalArgumentException(
                        unknown.isEmpty() ? "parallel is less than 1" : "nobody knows " + unknown);
            }
            return new ControlPlaneSettings(parallel, port, state, clusters);
        }

        private ClusterSettings cluster(String name) {
            String prefix = name + ".";
            Map<String, String> variables = new HashMap<>(environment);
            entries.forEach((key, value) -> {
                if (key.startsWith(prefix + "store.")) {
                    asked.add(key);
                    variables.put(key.substring(prefix.length() + "store.".length()), value);
                }
            });
            ArchiveConfig archive = required(prefix + "archive", location -> archive(location, variables));
            Optional<DeletionPolicy> retain =
                    optional(prefix + "retain", text -> new DeletionPolicy.Retain(Integer.parseInt(text)));
            Optional<DeletionPolicy> retainFor =
                    optional(prefix + "retain-for", text -> new DeletionPolicy.RetainFor(Duration.parse(text)));
            if (retain.isPresent() && retainFor.isPresent()) {
                throw new IllegalArgumentException(prefix + "retain and " + prefix + "retain-for exclude each other");
            }
            return new ClusterSettings(
                    name,
                    required(prefix + "data-directory", Path::of),
                    server(prefix),
                    archive,
                    optional(prefix + "backup-every", Entries::time).orElse(DAY),
                    optional(prefix + "jitter", Entries::time).orElse(Duration.ofMinutes(30)),
                    optional(prefix + "retry-after", Entries::time).orElse(Duration.ofMinutes(5)),
                    retain.or(() -> retainFor),
                    optional(prefix + "drill-every", Entries::time),
                    optional(prefix + "drill-query", text -> text),
                    optional(prefix + "programs", Path::of));
        }

        /** As the command line reads it: keys to encrypt with and the floor of retention are variables as well. */
        private static ArchiveConfig archive(String location, Map<String, String> variables) {
            variables.put("WALARCHIVE_PREFIX", location);
            try {
                return ArchiveConfig.fromEnvironment(variables);
            } catch (ConfigurationException e) {
                throw new IllegalArgumentException(
                        e.getMessage() + e.detail().map(detail -> ": " + detail).orElse(""), e);
            }
        }

        private ServerConnection server(String prefix) {
            ServerConnection.Builder server = ServerConnection.builder();
            optional(prefix + "host", text -> text).ifPresent(server::host);
            optional(prefix + "port", Integer::valueOf).ifPresent(server::port);
            optional(prefix + "user", text -> text).ifPresent(server::user);
            optional(prefix + "password-file", text -> text).ifPresent(server::passwordFile);
            return server.build();
        }

        private static Duration time(String text) {
            Duration time = Duration.parse(text);
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException("not more than zero");
            }
            return time;
        }

        private <T> T required(String name, Function<String, T> reader) {
            return optional(name, reader).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
        }

        private <T> Optional<T> optional(String name, Function<String, ? extends T> reader) {
            asked.add(name);
            try {
                return Optional.ofNullable(entries.get(name))
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .map(reader);
            } catch (IllegalArgumentException | DateTimeParseException e) {
                throw new IllegalArgumentException(name + " is wrong: " + e.getMessage(), e);
            }
        }
    }
}
