package org.walarchive.store.swift;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/** Bytes in memory that grow by chunks: a blob of 500 bytes does not take a segment's room. Not for several threads at once. */
final class SegmentBuffer {

    /** As WAL-E has it. */
    static final MediaType CONTENT_TYPE = MediaType.get("application/octet-stream");

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
    void append(SegmentBuffer other) {
        chunks.addAll(other.chunks);
        size += other.size;
    }

    /** Returns the MD5 in hexadecimal digits, which is the ETag of an object that holds these bytes. */
    String md5() {
        MessageDigest digest = Md5.digest();
        chunks.forEach(digest::update);
        return Md5.hex(digest);
    }

    /** Returns the bytes as the body of a request, which may be sent again. */
    RequestBody body() {
        return new RequestBody() {
            @Override
            public MediaType contentType() {
                return CONTENT_TYPE;
            }

            @Override
            public long contentLength() {
                return size;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                for (byte[] chunk : chunks) {
                    sink.write(chunk);
                }
            }
        };
    }
}
