package org.walarchive.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import org.walarchive.stability.Stable;

/**
 * The content of a blob to be put. It can be opened again, which is what makes a retry possible; two openings need not
 * give the same bytes (a partition of a running server's files does not).
 */
@Stable
public interface BlobSource {

    /**
     * Opens the content from its beginning.
     *
     * @return a new stream, to be closed by the store
     * @throws IOException when the content cannot be had
     */
    InputStream open() throws IOException;

    /**
     * Returns the length of the content in bytes when it is known before it is read.
     *
     * @return the exact length, or empty when the content is made while it is read
     */
    OptionalLong sizeBytes();

    /**
     * Makes a source of bytes in memory.
     *
     * @param bytes the content; not copied
     * @return a source of known length
     */
    static BlobSource of(byte[] bytes) {
        return new BlobSource() {
            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }

            @Override
            public OptionalLong sizeBytes() {
                return OptionalLong.of(bytes.length);
            }
        };
    }
}
