package org.walarchive.store.azure;

import com.azure.storage.blob.BlobContainerClient;
import java.util.function.Function;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Sends requests, and turns what the SDK throws into the store's own failures. */
final class AzureCalls implements AutoCloseable {

    private final AzureContainer container;
    private final AzureConnection connection;
    private volatile boolean closed;

    AzureCalls(AzureContainer container, AzureConnection connection) {
        this.container = container;
        this.connection = connection;
    }

    /** Throws if the store is closed or the thread is interrupted. */
    void check() throws StoreException {
        if (closed) {
            throw new IllegalStateException("store " + container + " is closed");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new StoreException(Kind.INTERRUPTED, "interrupted in " + container);
        }
    }

    /** Sends a request. */
    <T> T call(String action, Function<BlobContainerClient, T> request) throws StoreException {
        check();
        try {
            return request.apply(connection.client());
        } catch (RuntimeException e) {
            throw translated(action, e);
        }
    }

    /** Sends a request that makes a blob. */
    PutResult put(String action, PutMode mode, Runnable request) throws StoreException {
        check();
        try {
            request.run();
            return PutResult.WRITTEN;
        } catch (RuntimeException e) {
            if (mode == PutMode.IF_ABSENT && AzureErrors.isPresent(e)) {
                return PutResult.ALREADY_PRESENT;
            }
            throw translated(action, e);
        }
    }

    /** The SDK wraps what it does not know, such as a broken connection, in one exception or another. */
    private StoreException translated(String action, RuntimeException failure) {
        if (closed) {
            throw new IllegalStateException("store " + container + " is closed", failure);
        }
        return AzureErrors.translate(action + " in " + container, failure);
    }

    @Override
    public void close() {
        closed = true;
        connection.close();
    }
}
