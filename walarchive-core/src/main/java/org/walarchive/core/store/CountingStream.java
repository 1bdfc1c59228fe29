package org.walarchive.core.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts the bytes that are read, and remembers whether the end was seen. Not thread-safe. */
public final class CountingStream extends FilterInputStream {

    private long count;
    private boolean ended;

    /** Counts what is read of a stream from now on. */
    public CountingStream(InputStream in) {
        super(in);
    }

    /** Returns how many bytes were read. */
    public long count() {
        return count;
    }

    /** Tells whether the stream was read to its end. */
    public boolean ended() {
        return ended;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = in.read(buffer, offset, length);
        if (n < 0) {
            ended = true;
        } else {
            count += n;
        }
        return n;
    }

    @Override
    public long skip(long length) throws IOException {
        long skipped = in.skip(length);
        count += skipped;
        return skipped;
    }
}
