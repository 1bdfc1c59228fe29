package org.walarchive.core.codec;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A compressed or encrypted stream as its reader sees it: buffered, counted, and with an early end that is an error. */
public final class CompressedSource implements Closeable {

    /** How much memory a length in the stream is believed before the bytes have arrived. */
    private static final int BELIEVED_LENGTH = 256 * 1024;

    private final String format;
    private final InputStream in;
    private final byte[] buffer = new byte[128 * 1024];
    private int position;
    private int limit;
    private long bufferOffset;

    /**
     * Begins to read.
     *
     * @param format what errors call it
     */
    public CompressedSource(String format, InputStream in) {
        this.format = format;
        this.in = in;
    }

    /** Returns how many bytes have been taken. */
    public long offset() {
        return bufferOffset + position;
    }

    /** Tells whether all bytes have been taken. */
    public boolean atEnd() throws IOException {
        return position == limit && !refill();
    }

    private boolean refill() throws IOException {
        bufferOffset += limit;
        position = 0;
        limit = 0;
        int count = readSome(buffer, 0, buffer.length);
        limit = Math.max(count, 0);
        return count > 0;
    }

    private int readSome(byte[] target, int offset, int length) throws IOException {
        int count = in.read(target, offset, length);
        if (count != 0) {
            return count;
        }
        int single = in.read(); // a source that gives nothing without being at its end must not make us spin
        if (single < 0) {
            return -1;
        }
        target[offset] = (byte) single;
        return 1;
    }

    /** Takes a byte. */
    public int readByte() throws IOException {
        if (atEnd()) {
            throw truncated();
        }
        return buffer[position++] & 0xff;
    }

    int readIntLittleEndian() throws IOException {
        return readByte() | readByte() << 8 | readByte() << 16 | readByte() << 24;
    }

    /** Takes four bytes. */
    public int readIntBigEndian() throws IOException {
        return readByte() << 24 | readByte() << 16 | readByte() << 8 | readByte();
    }

    /** Takes as many bytes as there are at once, at least one. */
    public int readAvailable(byte[] target, int offset, int length) throws IOException {
        if (atEnd()) {
            throw truncated();
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(buffer, position, target, offset, count);
        position += count;
        return count;
    }

    /** Takes a number of bytes. */
    public void readFully(byte[] target, int offset, int length) throws IOException {
        int done = Math.min(length, limit - position);
        System.arraycopy(buffer, position, target, offset, done);
        position += done;
        while (done < length) {
            int count = readSome(target, offset + done, length - done);
            if (count < 0) {
                throw truncated();
            }
            done += count;
            bufferOffset += count;
        }
    }

    /**
     * Reads bytes of a length that only the stream vouches for: memory grows with what arrives.
     *
     * @param reusable an array to use if it is large enough
     * @return an array of at least that length that begins with the bytes
     */
    byte[] readGrowing(byte[] reusable, int length) throws IOException {
        byte[] bytes = reusable;
        int done = 0;
        while (done < length) {
            if (done == bytes.length) {
                long grown = Math.max(BELIEVED_LENGTH, bytes.length * 2L);
                bytes = Arrays.copyOf(bytes, (int) Math.min(length, grown));
            }
            int count = Math.min(length, bytes.length) - done;
            readFully(bytes, done, count);
            done += count;
        }
        return bytes;
    }

    void skip(long length) throws IOException {
        long left = length;
        while (left > 0) {
            if (atEnd()) {
                throw truncated();
            }
            int count = (int) Math.min(left, limit - position);
            position += count;
            left -= count;
        }
    }

    private CorruptStreamException truncated() {
        return corrupt("it ends early");
    }

    /** Makes the failure to throw for a stream that does not begin as its format does. */
    CorruptStreamException strange() {
        return corruptAt(
                0,
                "no " + format
                        + " magic: it is damaged, or encrypted in a way that cannot be read here, as WAL-G does with"
                        + " libsodium or a KMS",
                null);
    }

    /** Makes the failure to throw for what is wrong here. */
    public CorruptStreamException corrupt(String fault) {
        return corrupt(fault, null);
    }

    /** Makes the failure to throw for what is wrong here. */
    public CorruptStreamException corrupt(String fault, @Nullable Throwable cause) {
        return corruptAt(offset(), fault, cause);
    }

    CorruptStreamException corruptAt(long offset, String fault, @Nullable Throwable cause) {
        return new CorruptStreamException(format, fault, offset, cause);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
