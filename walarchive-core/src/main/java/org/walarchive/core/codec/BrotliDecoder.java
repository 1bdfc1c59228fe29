package org.walarchive.core.codec;

import java.io.InputStream;
import org.brotli.dec.BrotliInputStream;

/** Brotli streams, as WAL-G writes them; by an optional library. They have no checksum. */
final class BrotliDecoder implements Decoder {

    @Override
    public String extension() {
        return "br";
    }

    @Override
    public InputStream decompress(InputStream compressed) {
        // a class of its own is linked when it is first used, so that its absence is told when something is read
        return new LibraryReader("brotli", "org.brotli:dec", compressed, in -> new BrotliInputStream(in));
    }
}
