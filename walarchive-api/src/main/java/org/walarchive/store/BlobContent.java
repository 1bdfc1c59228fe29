package org.walarchive.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import org.walarchive.stability.Stable;

/**
 * A blob that is open for reading.
 *
 * @param stream the bytes from the beginning. A read throws {@link StoreException} when the store fails, when the
 *     stream ends before the blob does, or when the service's checksum does not agree with what was read
 * @param sizeBytes the length of the blob where the store tells it
 */
@Stable
public record BlobContent(InputStream stream, OptionalLong sizeBytes) implements Closeable {

    /** Closes the stream; quickly, also when it was not read to its end. */
    @Override
    public void close() throws IOException {
        stream.close();
    }
}
