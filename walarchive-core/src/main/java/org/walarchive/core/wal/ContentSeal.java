package org.walarchive.core.wal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.zip.CRC32C;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.walarchive.postgres.WalFileName;

/**
 * What an encrypted WAL object says of the file it holds, so that a host without the private key can tell whether it is the
 * same: a code of the file under a secret that the members of the cluster share. {@code docs/format.md#seal} has the
 * bytes, {@code docs/decisions/0012-encrypted-objects.md} the reasons.
 *
 * @param note what is put into the object
 * @param crc a checksum of the file that was sealed, by which it is held to that when it is read again
 */
record ContentSeal(byte[] note, long crc) {

    private static final byte[] MAGIC = "walarchive\1".getBytes(StandardCharsets.US_ASCII);
    private static final int SALT_BYTES = 16;
    private static final int CODE_BYTES = 32;
    private static final int CODE_AT = MAGIC.length + SALT_BYTES;

    /** What a note says of a file. */
    enum Answer {
        /** The object was made of the file. */
        SAME,
        /** The object was made of something else. */
        OTHER,
        /** The note is no seal. */
        UNSEALED
    }

    /** Seals a file, which is read to its end. */
    static ContentSeal of(WalFileName name, byte[] secret, InputStream file) throws IOException {
        byte[] note = Arrays.copyOf(MAGIC, CODE_AT + CODE_BYTES);
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        System.arraycopy(salt, 0, note, MAGIC.length, SALT_BYTES);
        Mac mac = mac(name, secret, salt);
        CRC32C crc = new CRC32C();
        byte[] buffer = new byte[256 * 1024];
        int n;
        while ((n = file.read(buffer)) >= 0) {
            update(mac, buffer, n);
            crc.update(buffer, 0, n);
        }
        System.arraycopy(mac.doFinal(), 0, note, CODE_AT, CODE_BYTES);
        return new ContentSeal(note, crc.getValue());
    }

    /** Holds a file, which is read to its end, against the note of an object. */
    static Answer check(WalFileName name, byte[] secret, InputStream file, byte[] note) throws IOException {
        if (note.length != CODE_AT + CODE_BYTES || !Arrays.equals(Arrays.copyOf(note, MAGIC.length), MAGIC)) {
            return Answer.UNSEALED;
        }
        Mac mac = mac(name, secret, Arrays.copyOfRange(note, MAGIC.length, CODE_AT));
        byte[] buffer = new byte[256 * 1024];
        int n;
        while ((n = file.read(buffer)) >= 0) {
            update(mac, buffer, n);
        }
        byte[] code = Arrays.copyOfRange(note, CODE_AT, note.length);
        return MessageDigest.isEqual(mac.doFinal(), code) ? Answer.SAME : Answer.OTHER;
    }

    /** In small pieces: see {@code CfbEncryptor} for why. */
    private static void update(Mac mac, byte[] bytes, int length) {
        for (int at = 0; at < length; at += 1024) {
            mac.update(bytes, at, Math.min(1024, length - at));
        }
    }

    private static Mac mac(WalFileName name, byte[] secret, byte[] salt) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(MAGIC);
            mac.update(salt);
            mac.update((name.text() + "\0").getBytes(StandardCharsets.US_ASCII));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC with SHA-256", e);
        }
    }

    /** Makes a stream of the same file that fails at its end if the content is another than was sealed. */
    InputStream requireSame(InputStream file) {
        return new Unchanged(file, crc);
    }

    private static final class Unchanged extends FilterInputStream {
        private final long expected;
        private final CRC32C crc = new CRC32C();

        Unchanged(InputStream in, long expected) {
            super(in);
            this.expected = expected;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            if (count > 0) {
                crc.update(target, offset, count);
            } else if (count < 0 && crc.getValue() != expected) {
                throw new IOException("the file changed while it was archived");
            }
            return count;
        }
    }
}
