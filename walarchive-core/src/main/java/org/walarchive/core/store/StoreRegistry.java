package org.walarchive.core.store;

import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.ConfigurationException;
import org.walarchive.StoreAccessException;
import org.walarchive.internal.Similar;
import org.walarchive.store.BlobStore;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.StoreException;

/** Finds the provider of a scheme: the one passed as an object, else those that ServiceLoader finds. */
public final class StoreRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(StoreRegistry.class);

    private StoreRegistry() {}

    /** Opens the store of a configuration's location. */
    public static BlobStore open(ArchiveConfig config) throws ArchiveException {
        BlobStoreProvider provider = provider(config);
        try {
            return provider.open(config.location(), config.storeSettings());
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.INVALID) {
                throw new ConfigurationException(
                        "store at " + config.location() + " cannot be opened",
                        e.getMessage(),
                        e.hint().orElse(null),
                        e);
            }
            throw new StoreAccessException("store at " + config.location() + " cannot be opened", e);
        }
    }

    private static BlobStoreProvider provider(ArchiveConfig config) throws ConfigurationException {
        String scheme = config.location().scheme();
        Optional<BlobStoreProvider> given = config.storeProvider();
        if (given.isPresent()) {
            if (given.get().schemes().contains(scheme)) {
                return given.get();
            }
            throw new ConfigurationException(
                    "the store provider given does not open scheme '" + scheme + "'",
                    given.get().getClass().getName() + " opens " + given.get().schemes(),
                    "Give a location of a scheme that the provider opens.");
        }
        List<BlobStoreProvider> found = discover(config.classLoader().orElse(StoreRegistry.class.getClassLoader()));
        List<BlobStoreProvider> matching = matching(scheme, found);
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (matching.isEmpty() && config.classLoader().isEmpty() && context != null) {
            found = discover(context);
            matching = matching(scheme, found);
        }
        if (matching.isEmpty()) {
            throw none(scheme, found);
        }
        if (matching.size() > 1) {
            throw new ConfigurationException(
                    "more than one store for scheme '" + scheme + "'",
                    describe(matching.get(0)) + " and " + describe(matching.get(1)),
                    "Remove one of the jars from the class path.");
        }
        LOG.debug("scheme '{}' is opened by {}", scheme, describe(matching.get(0)));
        return matching.get(0);
    }

    private static List<BlobStoreProvider> matching(String scheme, List<BlobStoreProvider> found) {
        return found.stream().filter(p -> p.schemes().contains(scheme)).toList();
    }

    private static List<BlobStoreProvider> discover(ClassLoader loader) {
        List<BlobStoreProvider> found = new ArrayList<>();
        Iterator<ServiceLoader.Provider<BlobStoreProvider>> providers =
                ServiceLoader.load(BlobStoreProvider.class, loader).stream().iterator();
        while (true) {
            try {
                if (!providers.hasNext()) {
                    return found;
                }
                found.add(providers.next().get());
            } catch (ServiceConfigurationError | LinkageError e) {
                LOG.warn("a store provider cannot be loaded and is skipped: {}", e.toString());
            }
        }
    }

    private static ConfigurationException none(String scheme, List<BlobStoreProvider> found) {
        TreeSet<String> described = new TreeSet<>();
        found.forEach(p -> p.schemes().forEach(s -> described.add(s + " (" + jar(p) + ")")));
        String artefact = switch (scheme) {
            case "s3" -> "walarchive-store-s3";
            case "wabs", "azure" -> "walarchive-store-azure";
            case "gs" -> "walarchive-store-gcs";
            case "swift" -> "walarchive-store-swift";
            case "file" -> "walarchive-store-file";
            default -> "a jar with a store for it";
        };
        Stream<String> schemes =
                found.stream().flatMap(provider -> provider.schemes().stream()).sorted();
        String meant = Similar.to(scheme, schemes, 1)
                .map(known -> "Did you mean " + known + "? If not: ")
                .orElse("");
        return new ConfigurationException(
                "no store for scheme '" + scheme + "'",
                null,
                meant + (meant.isEmpty() ? "Add " : "add ") + artefact + " to the class path; found: "
                        + (described.isEmpty() ? "none" : String.join(", ", described)) + ".");
    }

    private static String describe(BlobStoreProvider provider) {
        return provider.getClass().getName() + " (" + jar(provider) + ")";
    }

    private static String jar(BlobStoreProvider provider) {
        CodeSource source = provider.getClass().getProtectionDomain().getCodeSource();
        URL url = source == null ? null : source.getLocation();
        if (url == null) {
            return "unknown jar";
        }
        String path = url.getPath().replaceFirst("/$", "");
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
