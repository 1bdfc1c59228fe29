package org.walarchive.core.codec;

import java.util.List;
import java.util.Optional;
import org.walarchive.Compression;

/** Finds codecs. Only the classes of the codec that is asked for are loaded: a process lives for one WAL segment. */
public final class Codecs {

    private static final List<String> EXTENSIONS = List.of("lzo", "lz4", "zst");

    private Codecs() {}

    /**
     * Returns the codec that writes as configured.
     *
     * @param compression the format and level
     * @return the codec
     * @throws IllegalStateException if the level needs a library that is absent or does not work here; the message says
     *     which
     */
    public static Codec of(Compression compression) {
        return switch (compression.method()) {
            case LZO -> new LzopCodec();
            case LZ4 -> new Lz4Codec();
            case ZSTD -> ZstdCodec.ofLevel(compression.level());
        };
    }

    /**
     * Returns the codec that reads an object, whatever its level was.
     *
     * @param extension the extension of the object's key, without the dot
     * @return the codec, or empty if the extension is of no format
     */
    public static Optional<Codec> forExtension(String extension) {
        return switch (extension) {
            case "lzo" -> Optional.of(new LzopCodec());
            case "lz4" -> Optional.of(new Lz4Codec());
            case "zst" -> Optional.of(ZstdCodec.ofDefaultLevel());
            default -> Optional.empty();
        };
    }

    /**
     * Returns the extensions of all formats that can be read.
     *
     * @return without the dot
     */
    public static List<String> extensions() {
        return EXTENSIONS;
    }
}
