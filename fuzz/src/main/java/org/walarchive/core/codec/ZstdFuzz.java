package org.walarchive.core.codec;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads any bytes as Zstandard frames, with both decoders. */
public final class ZstdFuzz {

    private static final Codec IN_JAVA = ZstdCodec.ofLevel(OptionalInt.empty());
    private static final Codec NATIVE = IN_JAVA.forLargeContent();

    private ZstdFuzz() {}

    /** Reads the input; the decoders agree on what both accept, and it comes back when it is written. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        Optional<byte[]> content = DecodedStream.of(IN_JAVA, input);
        Optional<byte[]> other = DecodedStream.of(NATIVE, input);
        if (content.isPresent() && other.isPresent() && !Arrays.equals(content.get(), other.get())) {
            throw new AssertionError("the decoders read different contents");
        }
        if (content.isPresent()) {
            DecodedStream.requireRoundTrip(IN_JAVA, content.get());
        }
    }
}
