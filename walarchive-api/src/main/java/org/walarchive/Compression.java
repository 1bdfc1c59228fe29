package org.walarchive;

import java.util.Locale;
import java.util.OptionalInt;
import org.walarchive.stability.Stable;

/**
 * How new objects are compressed. What is read is recognised by its name.
 *
 * @param method the format
 * @param level the level, in the method's own scale; empty for the method's default
 */
@Stable
public record Compression(Method method, OptionalInt level) {

    /** The default: what WAL-E reads. */
    public static final Compression LZO = new Compression(Method.LZO, OptionalInt.empty());

    /** The formats. */
    public enum Method {
        /** The lzop container with LZO1X-1, extension {@code lzo}: the only one that WAL-E reads. Levels 2 to 6, all alike. */
        LZO("lzo", 2, 6),
        /** LZ4 frames, extension {@code lz4}. Level 1. */
        LZ4("lz4", 1, 1),
        /** Zstandard frames, extension {@code zst}. Levels 1 to 19. */
        ZSTD("zst", 1, 19);

        private final String extension;
        private final int lowestLevel;
        private final int highestLevel;

        Method(String extension, int lowestLevel, int highestLevel) {
            this.extension = extension;
            this.lowestLevel = lowestLevel;
            this.highestLevel = highestLevel;
        }

        /**
         * Returns the extension of objects compressed so.
         *
         * @return without the dot
         */
        public String extension() {
            return extension;
        }
    }

    /**
     * Checks the level.
     *
     * @throws IllegalArgumentException if the method has no such level
     */
    public Compression {
        if (level.isPresent() && (level.getAsInt() < method.lowestLevel || level.getAsInt() > method.highestLevel)) {
            throw new IllegalArgumentException("compression level " + level.getAsInt() + " of " + name(method)
                    + " is not in " + method.lowestLevel + " to " + method.highestLevel);
        }
    }

    /**
     * Reads a setting.
     *
     * @param text {@code lzo}, {@code lz4} or {@code zstd}, optionally with {@code :LEVEL}
     * @return the compression
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Compression parse(String text) {
        String[] parts = text.split(":", 2);
        for (Method method : Method.values()) {
            if (name(method).equals(parts[0])) {
                return new Compression(method, parts.length == 1 ? OptionalInt.empty() : level(parts[1]));
            }
        }
        throw new IllegalArgumentException("compression \"" + text + "\" is none of lzo, lz4, zstd");
    }

    private static OptionalInt level(String text) {
        if (!text.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("compression level \"" + text + "\" is not a number");
        }
        return OptionalInt.of(Integer.parseInt(text));
    }

    private static String name(Method method) {
        return method.name().toLowerCase(Locale.ROOT);
    }

    /** Returns the setting as {@link #parse} reads it. */
    @Override
    public String toString() {
        return name(method) + (level.isPresent() ? ":" + level.getAsInt() : "");
    }
}
