package org.walarchive.cli;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.walarchive.WalArchive;
import org.walarchive.spi.EngineProvider;
import org.walarchive.store.BlobStoreProvider;

/**
 * Finds engine and store in two files that the launcher names, copies of those in the jars. To look for them in the jars would open every jar
 * of the class path, which takes longer than to archive a segment.
 */
final class NamedServices extends ClassLoader {

    private final Map<String, Path> files;

    private NamedServices(String engine, String store) {
        super(NamedServices.class.getClassLoader());
        files = Map.of(
                "META-INF/services/" + EngineProvider.class.getName(), Path.of(engine),
                "META-INF/services/" + BlobStoreProvider.class.getName(), Path.of(store));
    }

    /** Returns what opens the archive of a run; the files may be null, where the launcher is not sure of the store. */
    static ArchiveOpener opener(@Nullable String engine, @Nullable String store) {
        if (engine == null || store == null) {
            return WalArchive::open;
        }
        ClassLoader loader = new NamedServices(engine, store);
        return config -> WalArchive.open(config.toBuilder().classLoader(loader).build());
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        Path file = files.get(name);
        return file == null
                ? super.getResources(name)
                : Collections.enumeration(List.of(file.toUri().toURL()));
    }
}
