package org.walarchive.store.support;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.Checksum;
import org.walarchive.stability.Experimental;

/**
 * For authors of stores: a part of a blob in memory, to be sent as often as needed. It grows by chunks, so that a blob of 500 bytes does
 * not take a part's room. Not for several threads at once while it grows.
 */
@Experimental
public final class PartBuffer {

    private static final int FIRST_CHUNK = 1 << 14;

    /** G1 gives an array of half a region (of 1 MiB, the least) or more whole regions, and so wastes up to half of them. */
    private static final int LARGEST_CHUNK = 1 << 18;

    private final List<byte[]> chunks = new ArrayList<>();
    private long size;

    /** Makes an empty one. */
    public PartBuffer() {}

    /**
     * Returns how many bytes there are.
     *
     * @return the number
     */
    public long size() {
        return size;
    }

    /**
     * Reads from a stream until its end or until there is a number of bytes.
     *
     * @param in the stream
     * @param limit how many bytes there shall be at most
     * @return whether the stream ended
     * @throws IOException if the stream fails; what was read stays
     */
    public boolean fill(InputStream in, long limit) throws IOException {
        while (size < limit) {
            int room = (int) Math.min(limit - size, Math.max(FIRST_CHUNK, Math.min(size, LARGEST_CHUNK)));
            byte[] chunk = new byte[room];
            int n = in.readNBytes(chunk, 0, room);
            if (n > 0) {
                chunks.add(n == room ? chunk : Arrays.copyOf(chunk, n));
                size += n;
            }
            if (n < room) {
                return true;
            }
        }
        return false;
    }

    /**
     * Adds the bytes of another buffer, which are shared and not copied.
     *
     * @param other the buffer
     */
    public void append(PartBuffer other) {
        chunks.addAll(other.chunks);
        size += other.size;
    }

    /**
     * Returns the bytes, not copied.
     *
     * @return arrays that follow each other, not to be changed
     */
    public List<byte[]> chunks() {
        return Collections.unmodifiableList(chunks);
    }

    /**
     * Returns a stream of the bytes from the beginning.
     *
     * @return the stream, which need not be closed
     */
    public InputStream stream() {
        if (chunks.size() == 1) {
            return new ByteArrayInputStream(chunks.get(0));
        }
        List<InputStream> streams = new ArrayList<>();
        chunks.forEach(chunk -> streams.add(new ByteArrayInputStream(chunk)));
        return new SequenceInputStream(Collections.enumeration(streams));
    }

    /**
     * Lets a checksum go on over the bytes.
     *
     * @param checksum the checksum
     */
    public void update(Checksum checksum) {
        chunks.forEach(checksum::update);
    }

    /**
     * Lets a digest go on over the bytes.
     *
     * @param digest the digest
     */
    public void update(MessageDigest digest) {
        chunks.forEach(digest::update);
    }
}
