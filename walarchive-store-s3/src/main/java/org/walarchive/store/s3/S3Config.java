package org.walarchive.store.s3;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * All settings of a store, read and checked. Secrets are in {@link AccessKey} and {@link Encryption} only, which do not
 * print them.
 *
 * @param endpoint the service, if it is not the region's own
 * @param region the region; empty for what the SDK's chain finds
 * @param accessKey the key; empty for what the SDK's chain finds
 * @param instanceProfile whether the key comes from the instance's metadata service, and from nowhere else
 * @param profile the profile in the SDK's files
 * @param storageClass the storage class of new objects; empty for the service's default
 * @param encryption how objects are encrypted by the service
 * @param acl the canned access control list of new objects
 * @param tags the tags of new objects, as a query string
 * @param requesterPays whether the requester agrees to pay
 * @param caFile a file of certificates to trust, in place of Java's
 * @param ifAbsent how a put that must not replace is made
 * @param connectTimeout how long a connection may take
 * @param readTimeout how long an established connection may stall
 * @param partSizeBytes the size of the first parts of a multipart upload
 * @param pageSize the most keys of a list's page
 */
record S3Config(
        Optional<S3Endpoint> endpoint,
        Optional<String> region,
        Optional<AccessKey> accessKey,
        boolean instanceProfile,
        Optional<String> profile,
        Optional<String> storageClass,
        Encryption encryption,
        Optional<String> acl,
        Optional<String> tags,
        boolean requesterPays,
        Optional<Path> caFile,
        IfAbsent ifAbsent,
        Duration connectTimeout,
        Duration readTimeout,
        int partSizeBytes,
        int pageSize) {

    /** Tells whether the service is Amazon's own, which is known to verify checksums and to honour conditions. */
    boolean isAws() {
        return endpoint.map(S3Endpoint::isAws).orElse(true);
    }
}
