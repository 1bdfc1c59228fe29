package org.walarchive.store.swift;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Reads an object that must be as long as the service said, piece by piece, and holds each to its MD5 before its last byte is given. */
final class ContentStream extends InputStream {

    private final String action;
    private final Reply reply;
    private final long size;
    private final Queue<Piece> pieces;
    private @Nullable Piece piece;
    private MessageDigest digest = Md5.digest();
    private long leftOfPiece;
    private long position;
    private boolean ended;
    private boolean closed;

    /**
     * What is known of a stretch of the content.
     *
     * @param sizeBytes its length
     * @param md5 its MD5 in hexadecimal digits
     */
    record Piece(long sizeBytes, String md5) {}

    /**
     * Makes a stream.
     *
     * @param action what fails when it breaks, such as {@code cannot read a/b in swift://…}
     * @param pieces all of the content, or nothing when no MD5 is known
     */
    ContentStream(String action, Reply reply, long size, List<Piece> pieces) {
        this.action = action;
        this.reply = reply;
        this.size = size;
        this.pieces = new ArrayDeque<>(pieces);
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
        nextPiece();
        int n;
        try {
            n = reply.body().read(target, offset, piece == null ? length : (int) Math.min(length, leftOfPiece));
        } catch (IOException e) {
            throw SwiftErrors.ofBrokenBody(action, e);
        }
        position += Math.max(n, 0);
        if (n < 0 ? position != size : position > size) {
            throw new StoreException(
                    Kind.CORRUPT, action + ": it should have " + size + " bytes, and " + position + " came");
        }
        ended = n < 0;
        if (n > 0 && piece != null) {
            verify(piece, target, offset, n);
        }
        return n;
    }

    private void nextPiece() {
        while (leftOfPiece == 0 && (piece = pieces.poll()) != null) {
            leftOfPiece = piece.sizeBytes();
            digest = Md5.digest();
        }
    }

    private void verify(Piece current, byte[] target, int offset, int n) throws StoreException {
        digest.update(target, offset, n);
        leftOfPiece -= n;
        if (leftOfPiece == 0) {
            String md5 = Md5.hex(digest);
            if (!md5.equalsIgnoreCase(current.md5())) {
                throw new StoreException(
                        Kind.CORRUPT,
                        action + ": the MD5 of the " + current.sizeBytes() + " bytes up to byte " + position + " is "
                                + md5 + ", and should be " + current.md5());
            }
        }
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
