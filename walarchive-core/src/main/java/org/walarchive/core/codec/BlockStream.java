package org.walarchive.core.codec;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A stream that is made block by block. A failure is final: every later read fails with it again. */
public abstract class BlockStream extends InputStream {

    private static final byte[] NOTHING = {};

    private byte[] block = NOTHING;
    private int position;
    private int limit;
    private boolean ended;
    private boolean making;
    private boolean closed;
    private @Nullable IOException failure;

    /**
     * Makes the next bytes and hands them over by one call of {@link #supply}.
     *
     * @return false at the end of the stream
     */
    protected abstract boolean makeBlock() throws IOException;

    /**
     * Makes the next bytes in the reader's own array, where that saves a copy. What is behind them there may be written too.
     *
     * @return how many; 0 where nothing was made so, and {@link #makeBlock} is to
     */
    protected int makeBlockIn(byte[] target, int offset, int length) throws IOException {
        return 0;
    }

    /** Frees what the stream holds and closes its source. Called once. */
    protected abstract void release() throws IOException;

    /** Hands over bytes of an array that stays untouched until the next call of {@link #makeBlock}. */
    protected final void supply(byte[] bytes, int from, int to) {
        block = bytes;
        position = from;
        limit = to;
    }

    /**
     * Fills an array from a position on, or as far as the source goes. {@link InputStream#readNBytes} would do, but
     * subclasses (of {@link java.io.ByteArrayInputStream}, say) give less before the end, and less is taken for the end here.
     *
     * @return how many bytes were read; fewer than there is room for only at the end of the source
     */
    public static int fill(InputStream source, byte[] target, int from) throws IOException {
        int position = from;
        while (position < target.length) {
            int count = source.read(target, position, target.length - position);
            if (count < 0) {
                break;
            }
            position += count;
        }
        return position - from;
    }

    @Override
    public final int read() throws IOException {
        return hasBytes() ? block[position++] & 0xff : -1;
    }

    @Override
    public final int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        int made = make(target, offset, length);
        if (made > 0) {
            return made;
        }
        if (position == limit) {
            return -1;
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(block, position, target, offset, count);
        position += count;
        return count;
    }

    private boolean hasBytes() throws IOException {
        make(NOTHING, 0, 0);
        return position < limit;
    }

    /** Makes bytes if there are none left; returns how many were made in the given array. */
    private int make(byte[] target, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        int made = 0;
        while (position == limit && !ended && made == 0) {
            if (failure != null) {
                throw failure;
            }
            if (making) {
                throw new IOException("an earlier read of this stream failed");
            }
            making = true;
            try {
                made = makeBlockIn(target, offset, length);
                ended = made == 0 && !makeBlock();
            } catch (IOException e) {
                failure = e;
                throw e;
            }
            making = false;
        }
        return made;
    }

    @Override
    public final int available() {
        return closed ? 0 : limit - position;
    }

    @Override
    public final void close() throws IOException {
        if (!closed) {
            closed = true;
            block = NOTHING;
            release();
        }
    }
}
