package org.walarchive.core.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.walarchive.core.codec.BlockStream;

/** One packet whose length is not known when it begins: its content goes out in pieces of 64 KiB (RFC 4880, 4.2.2.4). */
final class PacketWriter extends BlockStream {

    private static final int PIECE_BITS = 16;
    private static final int PIECE_BYTES = 1 << PIECE_BITS;
    private static final int LONGEST_LENGTH = 5;

    private final InputStream content;
    private final byte[] buffer;
    private final int pieceAt;
    private byte[] begin;
    private int headLength;
    private boolean ended;

    /**
     * Makes a packet.
     *
     * @param before what comes before the packet
     * @param tag the packet's type
     * @param head what its content begins with
     * @param content the rest of its content, closed with this stream
     */
    PacketWriter(byte[] before, int tag, byte[] head, InputStream content) {
        this.content = content;
        pieceAt = before.length + 1 + LONGEST_LENGTH;
        buffer = new byte[pieceAt + PIECE_BYTES];
        System.arraycopy(head, 0, buffer, pieceAt, head.length);
        headLength = head.length;
        begin = Arrays.copyOf(before, before.length + 1);
        begin[before.length] = (byte) (0xC0 | tag);
    }

    @Override
    protected boolean makeBlock() throws IOException {
        if (ended) {
            return false;
        }
        int length = headLength + fill(content, buffer, pieceAt + headLength);
        headLength = 0;
        ended = length < PIECE_BYTES;
        int start = putLength(length) - begin.length;
        System.arraycopy(begin, 0, buffer, start, begin.length);
        begin = new byte[0];
        supply(buffer, start, pieceAt + length);
        return true;
    }

    /** Puts the length before the piece, and returns where it begins. */
    private int putLength(int length) {
        if (!ended) {
            buffer[pieceAt - 1] = (byte) (224 | PIECE_BITS);
            return pieceAt - 1;
        }
        if (length < 192) {
            buffer[pieceAt - 1] = (byte) length;
            return pieceAt - 1;
        }
        if (length < 8384) {
            buffer[pieceAt - 2] = (byte) ((length - 192 >> 8) + 192);
            buffer[pieceAt - 1] = (byte) (length - 192);
            return pieceAt - 2;
        }
        buffer[pieceAt - 5] = (byte) 255;
        for (int i = 0; i < 4; i++) {
            buffer[pieceAt - 4 + i] = (byte) (length >> 24 - 8 * i);
        }
        return pieceAt - 5;
    }

    @Override
    protected void release() throws IOException {
        content.close();
    }
}
