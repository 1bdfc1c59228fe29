package org.walarchive.core.codec;

import java.io.InputStream;
import java.util.OptionalInt;

/**
 * Zstandard frames: in Java at the default level, by zstd-jni at any other, and for large contents where its native code loads. To load
 * that takes longer than to read or write a WAL segment in Java.
 */
final class ZstdCodec implements Codec {

    private static final int DEFAULT_LEVEL = 3;

    private final int level;
    private final ZstdReader.Decoder decoder;

    private ZstdCodec(int level, ZstdReader.Decoder decoder) {
        this.level = level;
        this.decoder = decoder;
    }

    static ZstdCodec ofDefaultLevel() {
        return new ZstdCodec(DEFAULT_LEVEL, ZstdReader.Decoder.JAVA);
    }

    static ZstdCodec ofLevel(OptionalInt level) {
        int wanted = level.orElse(DEFAULT_LEVEL);
        if (wanted != DEFAULT_LEVEL) {
            try {
                ZstdNative.requireLoaded();
            } catch (LinkageError e) {
                throw new IllegalStateException(
                        "zstd level " + wanted + " needs com.github.luben:zstd-jni on the class path, and its native"
                                + " library for this platform; without it only level " + DEFAULT_LEVEL
                                + " can be written",
                        e);
            }
        }
        return new ZstdCodec(wanted, ZstdReader.Decoder.JAVA);
    }

    @Override
    public String extension() {
        return "zst";
    }

    @Override
    public InputStream compress(InputStream plain) {
        return level == DEFAULT_LEVEL
                ? new BlockWriter(plain, ZstdEncoding.inJava())
                : ZstdNative.compress(plain, level);
    }

    /** By native code where there is some: it takes half the time, once loaded. */
    @Override
    public InputStream compress(InputStream plain, CompressionWorkers workers) {
        return new BlockWriter(plain, encoding(), workers);
    }

    private ZstdEncoding encoding() {
        try {
            ZstdNative.requireLoaded();
            return new ZstdEncoding(ZstdNative.frames(level));
        } catch (LinkageError e) {
            // the constructor's caller made sure of it for any other level
            return ZstdEncoding.inJava();
        }
    }

    @Override
    public InputStream decompress(InputStream compressed) {
        return new ZstdReader(compressed, decoder);
    }

    @Override
    public Codec forLargeContent() {
        try {
            ZstdNative.requireLoaded();
            return new ZstdCodec(level, ZstdReader.Decoder.NATIVE);
        } catch (LinkageError e) {
            return this;
        }
    }
}
