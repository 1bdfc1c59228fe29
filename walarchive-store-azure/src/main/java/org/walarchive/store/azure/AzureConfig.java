package org.walarchive.store.azure;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * All settings of a store, read and checked. Secrets are in {@link AzureCredential} only, which does not print them.
 *
 * @param endpoint the account's address, without a slash at its end
 * @param credential who asks
 * @param caFile a file of certificates to trust, in place of Java's
 * @param connectTimeout how long a connection may take
 * @param readTimeout how long an established connection may stall
 * @param blockSizeBytes the size of a blob's first blocks
 * @param pageSize the most blobs of a list's page
 */
record AzureConfig(
        URI endpoint,
        AzureCredential credential,
        Optional<Path> caFile,
        Duration connectTimeout,
        Duration readTimeout,
        int blockSizeBytes,
        int pageSize) {}
