package org.walarchive.store.swift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.support.ParallelRequests;

/** Deletes objects: many by one request where the cluster has that, else one by one, a few at once. */
final class Deletion {

    private static final Logger log = LoggerFactory.getLogger(Deletion.class);

    /** Clusters delete some 60 a second; a request of the most they take, 10 000, would be silent for long. */
    private static final int MOST_AT_ONCE = 250;

    private static final int PARALLEL = 4;
    /** Without the middleware it is a change of the account, which a user may not be allowed to make. */
    private static final Set<Integer> LACKING = Set.of(400, 403, 404, 405, 411, 412, 501);

    private static final int MOST_ANSWER_BYTES = 4 << 20;
    private static final MediaType TEXT = MediaType.get("text/plain");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SwiftContainer container;
    private final SwiftCalls calls;
    private final SwiftObjects objects;
    private final ExecutorService threads;
    private volatile boolean oneByOne;

    Deletion(SwiftContainer container, SwiftCalls calls, SwiftObjects objects, ExecutorService threads) {
        this.container = container;
        this.calls = calls;
        this.objects = objects;
        this.threads = threads;
    }

    /** Deletes objects. That one is absent is no error. */
    void delete(List<String> names) throws StoreException {
        if (names.size() == 1) {
            deleteOne(names.get(0));
            return;
        }
        for (int i = 0; i < names.size(); i += MOST_AT_ONCE) {
            List<String> batch = names.subList(i, Math.min(names.size(), i + MOST_AT_ONCE));
            if (oneByOne || !deleteBatch(batch)) {
                deleteEach(batch);
            }
        }
    }

    private void deleteOne(String name) throws StoreException {
        objects.delete("cannot delete " + shown(name), name);
    }

    private static String shown(String object) {
        return object.startsWith(SwiftContainer.SEGMENTS) ? "segment " + object : object;
    }

    /** Deletes by one request; returns whether the cluster has such. */
    private boolean deleteBatch(List<String> names) throws StoreException {
        try {
            return tryBatch(names);
        } catch (StoreException e) {
            if (e.kind() != Kind.ACCESS_DENIED) {
                throw e;
            }
            // The token is looked at for each object only, so that one that has ended shows in the body of success.
            calls.forgetSession();
            return tryBatch(names);
        }
    }

    private boolean tryBatch(List<String> names) throws StoreException {
        String action = "cannot delete " + names.size() + " objects from " + shown(names.get(0)) + " on";
        String lines = names.stream()
                .map(name -> SwiftContainer.encoded(container.withContainer(name)))
                .collect(Collectors.joining("\n"));
        Reply reply = calls.send(action, storage -> request(storage, lines));
        boolean understood = reply.isSuccess() || LACKING.contains(reply.status());
        if (!reply.isOfService() || !understood) {
            throw calls.failure(action, reply);
        }
        if (!reply.isSuccess()) {
            calls.discard(reply);
            return false;
        }
        String text;
        try (reply) {
            text = new String(reply.bytes(MOST_ANSWER_BYTES), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw SwiftErrors.ofBrokenBody(action + " in " + container, e);
        }
        if (!text.startsWith("{")) {
            log.info("action=delete prefix={} state=one-by-one: the cluster has no bulk delete", container);
            oneByOne = true;
            return false;
        }
        requireDeleted(action, names.size(), text);
        return true;
    }

    private static Request.Builder request(HttpUrl storage, String lines) {
        return new Request.Builder()
                .url(storage.newBuilder()
                        .addQueryParameter("bulk-delete", "true")
                        .build())
                .header("Accept", "application/json")
                .post(RequestBody.create(TEXT, lines.getBytes(StandardCharsets.UTF_8)));
    }

    /** The status of the answer was sent before the work was done; its body tells. */
    private void requireDeleted(String action, int expected, String json) throws StoreException {
        JsonNode answer;
        try {
            answer = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new StoreException(Kind.CORRUPT, action + " in " + container + ": the answer is cut short");
        }
        JsonNode errors = answer.path("Errors");
        if (!errors.isEmpty()) {
            String path = URLDecoder.decode(errors.get(0).path(0).asText().replace("+", "%2B"), StandardCharsets.UTF_8);
            String of = path.startsWith(container.withContainer(""))
                    ? path.substring(container.withContainer("").length())
                    : path;
            throw SwiftErrors.ofStatus(
                    "cannot delete " + shown(of) + " in " + container
                            + (errors.size() > 1 ? " and " + (errors.size() - 1) + " more" : ""),
                    errors.get(0).path(1).asText());
        }
        String status = answer.path("Response Status").asText();
        int done = answer.path("Number Deleted").asInt()
                + answer.path("Number Not Found").asInt();
        if (!status.startsWith("200") && done < expected) {
            throw SwiftErrors.ofStatus(
                    action + " in " + container,
                    status + " " + answer.path("Response Body").asText());
        }
        if (done != expected) {
            throw new StoreException(
                    Kind.CORRUPT, action + " in " + container + ": the answer tells of " + done + " objects");
        }
    }

    private void deleteEach(List<String> names) throws StoreException {
        ParallelRequests.send("objects were deleted in " + container, names, PARALLEL, threads, this::deleteOne);
    }
}
