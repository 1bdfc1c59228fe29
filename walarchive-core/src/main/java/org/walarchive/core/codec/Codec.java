package org.walarchive.core.codec;

import java.io.InputStream;

/** A compressed format, both ways. What is said of {@link Decoder} holds for streams of either way. */
public interface Codec extends Decoder {

    /**
     * Makes a stream whose bytes are the compressed form of another's. Equal content gives equal bytes. It reads one
     * block ahead at most.
     *
     * @param plain what to compress; closed with the returned stream
     * @return the compressed form; it holds buffers until it is closed
     */
    InputStream compress(InputStream plain);

    /**
     * Does the same with threads that compress several blocks at once, reading as many ahead. The bytes may be others than
     * those of {@link #compress(InputStream)}: the content is the same.
     *
     * @param plain what to compress; read in the thread that reads the returned stream, and closed with it
     * @param workers the threads; closed after the stream
     * @return the compressed form; it holds buffers until it is closed
     */
    InputStream compress(InputStream plain, CompressionWorkers workers);

    @Override
    default Codec forLargeContent() {
        return this;
    }
}
