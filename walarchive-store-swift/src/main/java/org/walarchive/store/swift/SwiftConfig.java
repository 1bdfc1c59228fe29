package org.walarchive.store.swift;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * All settings of a store, read and checked. The only secret is in {@link Login}, which does not print it.
 *
 * @param login how to get a token
 * @param caFile a file of certificates to trust, in place of Java's
 * @param connectTimeout how long a connection may take
 * @param readTimeout how long an established connection may stall
 * @param segmentSizeBytes the size of the first segments of a large object
 * @param pageSize the most entries of a list's page
 */
record SwiftConfig(
        Login login,
        Optional<Path> caFile,
        Duration connectTimeout,
        Duration readTimeout,
        int segmentSizeBytes,
        int pageSize) {}
