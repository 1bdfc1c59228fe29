package org.walarchive.store.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32C;

/** Bytes in memory that grow by chunks: a blob of 500 bytes does not take a part's room. Not for several threads at once. */
final class PartBuffer {

    private static final int FIRST_CHUNK = 1 << 14;
    /** G1 gives an array of half a region (of 1 MiB, the least) or more whole regions, and so wastes up to half of them. */
    private static final int LARGEST_CHUNK = 1 << 18;

    private final List<byte[]> chunks = new ArrayList<>();
    private long size;

    /** Returns how many bytes there are. */
    long size() {
        return size;
    }

    /**
     * Reads from a stream until its end or until there is a number of bytes.
     *
     * @return whether the stream ended
     */
    boolean fill(InputStream in, long limit) throws IOException {
        while (size < limit) {
            int room = (int) Math.min(limit - size, Math.max(FIRST_CHUNK, Math.min(size, LARGEST_CHUNK)));
            byte[] chunk = new byte[room];
            int n = in.readNBytes(chunk, 0, room);
            if (n > 0) {
                add(chunk, n);
            }
            if (n < room) {
                return true;
            }
        }
        return false;
    }

    private void add(byte[] chunk, int length) {
        chunks.add(length == chunk.length ? chunk : Arrays.copyOf(chunk, length));
        size += length;
    }

    /** Takes over the bytes of another buffer. */
    void append(PartBuffer other) {
        chunks.addAll(other.chunks);
        size += other.size;
    }

    /** Returns a stream of the bytes from the beginning. */
    InputStream stream() {
        if (chunks.size() == 1) {
            return new ByteArrayInputStream(chunks.get(0));
        }
        List<InputStream> streams = new ArrayList<>();
        chunks.forEach(chunk -> streams.add(new ByteArrayInputStream(chunk)));
        return new SequenceInputStream(Collections.enumeration(streams));
    }

    /** Returns the CRC-32C, big-endian, in base64. */
    String crc32c() {
        CRC32C crc = new CRC32C();
        update(crc);
        return text(crc);
    }

    /** Lets a checksum go on over the bytes. */
    void update(CRC32C crc) {
        chunks.forEach(crc::update);
    }

    /** Returns a checksum as S3 writes it. */
    static String text(CRC32C crc) {
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    /** Returns the MD5 in base64. */
    String md5() {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            chunks.forEach(digest::update);
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no MD5, which S3 services verify uploads with", e);
        }
    }
}
