package org.walarchive.store.tck;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Blobs by their full key. Outlives the stores that are opened on it. */
final class MemoryContainer {

    /** A blob; the bytes are never changed. */
    record Blob(byte[] bytes, Instant lastModified) {}

    /** Keys in the order of their UTF-8 bytes, which is not the order of {@link String#compareTo}. */
    static final Comparator<String> KEY_ORDER =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private final NavigableMap<String, Blob> blobs = new ConcurrentSkipListMap<>(KEY_ORDER);
    private volatile boolean dropped;

    NavigableMap<String, Blob> blobs() {
        return blobs;
    }

    boolean dropped() {
        return dropped;
    }

    void drop() {
        dropped = true;
        blobs.clear();
    }
}
