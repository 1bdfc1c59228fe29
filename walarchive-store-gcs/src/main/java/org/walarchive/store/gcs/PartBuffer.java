package org.walarchive.store.gcs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** Counts the bytes into a checksum. */
    void addTo(CRC32C checksum) {
        chunks.forEach(checksum::update);
    }

    /**
     * Writes the bytes.
     *
     * @param from how many are left out at the beginning
     */
    void writeTo(OutputStream out, long from) throws IOException {
        long skip = from;
        for (byte[] chunk : chunks) {
            int skipped = (int) Math.min(skip, chunk.length);
            out.write(chunk, skipped, chunk.length - skipped);
            skip -= skipped;
        }
    }
}
