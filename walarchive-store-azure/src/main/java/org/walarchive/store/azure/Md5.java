package org.walarchive.store.azure;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The checksum by which the service verifies uploads and which it keeps of a blob. */
final class Md5 {

    private Md5() {}

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no MD5, which the service verifies uploads with", e);
        }
    }
}
