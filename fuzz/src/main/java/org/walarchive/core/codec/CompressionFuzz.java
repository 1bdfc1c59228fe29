package org.walarchive.core.codec;

import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalInt;

/** Compresses any content with every codec. */
public final class CompressionFuzz {

    private static final Codec[] CODECS = {
        new LzopCodec(), new Lz4Codec(), ZstdCodec.ofDefaultLevel(), ZstdCodec.ofLevel(OptionalInt.of(1))
    };

    private CompressionFuzz() {}

    /** Compresses what follows the first byte, which says how often it is repeated, and by which codec. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (input.length < 2) {
            return;
        }
        int piece = input.length - 1;
        byte[] content = new byte[piece * (1 + (input[0] & 0x3f))];
        for (int at = 0; at < content.length; at += piece) {
            System.arraycopy(input, 1, content, at, piece);
        }
        Codec codec = CODECS[input[0] >> 6 & 3];
        DecodedStream.requireRoundTrip(codec, content);
        DecodedStream.requireRoundTrip(codec, Arrays.copyOf(content, content.length - 1));
    }
}
