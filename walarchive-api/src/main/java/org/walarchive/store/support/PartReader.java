package org.walarchive.store.support;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import org.walarchive.stability.Experimental;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/**
 * For authors of stores: reads a source part by part, and holds it to the length that it declared and the thread to its interrupts, as
 * {@link BlobStore#put} has to.
 */
@Experimental
public final class PartReader implements Closeable {

    private final String key;
    private final OptionalLong declared;
    private final InputStream in;
    private long read;
    private boolean ended;

    /**
     * Opens a source.
     *
     * @param key what messages call it
     * @param source the source
     * @throws IOException if it cannot be opened
     */
    public PartReader(String key, BlobSource source) throws IOException {
        this.key = key;
        this.declared = source.sizeBytes();
        this.in = source.open();
    }

    /**
     * Tells whether all was read.
     *
     * @return true when the last part was returned
     */
    public boolean ended() {
        return ended;
    }

    /**
     * Reads the next part.
     *
     * @param limit its size, unless it is the last one
     * @return the part; empty if the one before ended with the source
     * @throws StoreException of kind INTERRUPTED if the thread is interrupted, of kind CORRUPT if the source has another length than
     *     it declared
     * @throws IOException if the source fails
     */
    public PartBuffer next(long limit) throws IOException {
        PartBuffer part = new PartBuffer();
        ended = part.fill(in, limit);
        read += part.size();
        if (Thread.currentThread().isInterrupted()) {
            throw new StoreException(Kind.INTERRUPTED, "interrupted while the content of " + key + " was read");
        }
        if (declared.isPresent() && (ended ? read != declared.getAsLong() : read > declared.getAsLong())) {
            throw new StoreException(
                    Kind.CORRUPT,
                    "source of " + key + " declared " + declared.getAsLong() + " bytes and gave "
                            + (ended && read < declared.getAsLong() ? "only " + read : "more"));
        }
        return part;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
