package org.walarchive.store.support;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.walarchive.stability.Experimental;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/**
 * A blob while it is read: it must be as long as the service said, and have the checksum that the service said. What is wrong is found
 * before the end is given, and by {@link #fault} before the last bytes are, so that nobody takes a damaged blob for a whole one. After a
 * failure it fails for good. Not for several threads at once.
 */
@Experimental
public abstract class ContentStream extends InputStream {

    private final String action;
    private final long size;
    private long position;
    private boolean ended;
    private boolean closed;
    private @Nullable StoreException failure;

    /**
     * Makes a stream.
     *
     * @param action what fails when it breaks, such as {@code cannot read a/b in s3://bucket}
     * @param sizeBytes how long the service says that the blob is
     */
    protected ContentStream(String action, long sizeBytes) {
        this.action = action;
        this.size = sizeBytes;
    }

    /**
     * Reads what comes next, as {@link InputStream#read(byte[], int, int)} does.
     *
     * @param target where to
     * @param offset from where on in it
     * @param length how many bytes at most, 1 at least
     * @return how many came, or -1 at the end
     * @throws StoreException if the service or the connection fails
     * @throws IOException the same, to be told by {@link #failed}
     */
    protected abstract int fetch(byte[] target, int offset, int length) throws IOException;

    /**
     * Takes note of bytes that came, for a checksum.
     *
     * @param bytes where they are
     * @param offset from where on
     * @param length how many
     */
    protected void update(byte[] bytes, int offset, int length) {}

    /**
     * Called once, when as many bytes have come as there should be.
     *
     * @return what is wrong with them, as the end of a sentence that begins with the action; null if nothing is
     */
    protected @Nullable String fault() {
        return null;
    }

    /**
     * Tells what a failure of the connection means.
     *
     * @param action what was done
     * @param cause what {@link #fetch} threw
     * @return the failure
     */
    protected abstract StoreException failed(String action, IOException cause);

    /**
     * Closes what the stream reads from. Called once.
     *
     * @param complete whether all was read, so that the connection can be used again; else to read the rest may take long, and the connection
     *     is better closed
     * @throws IOException if that fails
     */
    protected abstract void release(boolean complete) throws IOException;

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public final int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (closed) {
            throw new IOException("stream is closed");
        }
        StoreException before = failure;
        if (before != null) {
            throw new StoreException(
                    before.kind(),
                    String.valueOf(before.getMessage()),
                    before.hint().orElse(null),
                    before);
        }
        if (length == 0 || ended) {
            return length == 0 ? 0 : -1;
        }
        try {
            return next(target, offset, length);
        } catch (StoreException e) {
            failure = e;
            throw e;
        }
    }

    private int next(byte[] target, int offset, int length) throws StoreException {
        if (Thread.currentThread().isInterrupted()) {
            throw new StoreException(Kind.INTERRUPTED, action + ": interrupted");
        }
        int n;
        try {
            n = fetch(target, offset, length);
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw failed(action, e);
        }
        if (n < 0 ? position != size : n > size - position) {
            throw new StoreException(
                    Kind.CORRUPT,
                    action + ": it should have " + size + " bytes, and " + (position + Math.max(n, 0)) + " came");
        }
        ended = n < 0;
        if (n > 0) {
            update(target, offset, n);
            position += n;
        }
        if (position == size && (n > 0 || size == 0 && ended)) {
            requireSound();
        }
        return n;
    }

    private void requireSound() throws StoreException {
        String fault = fault();
        if (fault != null) {
            throw new StoreException(Kind.CORRUPT, action + ": " + fault);
        }
    }

    /** Gives the connection back if all was read, else closes it. */
    @Override
    public final void close() throws IOException {
        if (!closed) {
            closed = true;
            release(ended);
        }
    }
}
