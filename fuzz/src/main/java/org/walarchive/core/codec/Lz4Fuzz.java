package org.walarchive.core.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;

/** Reads any bytes as LZ4 frames. */
public final class Lz4Fuzz {

    private static final Lz4Codec CODEC = new Lz4Codec();

    private Lz4Fuzz() {}

    /** Reads the input; what is accepted is what another decoder reads too, and comes back when it is written. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        Optional<byte[]> content = DecodedStream.of(CODEC, input);
        if (content.isPresent()) {
            Optional<byte[]> other = other(input);
            if (other.isPresent() && !Arrays.equals(content.get(), other.get())) {
                throw new AssertionError("another decoder reads something else");
            }
            DecodedStream.requireRoundTrip(CODEC, content.get());
        }
    }

    /** Empty if Commons Compress refuses it: it knows less of the format. */
    private static Optional<byte[]> other(byte[] input) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (InputStream plain = new FramedLZ4CompressorInputStream(new ByteArrayInputStream(input), true)) {
            plain.transferTo(content);
            return Optional.of(content.toByteArray());
        } catch (IOException | RuntimeException e) { // another project's, of which nothing is promised
            return Optional.empty();
        }
    }
}
