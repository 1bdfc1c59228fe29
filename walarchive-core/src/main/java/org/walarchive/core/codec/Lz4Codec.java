package org.walarchive.core.codec;

import java.io.InputStream;

/** LZ4 frames, as the {@code lz4} tool and WAL-G write and read them. */
final class Lz4Codec implements Codec {

    @Override
    public String extension() {
        return "lz4";
    }

    @Override
    public InputStream compress(InputStream plain) {
        return new BlockWriter(plain, new Lz4Encoding());
    }

    @Override
    public InputStream compress(InputStream plain, CompressionWorkers workers) {
        return new BlockWriter(plain, new Lz4Encoding(), workers);
    }

    @Override
    public InputStream decompress(InputStream compressed) {
        return new Lz4Reader(compressed);
    }
}
