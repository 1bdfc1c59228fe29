package org.walarchive.store.tck;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** A transfer with faults. Closing it from another thread wakes a reader that is stalled. */
final class FaultyStream extends InputStream {

    private final InputStream in;
    private final String call;
    private final List<Fault> faults;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<FaultyStream> openStreams;
    private long position;

    FaultyStream(InputStream in, String call, List<Fault> faults, Set<FaultyStream> openStreams) {
        this.in = in;
        this.call = call;
        this.faults = faults;
        this.openStreams = openStreams;
        openStreams.add(this);
    }

    /** Wakes a reader that is stalled, for good. */
    void release() {
        closed.countDown();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int room = length;
        for (Fault fault : faults) {
            room = Math.min(room, fault.beforeRead(call, position, closed));
            if (room < 0) {
                return -1;
            }
        }
        int n = in.read(target, offset, room);
        for (Fault fault : faults) {
            if (n < 0) {
                fault.atEnd(call);
            } else {
                fault.bytes(position, target, offset, n);
            }
        }
        position += Math.max(n, 0);
        return n;
    }

    @Override
    public void close() throws IOException {
        release();
        openStreams.remove(this);
        in.close();
    }
}
