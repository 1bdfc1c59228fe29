package org.walarchive.store.gcs;

import java.util.Collection;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.support.ParallelRequests;

/** The deletion of some objects, one request for each. For one call. */
final class Deletion {

    private final GcsBucket bucket;
    private final GcsCalls calls;
    private final GcsRequests requests;
    private final ExecutorService threads;
    private volatile @Nullable String absent;

    Deletion(GcsBucket bucket, GcsCalls calls, GcsRequests requests, ExecutorService threads) {
        this.bucket = bucket;
        this.calls = calls;
        this.requests = requests;
        this.threads = threads;
    }

    void of(Collection<String> objects) throws StoreException {
        ParallelRequests.send(calls.in("keys were deleted"), objects, threads, this::delete);
        String object = absent;
        if (object != null) {
            String action = "cannot delete " + bucket.key(object);
            // The answer is the same when it is the bucket that is absent.
            calls.listed(action, calls.send(action, requests.look(object)));
        }
    }

    private void delete(String object) throws StoreException {
        String action = "cannot delete " + bucket.key(object);
        Answer answer = calls.send(action, requests.delete(object));
        if (answer.isNotFound()) {
            absent = object;
        } else if (!answer.isSuccess()) {
            throw GcsErrors.translate(calls.in(action), answer);
        } else if (!isService(answer)) {
            throw new StoreException(Kind.CORRUPT, calls.in(action) + ": the answer of success is not the service's");
        }
    }

    /** Tells the service's own success from the page of something in between. */
    private static boolean isService(Answer answer) {
        return answer.status() == 204
                || answer.header("content-type").orElse("").startsWith("application/json");
    }
}
