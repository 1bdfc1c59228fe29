package org.walarchive.core.codec;

import java.io.InputStream;

/**
 * A compressed format, both ways. A codec has no state and may be shared by threads; the streams that it makes may not.
 * A stream that has thrown keeps throwing: it never goes on behind a failure and never turns it into an end.
 */
public interface Codec {

    /**
     * Returns the extension of objects in this format.
     *
     * @return without the dot
     */
    String extension();

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

    /**
     * Makes a stream whose bytes are the plain form of another's. When it ends, every checksum has been verified and the
     * source has been read to its end. Anything else (a source cut short, damaged, or followed by other bytes) fails with
     * {@link CorruptStreamException}; bytes delivered before that are not to be trusted. An exception of the source
     * passes through unchanged.
     *
     * @param compressed what to decompress; closed with the returned stream
     * @return the plain form; it holds buffers until it is closed
     */
    InputStream decompress(InputStream compressed);

    /**
     * Returns the codec of the same format for contents of many megabytes: it may begin slower and then be faster.
     *
     * @return the codec; this one where there is no difference
     */
    default Codec forLargeContent() {
        return this;
    }
}
