package org.walarchive.core.wal;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Comparison of streams. */
final class Streams {

    private static final int CHUNK_BYTES = 256 * 1024;

    private Streams() {}

    /** Returns the offset of the first difference, the end of the shorter one included; or -1 if there is none. */
    static long firstDifference(InputStream one, InputStream other) throws IOException {
        long offset = 0;
        while (true) {
            byte[] left = one.readNBytes(CHUNK_BYTES);
            byte[] right = other.readNBytes(CHUNK_BYTES);
            int mismatch = Arrays.mismatch(left, right);
            if (mismatch >= 0) {
                return offset + mismatch;
            }
            if (left.length == 0) {
                return -1;
            }
            offset += left.length;
        }
    }
}
