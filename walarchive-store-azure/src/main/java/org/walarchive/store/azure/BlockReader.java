package org.walarchive.store.azure;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import org.walarchive.store.BlobSource;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Reads a source block by block, and holds it to the length that it declared and the thread to its interrupts. */
final class BlockReader implements Closeable {

    private final String key;
    private final OptionalLong declared;
    private final InputStream in;
    private long read;
    private boolean ended;

    BlockReader(String key, BlobSource source) throws IOException {
        this.key = key;
        this.declared = source.sizeBytes();
        this.in = source.open();
    }

    /** Tells whether all was read. */
    boolean ended() {
        return ended;
    }

    /**
     * Reads the next block.
     *
     * @param limit its size, unless it is the last one
     */
    BlockBuffer next(long limit) throws IOException {
        BlockBuffer block = new BlockBuffer();
        ended = block.fill(in, limit);
        read += block.size();
        if (Thread.currentThread().isInterrupted()) {
            throw new StoreException(Kind.INTERRUPTED, "interrupted while the content of " + key + " was read");
        }
        if (declared.isPresent() && (ended ? read != declared.getAsLong() : read > declared.getAsLong())) {
            throw new StoreException(
                    Kind.CORRUPT,
                    "source of " + key + " declared " + declared.getAsLong() + " bytes and gave "
                            + (ended && read < declared.getAsLong() ? "only " + read : "more"));
        }
        return block;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
