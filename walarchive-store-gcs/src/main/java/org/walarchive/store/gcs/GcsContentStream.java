package org.walarchive.store.gcs;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Reads an object that must be as long, and have the checksum, as the service said. After a failure it fails for good. */
final class GcsContentStream extends InputStream {

    private final String action;
    private final InputStream in;
    private final long size;
    private final String expectedCrc32c;
    private final CRC32C crc32c = new CRC32C();
    private long position;
    private boolean ended;
    private boolean closed;
    private @Nullable StoreException failure;

    /**
     * Makes a stream.
     *
     * @param action what fails when it breaks, such as {@code cannot read a/b in gs://…}
     */
    GcsContentStream(String action, InputStream in, long size, String expectedCrc32c) {
        this.action = action;
        this.in = in;
        this.size = size;
        this.expectedCrc32c = expectedCrc32c;
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
        if (failure != null) {
            throw new StoreException(failure.kind(), String.valueOf(failure.getMessage()), null, failure);
        }
        if (length == 0 || ended) {
            return length == 0 ? 0 : -1;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw failed(new StoreException(Kind.INTERRUPTED, action + ": interrupted"));
        }
        int n;
        try {
            n = in.read(target, offset, length);
        } catch (IOException e) {
            throw failed(GcsErrors.translate(action, e));
        }
        if (n > 0) {
            crc32c.update(target, offset, n);
            position += n;
        }
        requireWhole(n < 0);
        ended = n < 0;
        return n;
    }

    private void requireWhole(boolean atEnd) throws StoreException {
        if (atEnd ? position != size : position > size) {
            throw failed(new StoreException(
                    Kind.CORRUPT, action + ": it should have " + size + " bytes, and " + position + " came"));
        }
        if (atEnd && !Checksum.text(crc32c).equals(expectedCrc32c)) {
            throw failed(new StoreException(
                    Kind.CORRUPT,
                    action + ": its checksum should be " + expectedCrc32c + ", and is " + Checksum.text(crc32c)));
        }
    }

    private StoreException failed(StoreException e) {
        failure = e;
        return e;
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            in.close();
        }
    }
}
