package org.walarchive.core.codec;

import java.util.List;
import java.util.Optional;
import org.walarchive.Compression;

/** Finds codecs. Only the classes of the codec that is asked for are loaded: a process lives for one WAL segment. */
public final class Codecs {

    private static final List<String> WRITTEN = List.of("lzo", "lz4", "zst");

    private static final List<String> EXTENSIONS = List.of("lzo", "lz4", "zst", "br", "lzma");

    private static final List<String> SUFFIXES = List.of("lzo", "lz4", "zst", "br", "lzma", "", ".");

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
     * Returns what reads an object, whatever its level was.
     *
     * @param extension the extension of the object's key, without the dot; WAL-G's objects that are not compressed have none, or
     *     a dot alone
     * @return the decoder, or empty if the extension is of no format
     */
    public static Optional<Decoder> forExtension(String extension) {
        return switch (extension) {
            case "lzo" -> Optional.of(new LzopCodec());
            case "lz4" -> Optional.of(new Lz4Codec());
            case "zst" -> Optional.of(ZstdCodec.ofDefaultLevel());
            case "br" -> Optional.of(new BrotliDecoder());
            case "lzma" -> Optional.of(new LzmaDecoder());
            case "", "." -> Optional.of(new PlainDecoder());
            default -> Optional.empty();
        };
    }

    /** Returns the extensions of the formats that are written, without the dot. */
    public static List<String> written() {
        return WRITTEN;
    }

    /** Returns the extensions of all compressed formats that can be read, without the dot. */
    public static List<String> extensions() {
        return EXTENSIONS;
    }

    /** Returns all that {@link #forExtension} knows: those, and what names of content that is not compressed end with. */
    public static List<String> suffixes() {
        return SUFFIXES;
    }
}
