package org.walarchive.core.prefetch;

import java.util.Optional;
import org.walarchive.ArchiveConfig;

/** Interim. */
final class ArchiveAddress {
    private ArchiveAddress() {}

    static Optional<String> of(ArchiveConfig config) {
        return Optional.of(config.location().toString());
    }
}
