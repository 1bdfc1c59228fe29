package org.walarchive.store.azure;

import com.azure.core.util.BinaryData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Bytes in memory that grow by chunks: a blob of 500 bytes does not take a block's room. Not for several threads at once. */
final class BlockBuffer {

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
                chunks.add(n == room ? chunk : Arrays.copyOf(chunk, n));
                size += n;
            }
            if (n < room) {
                return true;
            }
        }
        return false;
    }

    /** Takes over the bytes of another buffer. */
    void append(BlockBuffer other) {
        chunks.addAll(other.chunks);
        size += other.size;
    }

    /** Returns the bytes as the SDK takes them, not copied. */
    BinaryData data() {
        return chunks.isEmpty()
                ? BinaryData.fromBytes(new byte[0])
                : BinaryData.fromListByteBuffer(
                        chunks.stream().map(ByteBuffer::wrap).toList());
    }

    /** Lets a digest go on over the bytes. */
    void update(MessageDigest digest) {
        chunks.forEach(digest::update);
    }

    /** Returns the MD5. */
    byte[] md5() {
        MessageDigest digest = Md5.digest();
        update(digest);
        return digest.digest();
    }
}
