package org.walarchive;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Which base backup to restore, and where to.
 *
 * @param directory the data directory to make: absent, or empty except for {@code pg_tblspc} with links to empty
 *     directories where the backup has tablespaces
 * @param backup a backup's name, or {@value #LATEST}
 */
public record RestoreRequest(Path directory, String backup) {

    /** The backup whose sentinel was put last. */
    public static final String LATEST = "LATEST";

    /** Checks for null. */
    public RestoreRequest {
        Objects.requireNonNull(directory);
        Objects.requireNonNull(backup);
    }
}
