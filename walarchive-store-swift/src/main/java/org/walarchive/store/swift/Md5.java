package org.walarchive.store.swift;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.walarchive.store.support.PartBuffer;

/** The digest that Swift keeps of every object. */
final class Md5 {

    private Md5() {}

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no MD5, which Swift verifies objects with", e);
        }
    }

    /** Returns the digest of a part, which is the ETag of an object that holds these bytes. */
    static String of(PartBuffer content) {
        MessageDigest digest = digest();
        content.update(digest);
        return hex(digest);
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
