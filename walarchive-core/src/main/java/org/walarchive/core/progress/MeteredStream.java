package org.walarchive.core.progress;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts what is read of a stream as done. */
public final class MeteredStream extends FilterInputStream {

    private final ProgressMeter.Part part;

    /** Begins to read what is a part, anew if it was read before. */
    public MeteredStream(InputStream in, ProgressMeter.Part part) {
        super(in);
        this.part = part;
        part.restart();
    }

    @Override
    public int read() throws IOException {
        int one = in.read();
        part.add(one < 0 ? 0 : 1);
        return one;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int n = in.read(target, offset, length);
        part.add(Math.max(n, 0));
        return n;
    }
}
