package org.walarchive.store.s3;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.walarchive.store.support.PartBuffer;

/** Checksums of contents, as S3 writes them. */
final class Checksums {

    private Checksums() {}

    /** Returns the CRC-32C, big-endian, in base64. */
    static String crc32c(PartBuffer content) {
        CRC32C crc = new CRC32C();
        content.update(crc);
        return text(crc);
    }

    static String text(CRC32C crc) {
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    /** Returns the MD5 in base64. */
    static String md5(PartBuffer content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            content.update(digest);
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no MD5, which S3 services verify uploads with", e);
        }
    }
}
