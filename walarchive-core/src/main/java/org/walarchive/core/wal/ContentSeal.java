package org.walarchive.core.wal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.walarchive.core.codec.BlockStream;
import org.walarchive.postgres.WalFileName;

/**
 * What an encrypted WAL object ends with, so that a host without the private key can tell whether it holds a file: a digest of
 * the object, and one of the file under a secret that the members of the cluster share. {@code docs/format.md#seal} has
 * the bytes, {@code docs/decisions/0012-encrypted-objects.md} the reasons.
 */
final class ContentSeal {

    /** A packet for private use: readers of OpenPGP pass over it. */
    private static final byte[] HEADER = {(byte) 0xFC, 91};

    private static final byte[] MAGIC = "walarchive\1".getBytes(StandardCharsets.US_ASCII);
    private static final int SALT_BYTES = 16;
    private static final int DIGEST_BYTES = 32;
    private static final int LENGTH = HEADER.length + MAGIC.length + SALT_BYTES + 2 * DIGEST_BYTES;

    private final WalFileName name;
    private final byte[] secret;

    /** What an object says of a file. */
    enum Answer {
        /** It is whole, and holds the file. */
        SAME,
        /** It is whole, and holds something else. */
        OTHER,
        /** It is not what was stored. */
        DAMAGED,
        /** It has no seal. */
        UNSEALED
    }

    /** How an object is made of a file's stream. */
    @FunctionalInterface
    interface Form {
        InputStream of(InputStream plain) throws IOException;
    }

    /** Makes the seals of one file. */
    ContentSeal(WalFileName name, byte[] secret) {
        this.name = name;
        this.secret = secret.clone();
    }

    /** Makes the object of a file, with a seal at its end. */
    InputStream seal(InputStream plain, Form form) throws IOException {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        Mac mac = mac(salt);
        return new Sealing(form.of(new Authenticated(plain, mac)), salt, mac);
    }

    /** Reads an object to its end, and a file if the object is whole. */
    Answer check(InputStream object, InputStream file) throws IOException {
        MessageDigest digest = sha256();
        byte[] end = new byte[0];
        byte[] chunk;
        while ((chunk = object.readNBytes(256 * 1024)).length > 0) {
            byte[] joined = Arrays.copyOf(end, end.length + chunk.length);
            System.arraycopy(chunk, 0, joined, end.length, chunk.length);
            int keep = Math.min(joined.length, LENGTH);
            digest.update(joined, 0, joined.length - keep);
            end = Arrays.copyOfRange(joined, joined.length - keep, joined.length);
        }
        ByteBuffer seal = ByteBuffer.wrap(end);
        if (end.length < LENGTH
                || !Arrays.equals(take(seal, HEADER.length), HEADER)
                || !Arrays.equals(take(seal, MAGIC.length), MAGIC)) {
            return Answer.UNSEALED;
        }
        Mac mac = mac(take(seal, SALT_BYTES));
        byte[] ofFile = take(seal, DIGEST_BYTES);
        digest.update(end, 0, seal.position());
        if (!Arrays.equals(take(seal, DIGEST_BYTES), digest.digest())) {
            return Answer.DAMAGED;
        }
        try (InputStream plain = new Authenticated(file, mac)) {
            plain.transferTo(OutputStream.nullOutputStream());
        }
        return MessageDigest.isEqual(ofFile, mac.doFinal()) ? Answer.SAME : Answer.OTHER;
    }

    private static byte[] take(ByteBuffer buffer, int length) {
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    private Mac mac(byte[] salt) {
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

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The object, then the seal. */
    private static final class Sealing extends BlockStream {
        private final InputStream object;
        private final byte[] salt;
        private final Mac mac;
        private final MessageDigest digest = sha256();
        private final byte[] buffer = new byte[64 * 1024];
        private boolean sealed;

        Sealing(InputStream object, byte[] salt, Mac mac) {
            this.object = object;
            this.salt = salt;
            this.mac = mac;
        }

        @Override
        protected boolean makeBlock() throws IOException {
            if (sealed) {
                return false;
            }
            int length = object.read(buffer, 0, buffer.length);
            if (length >= 0) {
                digest.update(buffer, 0, length);
                supply(buffer, 0, length);
                return true;
            }
            sealed = true;
            ByteBuffer seal =
                    ByteBuffer.allocate(LENGTH).put(HEADER).put(MAGIC).put(salt).put(mac.doFinal());
            digest.update(seal.array(), 0, seal.position());
            seal.put(digest.digest());
            supply(seal.array(), 0, LENGTH);
            return true;
        }

        @Override
        protected void release() throws IOException {
            object.close();
        }
    }

    /** A stream that is authenticated as it is read. */
    private static final class Authenticated extends FilterInputStream {
        private final Mac mac;

        Authenticated(InputStream in, Mac mac) {
            super(in);
            this.mac = mac;
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
                mac.update(target, offset, count);
            }
            return count;
        }
    }
}
