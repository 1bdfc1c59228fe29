package org.walarchive.core.wal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A file's stream that fails unless it has exactly the length that was seen before, and its end is reached under a condition. */
final class ExactLengthStream extends FilterInputStream {

    private final long expected;
    private final Condition atEnd;
    private long seen;

    /** What has to hold. */
    @FunctionalInterface
    interface Condition {
        void require() throws IOException;
    }

    ExactLengthStream(InputStream in, long expected, Condition atEnd) {
        super(in);
        this.expected = expected;
        this.atEnd = atEnd;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = in.read(buffer, offset, length);
        seen += Math.max(n, 0);
        if (seen > expected || (n < 0 && seen < expected)) {
            throw new IOException("the file had " + expected + " bytes and changed its length while it was read");
        }
        if (n < 0) {
            atEnd.require();
        }
        return n;
    }
}
