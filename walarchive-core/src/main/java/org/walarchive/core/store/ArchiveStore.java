package org.walarchive.core.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.StoreAccessException;
import org.walarchive.core.codec.Codec;
import org.walarchive.core.codec.Codecs;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.StoreException;

/** What every use case works with: the store, how to retry, how to compress, who hears of it. */
public final class ArchiveStore {

    private final ArchiveConfig config;
    private final BlobStore direct;
    private final Retry retry;
    private final BlobStore store;
    private final Codec codec;
    private final Consumer<ArchiveEvent> events;

    /** Makes the context of one archive. */
    public ArchiveStore(ArchiveConfig config, BlobStore direct, Consumer<ArchiveEvent> events) {
        this(config, direct, new Retry(config.retryDeadline(), events), events);
    }

    ArchiveStore(ArchiveConfig config, BlobStore direct, Retry retry, Consumer<ArchiveEvent> events) {
        this.config = config;
        this.direct = direct;
        this.retry = retry;
        this.store = new RetryingStore(direct, retry);
        this.codec = Codecs.of(config.compression());
        this.events = events;
    }

    /** The configuration. */
    public ArchiveConfig config() {
        return config;
    }

    /** The store, with retry. */
    public BlobStore store() {
        return store;
    }

    /** The store, without retry: for what is tried once only, and for what {@link #retry} repeats as a whole. */
    public BlobStore direct() {
        return direct;
    }

    /** How to repeat what is more than one call of the store. */
    public Retry retry() {
        return retry;
    }

    /** How new objects are compressed. */
    public Codec codec() {
        return codec;
    }

    /** Tells the listener. */
    public void tell(ArchiveEvent event) {
        events.accept(event);
    }

    /** Returns the location of a key, for people. */
    public String locate(String key) {
        return config.location() + "/" + key;
    }

    /**
     * Reads a small object whole.
     *
     * @throws CorruptArchiveException if it is longer than the limit
     * @throws StoreException if it cannot be read; NOT_FOUND if it does not exist
     */
    public byte[] read(String key, int limitBytes) throws StoreException, ArchiveException {
        try {
            byte[] bytes = retry.call("read of " + key, () -> {
                try (BlobContent content = direct.get(key)) {
                    return readAtMost(content.stream(), limitBytes + 1L);
                }
            });
            if (bytes.length > limitBytes) {
                throw new CorruptArchiveException(
                        "object " + locate(key) + " is longer than " + limitBytes + " bytes", null, null);
            }
            return bytes;
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "read of " + key + " failed", null, e);
        }
    }

    private static byte[] readAtMost(InputStream stream, long limit) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        int n;
        while (bytes.size() < limit && (n = stream.read(buffer)) >= 0) {
            bytes.write(buffer, 0, n);
        }
        return bytes.toByteArray();
    }

    /** Calls for every object below a prefix, page by page. */
    public void forEach(String prefix, ListDepth depth, Consumer<BlobInfo> consumer) throws StoreException {
        String token = null;
        do {
            ListPage page = store.list(prefix, depth, token);
            page.blobs().forEach(consumer);
            token = page.nextPageToken().orElse(null);
        } while (token != null);
    }

    /** Lists the objects below a prefix of which there are few. */
    public List<BlobInfo> list(String prefix, ListDepth depth) throws StoreException {
        List<BlobInfo> blobs = new ArrayList<>();
        forEach(prefix, depth, blobs::add);
        return blobs;
    }

    /**
     * Turns a store's failure into the library's: an interrupt into {@link InterruptedException}, all else into a
     * {@link StoreAccessException}.
     *
     * @param doing what was wanted: lower case, no full stop
     */
    public static ArchiveException failure(String doing, StoreException e) throws InterruptedException {
        if (e.kind() == StoreException.Kind.INTERRUPTED) {
            Thread.interrupted();
            InterruptedException interrupted = new InterruptedException(doing + " was interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
        return new StoreAccessException(doing + " failed", e);
    }
}
