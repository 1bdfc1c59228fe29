package org.walarchive.core.openpgp;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES in CFB mode with a zero vector (RFC 4880, section 5.13), made of CBC mode, which Java has by processor instructions as a
 * whole, and CFB only block by block.
 *
 * <p>With K the cipher and P the plain blocks, CFB is C₁ = P₁ ⊕ X₁ with X₁ = K(0), and Cᵢ = Pᵢ ⊕ Xᵢ with Xᵢ₊₁ = K(Cᵢ)
 * = K(Pᵢ ⊕ Xᵢ). So X₂, X₃ … are the CBC encryption of P₁, P₂ … with the vector X₁.
 */
final class CfbEncryptor {

    private static final int BLOCK = 16;

    /**
     * How much the ciphers and digests of Java are given at once. Their processor instructions come into use when a caller has
     * been compiled, after some thousand calls: with 64 KiB, after some hundred MiB.
     */
    static final int CHUNK = 2048;

    private final Cipher cbc;
    private final byte[] keystream = new byte[CHUNK + BLOCK];

    /** The plain bytes of a block that has begun, and how many of them there are; its keystream is the array's beginning. */
    private final byte[] begun = new byte[BLOCK];

    private int begunLength;

    CfbEncryptor(byte[] key) {
        try {
            SecretKeySpec secret = new SecretKeySpec(key, "AES");
            Cipher ecb = Cipher.getInstance("AES/ECB/NoPadding");
            ecb.init(Cipher.ENCRYPT_MODE, secret);
            byte[] first = ecb.doFinal(new byte[BLOCK]);
            System.arraycopy(first, 0, keystream, 0, BLOCK);
            cbc = Cipher.getInstance("AES/CBC/NoPadding");
            cbc.init(Cipher.ENCRYPT_MODE, secret, new IvParameterSpec(first));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES", e);
        }
    }

    /** Encrypts the next bytes in place. */
    void encrypt(byte[] bytes, int from, int to) {
        int position = from;
        while (position < to) {
            if (begunLength > 0 || to - position < BLOCK) {
                position = encryptPartOfBlock(bytes, position, to);
            } else {
                int length = Math.min(CHUNK, to - position & -BLOCK);
                advance(bytes, position, length);
                Keystream.apply(keystream, bytes, position, length, bytes, position);
                System.arraycopy(keystream, length, keystream, 0, BLOCK);
                position += length;
            }
        }
    }

    private int encryptPartOfBlock(byte[] bytes, int from, int to) {
        int position = from;
        while (position < to && begunLength < BLOCK) {
            begun[begunLength] = bytes[position];
            bytes[position++] ^= keystream[begunLength++];
        }
        if (begunLength == BLOCK) {
            advance(begun, 0, BLOCK);
            System.arraycopy(keystream, BLOCK, keystream, 0, BLOCK);
            begunLength = 0;
        }
        return position;
    }

    /** Makes the keystream of the blocks that follow the first of these plain bytes. */
    private void advance(byte[] plain, int from, int length) {
        try {
            cbc.update(plain, from, length, keystream, BLOCK);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the keystream has room", e);
        }
    }
}
