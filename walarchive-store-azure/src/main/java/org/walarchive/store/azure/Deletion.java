package org.walarchive.store.azure;

import com.azure.core.util.Context;
import java.util.Collection;
import java.util.concurrent.ExecutorService;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.support.ParallelRequests;

/** The deletion of some blobs, one request for each: the service's batches cost as much for each blob. */
final class Deletion {

    private final AzureContainer container;
    private final AzureCalls calls;
    private final ExecutorService threads;

    Deletion(AzureContainer container, AzureCalls calls, ExecutorService threads) {
        this.container = container;
        this.calls = calls;
        this.threads = threads;
    }

    void of(Collection<String> names) throws StoreException {
        ParallelRequests.send("keys were deleted in " + container, names, threads, this::delete);
    }

    private void delete(String name) throws StoreException {
        try {
            calls.call(
                    "cannot delete " + container.key(name),
                    client -> client.getBlobClient(name).deleteWithResponse(null, null, null, Context.NONE));
        } catch (StoreException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }
}
