package org.walarchive.core.codec;

import java.io.IOException;
import java.io.InputStream;
import org.tukaani.xz.LZMAInputStream;

/** LZMA streams with the header of LZMA_Alone, as WAL-G writes them; by an optional library. They have no checksum. */
final class LzmaDecoder implements Decoder {

    /** WAL-G's have a dictionary of 8 MiB; memory for it is taken once. */
    private static final int MEMORY_LIMIT_KIB = 65 << 10;

    @Override
    public String extension() {
        return "lzma";
    }

    @Override
    public InputStream decompress(InputStream compressed) {
        return new LibraryReader("lzma", "org.tukaani:xz", compressed, in -> Library.open(in));
    }

    /** A class of its own, which is linked when something is read: without the library the rest has to work. */
    private static final class Library {

        private Library() {}

        static InputStream open(InputStream compressed) throws IOException {
            return new LZMAInputStream(compressed, MEMORY_LIMIT_KIB);
        }
    }
}
