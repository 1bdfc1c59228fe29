package org.walarchive.core.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.walarchive.core.codec.BlockStream;

/**
 * The encrypted content of an integrity protected packet, version 1: a random prefix, packets, and a modification detection
 * code (RFC 4880, sections 5.13 and 5.14).
 */
final class MdcWriter extends BlockStream {

    static final int BLOCK = 16;
    static final int CODE_BYTES = 22;

    private final InputStream packets;
    private final CfbEncryptor cipher;
    private final MessageDigest digest = sha1();
    private final byte[] buffer = new byte[64 * 1024];
    private int prefixLength;
    private boolean ended;

    MdcWriter(InputStream packets, byte[] key, SecureRandom random) {
        this.packets = packets;
        this.cipher = new CfbEncryptor(key);
        byte[] prefix = new byte[BLOCK];
        random.nextBytes(prefix);
        System.arraycopy(prefix, 0, buffer, 0, BLOCK);
        System.arraycopy(prefix, BLOCK - 2, buffer, BLOCK, 2);
        prefixLength = BLOCK + 2;
    }

    @Override
    protected boolean makeBlock() throws IOException {
        if (ended) {
            return false;
        }
        int length = prefixLength + fill(packets, buffer, prefixLength);
        prefixLength = 0;
        update(digest, buffer, length);
        cipher.encrypt(buffer, 0, length);
        supply(buffer, 0, length);
        if (length < buffer.length) {
            ended = true;
            byte[] block = Arrays.copyOf(buffer, length + CODE_BYTES);
            byte[] code = code(digest);
            cipher.encrypt(code, 0, CODE_BYTES);
            System.arraycopy(code, 0, block, length, CODE_BYTES);
            supply(block, 0, block.length);
        }
        return true;
    }

    static void update(MessageDigest digest, byte[] bytes, int length) {
        for (int at = 0; at < length; at += CfbEncryptor.CHUNK) {
            digest.update(bytes, at, Math.min(CfbEncryptor.CHUNK, length - at));
        }
    }

    /** Returns the packet that ends the content: a header and the digest of all before, the header included. */
    static byte[] code(MessageDigest digest) {
        byte[] code = new byte[CODE_BYTES];
        code[0] = (byte) 0xD3;
        code[1] = 20;
        digest.update(code, 0, 2);
        System.arraycopy(digest.digest(), 0, code, 2, 20);
        return code;
    }

    static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    @Override
    protected void release() throws IOException {
        packets.close();
    }
}
