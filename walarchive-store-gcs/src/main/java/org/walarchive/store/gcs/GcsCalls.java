package org.walarchive.store.gcs;

import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Sends requests, and turns what goes wrong into the store's own failures. */
final class GcsCalls implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GcsCalls.class);

    /** A page of a thousand of the longest names is some 5 MB. */
    private static final int LARGEST_ANSWER = 32 << 20;

    private final GcsBucket bucket;
    private final GcsRequests requests;
    private final GcsConnection connection;
    private final Sighting sighting = new Sighting(System::nanoTime);
    private volatile boolean closed;

    GcsCalls(GcsBucket bucket, GcsRequests requests, GcsConnection connection) {
        this.bucket = bucket;
        this.requests = requests;
        this.connection = connection;
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

    /** When the bucket was seen. */
    Sighting bucket() {
        return sighting;
    }

    /** Says what failed, and where. */
    String in(String action) {
        return action + " in " + bucket;
    }

    /** Sends a request and reads the answer, whatever it says. */
    Answer send(String action, HttpRequest request) throws StoreException {
        try {
            return read(open(action, request));
        } catch (IOException e) {
            throw GcsErrors.translate(in(action), e);
        }
    }

    /** Sends a request whose answer, if it is a success, is read by the caller; he closes it. */
    HttpResponse open(String action, HttpRequest request) throws StoreException {
        check();
        Map<String, List<String>> headers = connection.authorization().headers(in(action));
        headers.forEach((name, values) -> request.getHeaders().set(name, values));
        try {
            return request.execute();
        } catch (StoreException e) {
            // Of the watch, which does not know what is sent.
            throw new StoreException(
                    e.kind(), in(action) + ": " + e.getMessage(), e.hint().orElse(null), e);
        } catch (IOException e) {
            throw GcsErrors.translate(in(action), e);
        } catch (IllegalStateException e) {
            // What the pool of connections throws when it was closed.
            check();
            throw e;
        }
    }

    /** Reads an answer to its end. */
    static Answer read(HttpResponse response) throws IOException {
        try (InputStream in = response.getContent()) {
            byte[] body = in == null ? new byte[0] : in.readNBytes(LARGEST_ANSWER);
            return new Answer(response.getStatusCode(), response.getHeaders(), body);
        }
    }

    /**
     * Checks that an answer of success is the service's, and tells of the object that was put. If it tells of another
     * content, the object is deleted again: that generation of it and no other.
     */
    void requireStored(String action, Answer answer, String object, long size, String crc32c) throws StoreException {
        JsonObject stored = answer.json("storage#object")
                .orElseThrow(() ->
                        new StoreException(Kind.CORRUPT, in(action) + ": the answer of success is not the service's"));
        String storedSize = Answer.text(stored, "size").orElse("0");
        String storedCrc32c = Answer.text(stored, "crc32c").orElse("none");
        if (storedSize.equals(String.valueOf(size)) && storedCrc32c.equals(crc32c)) {
            sighting.now();
            return;
        }
        Answer.text(stored, "generation").ifPresent(generation -> discard(object, generation));
        throw new StoreException(
                Kind.CORRUPT,
                in(action) + ": " + size + " bytes with checksum " + crc32c + " were sent, and " + storedSize + " with "
                        + storedCrc32c + " arrived");
    }

    private void discard(String object, String generation) {
        try {
            Answer answer = send("cannot delete what is damaged", requests.delete(object, generation));
            if (answer.isSuccess() || answer.isNotFound()) {
                return;
            }
            left(object, GcsErrors.translate("it cannot be deleted", answer));
        } catch (StoreException e) {
            left(object, e);
        }
    }

    private void left(String object, StoreException failure) {
        log.atError()
                .addKeyValue("key", bucket.key(object))
                .log("an object that was damaged on its way is left: {}", failure.getMessage());
    }

    /**
     * Makes sure that the service, and not something in between, says that an object is absent: the bucket can be listed, and
     * the object is not in it.
     *
     * @throws StoreException of kind NO_CONTAINER if it is the bucket that is absent
     */
    void requireAbsent(String action, String object) throws StoreException {
        Answer answer = send(action, requests.look(object));
        JsonObject list = listed(action, answer);
        boolean there = GcsList.names(list).contains(object);
        if (there) {
            throw new StoreException(
                    Kind.UNAVAILABLE, in(action) + ": it was answered 404, but is in the list of the bucket's objects");
        }
    }

    /** Returns the list that an answer holds. */
    JsonObject listed(String action, Answer answer) throws StoreException {
        if (!answer.isSuccess()) {
            throw GcsErrors.translate(in(action), answer);
        }
        JsonObject list = answer.json("storage#objects")
                .orElseThrow(() -> new StoreException(Kind.CORRUPT, in(action) + ": the answer is not a whole list"));
        sighting.now();
        return list;
    }

    /** Returns what failed in another thread. */
    static StoreException failure(String action, @Nullable Throwable cause) {
        if (cause instanceof StoreException failure) {
            return failure;
        }
        throw new IllegalStateException(action, cause);
    }

    @Override
    public void close() {
        closed = true;
        connection.close();
    }
}
