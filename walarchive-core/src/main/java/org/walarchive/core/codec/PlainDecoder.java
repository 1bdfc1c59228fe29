package org.walarchive.core.codec;

import java.io.InputStream;

/** Content that is not compressed, as WAL-G stores it with the method none. Where it is cut cannot be seen here. */
final class PlainDecoder implements Decoder {

    @Override
    public String extension() {
        return "";
    }

    @Override
    public InputStream decompress(InputStream compressed) {
        return compressed;
    }
}
