package org.walarchive.core.codec;

import java.io.InputStream;

/**
 * A compressed format that is read. A decoder has no state and may be shared by threads; the streams that it makes may not.
 * A stream that has thrown keeps throwing: it never goes on behind a failure and never turns it into an end.
 */
public interface Decoder {

    /**
     * Returns the extension of objects in this format.
     *
     * @return without the dot; empty for content that is not compressed
     */
    String extension();

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
     * Returns the decoder of the same format for contents of many megabytes: it may begin slower and then be faster.
     *
     * @return the decoder; this one where there is no difference
     */
    default Decoder forLargeContent() {
        return this;
    }
}
