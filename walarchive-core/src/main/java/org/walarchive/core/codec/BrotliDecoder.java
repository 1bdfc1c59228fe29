package org.walarchive.core.codec;

import java.io.IOException;
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
        return new LibraryReader("brotli", "org.brotli:dec", compressed, in -> Library.open(in));
    }

    /** A class of its own, which is linked when something is read: without the library the rest has to work. */
    private static final class Library {

        private Library() {}

        static InputStream open(InputStream compressed) throws IOException {
            return new BrotliInputStream(compressed);
        }
    }
}
