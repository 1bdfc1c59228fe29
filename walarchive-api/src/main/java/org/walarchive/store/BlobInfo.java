package org.walarchive.store;

import java.time.Instant;
import org.walarchive.stability.Stable;

/**
 * What a list tells of a blob.
 *
 * @param key its key
 * @param sizeBytes its length
 * @param lastModified when it was put, by the store's clock, as exact as the store tells
 */
@Stable
public record BlobInfo(String key, long sizeBytes, Instant lastModified) {

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public BlobInfo {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("size of " + key + " is negative: " + sizeBytes);
        }
    }
}
