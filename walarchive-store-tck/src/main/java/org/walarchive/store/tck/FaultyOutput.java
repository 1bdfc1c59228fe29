package org.walarchive.store.tck;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** Lets bytes through up to a limit, and not faster than a rate. */
final class FaultyOutput extends OutputStream {

    static final long NO_LIMIT = Long.MAX_VALUE;
    static final int NO_RATE = Integer.MAX_VALUE;

    /** At a rate, bytes go in slices, so that they flow steadily. */
    private static final int SLICES_PER_SECOND = 20;

    /** The limit was reached, and there was more. */
    static final class LimitReached extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final FaultProxy proxy;
    private final OutputStream out;
    private final int bytesPerSecond;
    private long left;

    FaultyOutput(FaultProxy proxy, OutputStream out, long limit, int bytesPerSecond) {
        this.proxy = proxy;
        this.out = out;
        this.left = limit;
        this.bytesPerSecond = bytesPerSecond;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int allowed = (int) Math.min(length, left);
        left -= allowed;
        if (bytesPerSecond == NO_RATE) {
            out.write(bytes, offset, allowed);
        } else {
            writeSlowly(bytes, offset, allowed);
        }
        if (allowed < length) {
            throw new LimitReached();
        }
    }

    private void writeSlowly(byte[] bytes, int offset, int length) throws IOException {
        int slice = Math.max(1, bytesPerSecond / SLICES_PER_SECOND);
        for (int done = 0; done < length; done += slice) {
            int n = Math.min(slice, length - done);
            out.write(bytes, offset + done, n);
            proxy.pause(Duration.ofNanos(n * 1_000_000_000L / bytesPerSecond));
        }
    }
}
