package org.walarchive.core.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import org.walarchive.core.codec.BlockStream;
import org.walarchive.core.codec.CompressedSource;

/**
 * Decrypts what {@link MdcWriter} makes. It ends only after the modification detection code was found and is right; bytes
 * delivered before that are not to be trusted.
 */
final class MdcReader extends BlockStream {

    private static final int CHUNK = 64 * 1024;
    private static final int CODE = MdcWriter.CODE_BYTES;

    private final CompressedSource source;
    private final InputStream content;
    private final BlockCipherMode cipher;
    private final int blockBytes;
    private final MessageDigest digest = MdcWriter.sha1();
    private final byte[] encrypted = new byte[CHUNK];
    private final byte[] keystream;

    /** What may be the code, held back; then the plain chunk. */
    private final byte[] plain = new byte[CODE + CHUNK];

    private int held;
    private boolean started;
    private boolean ended;

    /** Decrypts the content of a packet, from behind its version. */
    MdcReader(CompressedSource source, InputStream content, SessionKey key) throws IOException {
        this.source = source;
        this.content = content;
        cipher = BlockCipherMode.of(key);
        blockBytes = cipher.blockBytes();
        keystream = new byte[CHUNK + blockBytes];
        cipher.encrypt(new byte[blockBytes], 0, blockBytes, keystream, 0);
    }

    @Override
    protected boolean makeBlock() throws IOException {
        if (ended) {
            return false;
        }
        int length = fill(content, encrypted, 0);
        decrypt(length);
        int end = held + length;
        ended = length < CHUNK;
        int prefix = started ? 0 : blockBytes + 2;
        started = true;
        if (ended && end < prefix + CODE) {
            throw source.corrupt("the encrypted content is too short to hold a modification detection code");
        }
        int keep = Math.min(end, CODE);
        MdcWriter.update(digest, plain, end - keep);
        byte[] deliver = Arrays.copyOfRange(plain, Math.min(prefix, end - keep), end - keep);
        System.arraycopy(plain, end - keep, plain, 0, keep);
        held = keep;
        if (ended) {
            requireCode();
        }
        supply(deliver, 0, deliver.length);
        return true;
    }

    /** Cᵢ is the ciphertext: Pᵢ = Cᵢ ⊕ K(Cᵢ₋₁), with C₀ all zeros. */
    private void decrypt(int length) {
        int whole = length / blockBytes * blockBytes;
        for (int at = 0; at < whole; at += CfbEncryptor.CHUNK) {
            cipher.encrypt(encrypted, at, Math.min(CfbEncryptor.CHUNK, whole - at), keystream, at + blockBytes);
        }
        Keystream.apply(keystream, encrypted, 0, length, plain, held);
        System.arraycopy(keystream, whole, keystream, 0, blockBytes);
    }

    private void requireCode() throws IOException {
        byte[] expected = MdcWriter.code(digest);
        if (!MessageDigest.isEqual(expected, Arrays.copyOf(plain, CODE))) {
            throw source.corrupt(
                    "the modification detection code does not match: it was changed, or its end is missing");
        }
    }

    @Override
    protected void release() throws IOException {
        content.close();
    }
}
