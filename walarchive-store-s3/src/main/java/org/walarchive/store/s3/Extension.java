package org.walarchive.store.s3;

/** What today's S3 has and an older or smaller service may refuse. */
enum Extension {
    /** {@code x-amz-checksum-crc32c} and {@code x-amz-checksum-mode}. */
    CRC32C("CRC-32C checksums"),
    /** {@code x-amz-checksum-type}: a checksum of all of an object that was put in parts. */
    WHOLE_CRC32C("CRC-32C checksums over all parts"),
    /** {@code If-None-Match} with puts. */
    CONDITION("If-None-Match"),
    /** {@code x-amz-server-side-encryption}, where nobody asked for it. */
    ENCRYPTION("server-side encryption");

    private final String words;

    Extension(String words) {
        this.words = words;
    }

    /** Returns the words for the log. */
    @Override
    public String toString() {
        return words;
    }
}
