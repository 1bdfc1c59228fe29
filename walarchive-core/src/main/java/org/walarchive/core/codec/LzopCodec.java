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
        return new LzopWriter(plain);
    }

    @Override
    public InputStream decompress(InputStream compressed) {
        return new LzopReader(compressed);
    }
}
