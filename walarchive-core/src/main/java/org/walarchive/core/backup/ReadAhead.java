package org.walarchive.core.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream in another thread, a few buffers ahead of its reader: what has to be decompressed is made while what was
 * decompressed is written. What the stream throws is thrown here, the same exception. Closing it waits for the other thread.
 */
final class ReadAhead extends InputStream {

    private static final int BUFFERS = 3;
    private static final int BUFFER_BYTES = 1024 * 1024;
    private static final int LOOK_AFTER_MILLIS = 1000;

    private final InputStream source;
    private final BlockingQueue<Piece> filled = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final BlockingQueue<Piece> empty = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final Thread reader;
    private volatile boolean closed;
    private @Nullable Piece current;
    private int position;

    /** A buffer; the last one says how the source ended. */
    private static final class Piece {
        private final byte[] bytes;
        private int length;
        private boolean last;
        private @Nullable Throwable failure;

        Piece(int size) {
            bytes = new byte[size];
        }
    }

    /** Begins to read. */
    ReadAhead(InputStream source) {
        this.source = source;
        for (int i = 0; i < BUFFERS; i++) {
            empty.add(new Piece(BUFFER_BYTES));
        }
        reader = new Thread(this::readAll, "walarchive-decompress");
        reader.setDaemon(true);
        reader.start();
    }

    private void readAll() {
        try {
            boolean more = true;
            while (more && !closed) {
                Piece piece = empty.take();
                more = fill(piece);
                filled.add(piece);
            }
        } catch (InterruptedException e) {
            // by close(): nobody reads any more
        }
    }

    private boolean fill(Piece piece) {
        piece.length = 0;
        try {
            while (piece.length < piece.bytes.length && !closed) {
                int n = source.read(piece.bytes, piece.length, piece.bytes.length - piece.length);
                if (n < 0) {
                    piece.last = true;
                    return false;
                }
                piece.length += n;
            }
            return true;
        } catch (IOException | RuntimeException | Error e) {
            piece.failure = e;
            return false;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (closed) {
            throw new IOException("the stream is closed");
        }
        if (length == 0) {
            return 0;
        }
        Piece piece = current();
        if (position == piece.length) {
            if (piece.failure != null) {
                throw rethrown(piece.failure);
            }
            return -1;
        }
        int count = Math.min(length, piece.length - position);
        System.arraycopy(piece.bytes, position, target, offset, count);
        position += count;
        return count;
    }

    /** Returns a piece with bytes left, or the last one. */
    private Piece current() throws IOException {
        Piece piece = current;
        try {
            while (piece == null || position == piece.length && !piece.last && piece.failure == null) {
                if (piece != null) {
                    empty.add(piece);
                    current = null;
                }
                piece = takeFilled();
                current = piece;
                position = 0;
            }
            return piece;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for what is read ahead");
        }
    }

    /** Waits for the other thread, but not for one that is no more: it may have ended for want of memory. */
    private Piece takeFilled() throws IOException, InterruptedException {
        while (true) {
            boolean alive = reader.isAlive();
            Piece piece = filled.poll(LOOK_AFTER_MILLIS, TimeUnit.MILLISECONDS);
            if (piece != null) {
                return piece;
            }
            if (!alive) {
                throw new IOException("the thread that reads ahead has ended");
            }
        }
    }

    private static IOException rethrown(Throwable failure) {
        if (failure instanceof IOException e) {
            return e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
        throw (RuntimeException) failure;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        awaitReader();
        source.close();
    }

    /** However often this thread is interrupted: the source must not be closed while it is read. */
    private void awaitReader() {
        boolean interrupted = false;
        reader.interrupt();
        while (reader.isAlive()) {
            try {
                reader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
