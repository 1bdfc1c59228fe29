package org.walarchive.store.s3;

/**
 * What a service is believed to understand.
 *
 * @param crc whether it takes {@code x-amz-checksum-crc32c} and {@code x-amz-checksum-mode}
 * @param conditional whether it takes {@code If-None-Match} with puts
 */
record Dialect(boolean crc, boolean conditional) {

    /** All of today's S3. */
    static final Dialect FULL = new Dialect(true, true);

    /** Says what is missing, for the log. */
    String missing() {
        if (crc) {
            return "If-None-Match";
        }
        return conditional ? "CRC-32C checksums" : "CRC-32C checksums and If-None-Match";
    }
}
