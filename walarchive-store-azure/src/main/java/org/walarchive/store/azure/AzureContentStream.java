package org.walarchive.store.azure;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Reads a blob that must be as long as the service said, and have the MD5 that it said, if it said one. */
final class AzureContentStream extends InputStream {

    private final String action;
    private final InputStream in;
    private final long size;
    private final Optional<byte[]> md5;
    private final MessageDigest digest = Md5.digest();
    private long position;
    private boolean ended;
    private boolean closed;

    /**
     * Makes a stream.
     *
     * @param action what fails when it breaks, such as {@code cannot read a/b in wabs://…}
     */
    AzureContentStream(String action, InputStream in, long size, Optional<byte[]> md5) {
        this.action = action;
        this.in = in;
        this.size = size;
        this.md5 = md5;
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
            n = in.read(target, offset, length);
        } catch (IOException e) {
            throw AzureErrors.broken(action, e);
        }
        if (n > 0) {
            position += n;
            if (md5.isPresent()) {
                digest.update(target, offset, n);
            }
        }
        if (n < 0 ? position != size : position > size) {
            throw new StoreException(
                    Kind.CORRUPT, action + ": it should have " + size + " bytes, and " + position + " came");
        }
        if (n < 0) {
            verify();
            ended = true;
        }
        return n;
    }

    private void verify() throws StoreException {
        if (md5.isPresent() && !MessageDigest.isEqual(md5.get(), digest.digest())) {
            throw new StoreException(Kind.CORRUPT, action + ": what came has not the MD5 that the service keeps of it");
        }
    }

    /** Gives the connection back if all was read, else closes it: to read the rest may take long. */
    @Override
    public void close() throws IOException {
        closed = true;
        in.close();
    }
}
