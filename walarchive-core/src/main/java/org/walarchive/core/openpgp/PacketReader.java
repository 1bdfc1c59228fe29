package org.walarchive.core.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import org.walarchive.core.codec.CompressedSource;

/** A sequence of packets (RFC 4880, section 4.2), of which each is read before the next. Lengths are not believed. */
final class PacketReader {

    /** More than any packet has that is read as a whole. */
    private static final int LONGEST_WHOLE = 16 * 1024;

    private final CompressedSource source;
    private int tag;
    private Body body = new Body(0, Rest.NONE);

    /** What follows the piece that is being read. */
    private enum Rest {
        NONE,
        /** The length of another piece. */
        PIECE,
        /** All there is. */
        SOURCE
    }

    PacketReader(InputStream in) {
        source = new CompressedSource("OpenPGP", in);
    }

    CompressedSource source() {
        return source;
    }

    /** Goes to the next packet; what is left of the last one must have been read or be skipped. Returns false at the end. */
    boolean next() throws IOException {
        if (source.atEnd()) {
            return false;
        }
        int octet = source.readByte();
        if ((octet & 0x80) == 0) {
            throw source.corrupt("no packet begins with byte " + octet);
        }
        if ((octet & 0x40) != 0) {
            tag = octet & 0x3f;
            body = newBody();
        } else {
            tag = octet >> 2 & 0x0f;
            body = oldBody(octet & 3);
        }
        return true;
    }

    int tag() {
        return tag;
    }

    /** Returns the content of the packet, which ends where the packet does. */
    InputStream body() {
        return body;
    }

    /** Reads a short packet. */
    byte[] whole() throws IOException {
        byte[] bytes = body.readNBytes(LONGEST_WHOLE + 1);
        if (bytes.length > LONGEST_WHOLE) {
            throw source.corrupt("a packet of type " + tag + " is longer than " + LONGEST_WHOLE + " bytes");
        }
        return bytes;
    }

    /** Passes over the packet. */
    void skip() throws IOException {
        body.transferTo(OutputStream.nullOutputStream());
    }

    private Body newBody() throws IOException {
        Body first = new Body(0, Rest.PIECE);
        first.begin();
        if (first.rest != Rest.NONE && !PacketTag.maybePartial(tag)) {
            throw source.corrupt("a packet of type " + tag + " cannot be in pieces");
        }
        return first;
    }

    private Body oldBody(int lengthType) throws IOException {
        return switch (lengthType) {
            case 0 -> new Body(source.readByte(), Rest.NONE);
            case 1 -> new Body(source.readByte() << 8 | source.readByte(), Rest.NONE);
            case 2 -> new Body(source.readIntBigEndian() & 0xffff_ffffL, Rest.NONE);
            default -> {
                if (!PacketTag.maybePartial(tag)) {
                    throw source.corrupt("a packet of type " + tag + " must have a length");
                }
                yield new Body(0, Rest.SOURCE);
            }
        };
    }

    /** The content of one packet. */
    private final class Body extends InputStream {
        private long left;
        private Rest rest;

        Body(long left, Rest rest) {
            this.left = left;
            this.rest = rest;
        }

        /** Reads the length of the next piece. */
        void begin() throws IOException {
            int octet = source.readByte();
            rest = Rest.NONE;
            if (octet < 192) {
                left = octet;
            } else if (octet < 224) {
                left = (octet - 192 << 8) + source.readByte() + 192;
            } else if (octet < 255) {
                left = 1L << (octet & 0x1f);
                rest = Rest.PIECE;
            } else {
                left = source.readIntBigEndian() & 0xffff_ffffL;
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
            if (length == 0) {
                return 0;
            }
            while (left == 0 && rest == Rest.PIECE) {
                begin();
            }
            if (rest == Rest.SOURCE) {
                return source.atEnd() ? -1 : source.readAvailable(target, offset, length);
            }
            if (left == 0) {
                return -1;
            }
            int count = source.readAvailable(target, offset, (int) Math.min(length, left));
            left -= count;
            return count;
        }
    }
}
