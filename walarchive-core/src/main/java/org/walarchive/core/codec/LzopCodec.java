package org.walarchive.core.codec;

import java.io.InputStream;

/** The lzop container with LZO1X blocks, as WAL-E writes and reads it. Levels do not differ. */
final class LzopCodec implements Codec {

    @Override
    public String extension() {
        return "lzo";
    }

    @Override
    public InputStream compress(InputStream plain) {
        return new BlockWriter(plain, new LzopEncoding());
    }

    @Override
    public InputStream compress(InputStream plain, CompressionWorkers workers) {
        return new BlockWriter(plain, new LzopEncoding(), workers);
    }

    @Override
    public InputStream decompress(InputStream compressed) {
        return new LzopReader(compressed);
    }
}
