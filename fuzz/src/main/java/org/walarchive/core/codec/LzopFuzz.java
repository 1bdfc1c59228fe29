package org.walarchive.core.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads any bytes as lzop. */
public final class LzopFuzz {

    private static final LzopCodec CODEC = new LzopCodec();

    private LzopFuzz() {}

    /** Reads the input; what is accepted has as many bytes as its blocks declare, and comes back when it is written. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        Optional<byte[]> content = DecodedStream.of(CODEC, input);
        if (content.isPresent()) {
            if (content.get().length != declaredBytes(ByteBuffer.wrap(input))) {
                throw new AssertionError("there are " + content.get().length + " bytes");
            }
            DecodedStream.requireRoundTrip(CODEC, content.get());
        }
    }

    /** Adds up what the blocks of sound members declare: lzop 1.04, {@code lzop.c}, without a look at the content. */
    private static long declaredBytes(ByteBuffer in) {
        long declared = 0;
        while (in.hasRemaining()) {
            int flags = in.getInt(in.position() + LzopFormat.magic().length + 8);
            int nameAt = in.position() + LzopFormat.magic().length + ((flags & LzopFormat.FLAG_FILTER) != 0 ? 28 : 24);
            in.position(nameAt + 1 + (in.get(nameAt) & 0xff) + 4);
            if ((flags & LzopFormat.FLAG_EXTRA_FIELD) != 0) {
                int length = in.getInt();
                in.position(in.position() + length + 4);
            }
            int ofPlain = 4 * Integer.bitCount(flags & (LzopFormat.FLAG_ADLER32_PLAIN | LzopFormat.FLAG_CRC32_PLAIN));
            int ofCompressed = 4
                    * Integer.bitCount(flags & (LzopFormat.FLAG_ADLER32_COMPRESSED | LzopFormat.FLAG_CRC32_COMPRESSED));
            for (int plain = in.getInt(); plain != 0; plain = in.getInt()) {
                int stored = in.getInt();
                declared += plain;
                in.position(in.position() + ofPlain + (stored == plain ? 0 : ofCompressed) + stored);
            }
        }
        return declared;
    }
}
