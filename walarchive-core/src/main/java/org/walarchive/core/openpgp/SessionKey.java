package org.walarchive.core.openpgp;

/**
 * What a message is encrypted with.
 *
 * @param algorithm the cipher's number (RFC 4880, section 9.2)
 * @param key the key, a secret
 */
record SessionKey(int algorithm, byte[] key) {

    /** AES with 256 bits. */
    static final int AES_256 = 9;

    /** Shows no secret. */
    @Override
    public String toString() {
        return "SessionKey[algorithm=" + algorithm + "]";
    }
}
