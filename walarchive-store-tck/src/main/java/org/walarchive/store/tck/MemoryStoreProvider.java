package org.walarchive.store.tck;

import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.walarchive.stability.Stable;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

/**
 * Opens stores in memory for locations such as {@code memory://container/some/dir}. The blobs belong to this object: stores
 * opened by it at one location share them, whether closed in between or not; those of another provider see nothing.
 *
 * <p>Meant to be passed as an object; it is not registered for {@link java.util.ServiceLoader}. Safe for use by many
 * threads.
 */
@Stable
public final class MemoryStoreProvider implements BlobStoreProvider {

    /** How many blobs and prefixes a page of a list holds unless told otherwise. */
    public static final int DEFAULT_PAGE_SIZE = 1000;

    private final Map<String, MemoryContainer> containers = new ConcurrentHashMap<>();
    private final Clock clock;
    private final int pageSize;

    /** Makes a provider without blobs, with the system's clock and pages of {@link #DEFAULT_PAGE_SIZE}. */
    public MemoryStoreProvider() {
        this(Clock.systemUTC(), DEFAULT_PAGE_SIZE);
    }

    /**
     * Makes a provider without blobs.
     *
     * @param clock what gives {@link org.walarchive.store.BlobInfo#lastModified}
     * @param pageSize how many blobs and prefixes a page of a list holds at most; at least 1
     */
    public MemoryStoreProvider(Clock clock, int pageSize) {
        if (pageSize < 1) {
            throw new IllegalArgumentException("page size is less than 1: " + pageSize);
        }
        this.clock = clock;
        this.pageSize = pageSize;
    }

    /** Returns {@code memory}. */
    @Override
    public Set<String> schemes() {
        return Set.of("memory");
    }

    /** Opens a store; its container is made when there is none of this name. */
    @Override
    public MemoryBlobStore open(StoreLocation location, StoreSettings settings) {
        MemoryContainer container = containers.computeIfAbsent(location.container(), name -> new MemoryContainer());
        return new MemoryBlobStore(container, location, clock, pageSize);
    }

    /**
     * Removes a container with all its blobs. Stores that are open on it fail with
     * {@link org.walarchive.store.StoreException.Kind#NO_CONTAINER} from now on; a store opened later begins empty.
     *
     * @param container its name; nothing happens when there is none
     */
    public void drop(String container) {
        MemoryContainer dropped = containers.remove(container);
        if (dropped != null) {
            dropped.drop();
        }
    }
}
