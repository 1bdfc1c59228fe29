package org.walarchive;

import java.util.List;
import org.walarchive.stability.Stable;

/**
 * What a deletion did.
 *
 * @param deletedObjects how many objects were deleted, those that somebody else deleted at the same time included
 * @param deletedBytes how much they took
 * @param failures which could not be deleted
 * @param leftObjects how many objects of the plan were left: because they are needed since, or because of the failures
 */
@Stable
public record DeletionResult(long deletedObjects, long deletedBytes, List<Failure> failures, long leftObjects) {

    /**
     * An object that could not be deleted.
     *
     * @param key its key, relative to the archive's prefix
     * @param message why
     */
    public record Failure(String key, String message) {}

    /** Copies the list. */
    public DeletionResult {
        failures = List.copyOf(failures);
    }
}
