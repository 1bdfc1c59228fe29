package org.walarchive.store.s3;

import java.io.UncheckedIOException;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/** Sends requests, and turns what the SDK throws into the store's own failures. */
final class S3Calls implements AutoCloseable {

    private final S3Bucket bucket;
    private final S3Connection connection;
    private final Dialects dialects;
    private volatile boolean closed;

    S3Calls(S3Bucket bucket, S3Config config, S3Connection connection) {
        this.bucket = bucket;
        this.connection = connection;
        this.dialects = new Dialects(bucket, config);
    }

    /** Throws if the store is closed or the thread is interrupted. */
    void check() throws StoreException {
        if (closed) {
            throw new IllegalStateException("store " + bucket + " is closed");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new StoreException(Kind.INTERRUPTED, "interrupted in " + bucket);
        }
    }

    /** Sends a request that every service understands. */
    <T> T call(String action, Function<S3Client, T> request) throws StoreException {
        return translated(action, () -> request.apply(connection.client()));
    }

    /** Sends a request in the richest dialect that the service understands. */
    <T> T call(String action, Set<Extension> used, Request<T> request) throws StoreException {
        return translated(action, () -> dialects.call(used, dialect -> request.send(connection.client(), dialect)));
    }

    /**
     * Sends a put.
     *
     * @return whether it was made; if not, its condition was not met
     */
    boolean put(String action, Set<Extension> used, Request<?> request) throws StoreException {
        return translated(action, () -> {
            try {
                dialects.call(used, dialect -> request.send(connection.client(), dialect));
                return true;
            } catch (AwsServiceException e) {
                if (used.contains(Extension.CONDITION) && S3Errors.isPresent(e)) {
                    return false;
                }
                throw e;
            }
        });
    }

    /** A request in a dialect. */
    @FunctionalInterface
    interface Request<T> {
        /** Sends it; perhaps several times. */
        T send(S3Client client, Dialect dialect);
    }

    /**
     * Returns the tag that an answer must have to be one of the service: the SDK takes the page of a proxy for success, and
     * the success of a completion, which comes before the work is done, for success of the work.
     */
    static String requireTag(@Nullable String tag) {
        if (tag == null || tag.isEmpty()) {
            throw SdkClientException.create(
                    "the answer of success has no ETag, so it is cut short or not the service's");
        }
        return tag;
    }

    private <T> T translated(String action, Supplier<T> call) throws StoreException {
        check();
        try {
            return call.get();
        } catch (SdkException e) {
            throw S3Errors.translate(action + " in " + bucket, e);
        } catch (UncheckedIOException e) {
            // So the SDK throws what happens at the first byte of an answer's XML.
            throw S3Errors.broken(action + " in " + bucket, e.getCause());
        }
    }

    @Override
    public void close() {
        closed = true;
        connection.close();
    }
}
