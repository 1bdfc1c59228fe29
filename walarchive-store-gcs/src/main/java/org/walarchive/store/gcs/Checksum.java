package org.walarchive.store.gcs;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;

/** CRC-32C as the service writes it: big-endian, in base64. */
final class Checksum {

    private Checksum() {}

    static String text(CRC32C checksum) {
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    }

    /** Reads it from a header {@code x-goog-hash: crc32c=…,md5=…}. */
    static Optional<String> ofHeader(String header) {
        return Arrays.stream(header.split(","))
                .map(String::strip)
                .filter(hash -> hash.startsWith("crc32c="))
                .map(hash -> hash.substring("crc32c=".length()))
                .findFirst();
    }
}
