package org.walarchive.store.gcs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * All settings of a store, read and checked. It holds no secret: a credential is in a file.
 *
 * @param endpoint the service
 * @param credentialsFile the file of the credential; empty for what Google's chain finds
 * @param userProject the project that pays for requests, where the bucket's owner does not
 * @param storageClass the storage class of new objects; empty for the bucket's default
 * @param kmsKey the key of Cloud KMS that encrypts new objects; empty for the bucket's default
 * @param connectTimeout how long a connection may take
 * @param readTimeout how long an established connection may stall
 * @param chunkSizeBytes how much of a large blob is sent by one request; a multiple of 256 KiB
 * @param pageSize the most keys of a list's page
 */
record GcsConfig(
        GcsEndpoint endpoint,
        Optional<Path> credentialsFile,
        Optional<String> userProject,
        Optional<String> storageClass,
        Optional<String> kmsKey,
        Duration connectTimeout,
        Duration readTimeout,
        int chunkSizeBytes,
        int pageSize) {

    /** Returns how long it may take to have a token: long enough for one request that stalls. */
    Duration tokenTimeout() {
        return connectTimeout.plus(readTimeout);
    }
}
