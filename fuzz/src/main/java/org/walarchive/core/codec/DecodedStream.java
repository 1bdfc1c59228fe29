package org.walarchive.core.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** What a codec makes of bytes, however they are read: all the content, or one kind of failure. */
final class DecodedStream {

    /** More is not read: a run of one byte takes no room, and a fuzzer wants to be quick. */
    private static final int MOST_BYTES = 4 << 20;

    private DecodedStream() {}

    /** Returns the content; empty if the bytes are refused, or have more content than is looked at. */
    static Optional<byte[]> of(Codec codec, byte[] compressed) throws IOException {
        Optional<byte[]> whole = read(codec, new ByteArrayInputStream(compressed), 64 * 1024);
        Optional<byte[]> inPieces = read(codec, new Trickle(compressed), 4096 + 1);
        if (whole.isPresent() != inPieces.isPresent()) {
            throw new AssertionError("in pieces it is " + (whole.isPresent() ? "refused" : "accepted"));
        }
        if (whole.isPresent() && !Arrays.equals(whole.get(), inPieces.orElseThrow())) {
            throw new AssertionError("in pieces it has other content");
        }
        return whole;
    }

    static Optional<byte[]> read(Codec codec, InputStream compressed, int pieceBytes) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] piece = new byte[pieceBytes];
        try (InputStream plain = codec.decompress(compressed)) {
            for (int n = plain.read(piece); n >= 0; n = plain.read(piece)) {
                content.write(piece, 0, n);
                if (content.size() > MOST_BYTES) {
                    return Optional.empty();
                }
            }
        } catch (CorruptStreamException e) {
            return Optional.empty();
        }
        return Optional.of(content.toByteArray());
    }

    /** What the codec itself writes it must read. */
    static void requireRoundTrip(Codec codec, byte[] plain) throws IOException {
        byte[] compressed;
        try (InputStream stream = codec.compress(new ByteArrayInputStream(plain))) {
            compressed = stream.readAllBytes();
        }
        byte[] read = read(codec, new ByteArrayInputStream(compressed), 64 * 1024)
                .orElseThrow(() -> new AssertionError("what was written is refused"));
        if (!Arrays.equals(read, plain)) {
            throw new AssertionError("what was written is read as something else");
        }
    }

    /** Gives a few bytes at a time, as a network does. */
    private static final class Trickle extends ByteArrayInputStream {

        Trickle(byte[] bytes) {
            super(bytes);
        }

        @Override
        public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 11));
        }
    }
}
