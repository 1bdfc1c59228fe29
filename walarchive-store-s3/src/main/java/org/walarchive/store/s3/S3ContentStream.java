package org.walarchive.store.s3;

import java.io.IOException;
import java.io.InputStream;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Reads an object that must be as long as the service said. The SDK compares the checksum at its end, if there is one. */
final class S3ContentStream extends InputStream {

    private final String action;
    private final ResponseInputStream<GetObjectResponse> in;
    private final long size;
    private long position;
    private boolean ended;
    private boolean closed;

    /**
     * Makes a stream.
     *
     * @param action what fails when it breaks, such as {@code cannot read a/b in s3://…}
     */
    S3ContentStream(String action, ResponseInputStream<GetObjectResponse> in, long size) {
        this.action = action;
        this.in = in;
        this.size = size;
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
        } catch (IOException | SdkException e) {
            throw S3Errors.broken(action, e);
        }
        position += Math.max(n, 0);
        if (n < 0 ? position != size : position > size) {
            throw new StoreException(
                    Kind.CORRUPT, action + ": it should have " + size + " bytes, and " + position + " came");
        }
        ended = n < 0;
        return n;
    }

    /** Gives the connection back if all was read, else closes it: to read the rest may take long. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (ended) {
            in.close();
        } else {
            in.abort();
        }
    }
}
