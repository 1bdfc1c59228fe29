package org.walarchive.core.codec;

import java.io.InputStream;

/** What a codec promises, by threads. */
abstract class ParallelCodecContract extends CodecContract {

    private static final CompressionWorkers WORKERS = new CompressionWorkers(3, 64L << 20);

    abstract Codec sequential();

    @Override
    final Codec codec() {
        Codec codec = sequential();
        return new Codec() {
            @Override
            public String extension() {
                return codec.extension();
            }

            @Override
            public InputStream compress(InputStream plain) {
                return codec.compress(plain, WORKERS);
            }

            @Override
            public InputStream compress(InputStream plain, CompressionWorkers workers) {
                return codec.compress(plain, workers);
            }

            @Override
            public InputStream decompress(InputStream compressed) {
                return codec.decompress(compressed);
            }
        };
    }
}
