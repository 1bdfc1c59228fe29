package org.walarchive.core.backup;

import java.io.IOException;
import java.io.InputStream;

/** A stream that fails where it gives more than was declared: a few kilobytes may decompress to terabytes. */
final class DeclaredStream extends InputStream {

    private final InputStream in;
    private final String what;
    private final long declaredBytes;
    private long count;

    /**
     * Begins to read.
     *
     * @param what it is called, for messages
     */
    DeclaredStream(InputStream in, String what, long declaredBytes) {
        this.in = in;
        this.what = what;
        this.declaredBytes = declaredBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int n = in.read(target, offset, length);
        count += Math.max(n, 0);
        if (count > declaredBytes) {
            throw new DamagedPartitionException(
                    what + " decompresses to more than the " + declaredBytes + " bytes that the sentinel records");
        }
        return n;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
