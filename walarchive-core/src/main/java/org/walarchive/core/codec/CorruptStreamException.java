package org.walarchive.core.codec;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A compressed or encrypted stream that is damaged, cut short, followed by other bytes, or uses what this reader does not support. */
public class CorruptStreamException extends IOException {

    /**
     * Makes an exception.
     *
     * @param format the name of the format
     * @param fault what is wrong: lower case, no full stop
     * @param offset where it was noticed, in bytes from the beginning of the compressed stream
     * @param cause the decoder's failure; or null
     */
    public CorruptStreamException(String format, String fault, long offset, @Nullable Throwable cause) {
        super(format + " stream, offset " + offset + ": " + fault, cause);
    }
}
