package org.walarchive.store.swift;

import java.io.IOException;
import java.io.InputStream;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Reads an object that must be as long as the service said, and compares its checksum before its last bytes are given. */
final class ContentStream extends InputStream {

    private final String action;
    private final Reply reply;
    private final long size;
    private final Checksum checksum;
    private long position;
    private boolean ended;
    private boolean closed;

    /**
     * Makes a stream.
     *
     * @param action what fails when it breaks, such as {@code cannot read a/b in swift://…}
     */
    ContentStream(String action, Reply reply, long size, Checksum checksum) {
        this.action = action;
        this.reply = reply;
        this.size = size;
        this.checksum = checksum;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("stream is closed");
        }
        if (length == 0 || ended) {
            return length == 0 ? 0 : -1;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new StoreException(Kind.INTERRUPTED, action + ": interrupted");
        }
        int n;
        try {
            n = reply.body().read(target, offset, length);
        } catch (IOException e) {
            throw SwiftErrors.ofBrokenBody(action, e);
        }
        if (n < 0 ? position != size : n > size - position) {
            throw new StoreException(
                    Kind.CORRUPT,
                    action + ": it should have " + size + " bytes, and " + (position + Math.max(n, 0)) + " came");
        }
        if (n > 0) {
            checksum.update(target, offset, n);
            if (position + n == size && !checksum.agrees()) {
                // Position stays, so that another read fails as well.
                throw new StoreException(Kind.CORRUPT, action + ": its content has not the MD5 that was kept of it");
            }
            position += n;
        }
        ended = n < 0;
        return n;
    }

    /** Gives the connection back if all was read, else closes it: to read the rest may take long. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            reply.close();
        }
    }
}
