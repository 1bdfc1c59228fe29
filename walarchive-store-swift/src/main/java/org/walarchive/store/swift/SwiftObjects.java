package org.walarchive.store.swift;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.support.PartBuffer;

/** The requests of Swift's interface, of objects by their names. */
final class SwiftObjects {

    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;
    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 412;

    /** A page of 1000 names takes 2 MB at most. */
    private static final int MOST_JSON_BYTES = 16 << 20;

    /** Of the copies that a cluster keeps, the newest is wanted, not the nearest. */
    private static final String NEWEST = "X-Newest";

    private final SwiftContainer container;
    private final SwiftCalls calls;

    SwiftObjects(SwiftContainer container, SwiftCalls calls) {
        this.container = container;
        this.calls = calls;
    }

    /** What a look at an object shows. */
    enum Presence {
        ABSENT,
        PLAIN,
        LARGE
    }

    /**
     * An object that was looked for.
     *
     * @param presence what there is
     * @param layout of a large object that this store has put
     */
    record Look(Presence presence, Optional<SegmentLayout> layout) {}

    /** How the put of a manifest ended. */
    enum Ending {
        WRITTEN,
        ALREADY_PRESENT,
        REFUSED,
        UNKNOWN
    }

    /**
     * What became of a manifest.
     *
     * @param ending how it ended
     * @param failure why, if it was not written
     */
    record ManifestPut(Ending ending, Optional<StoreException> failure) {}

    /** Looks whether there is an object. Where the container is missing there is none. */
    Look look(String action, String object) throws StoreException {
        Reply reply = calls.send(
                action,
                storage -> new Request.Builder()
                        .url(container.url(storage, object))
                        .header(NEWEST, "true")
                        .head());
        if (reply.isOfService() && (reply.isSuccess() || reply.status() == NOT_FOUND)) {
            calls.discard(reply);
            return new Look(presence(reply), layout(reply));
        }
        throw calls.failure(action, reply);
    }

    private static Presence presence(Reply reply) {
        if (reply.status() == NOT_FOUND) {
            return Presence.ABSENT;
        }
        return isLarge(reply) ? Presence.LARGE : Presence.PLAIN;
    }

    /** Returns what the metadata tell of a large object. */
    static Optional<SegmentLayout> layout(Reply reply) {
        return isLarge(reply) ? reply.header(SegmentLayout.HEADER).flatMap(SegmentLayout::parse) : Optional.empty();
    }

    static boolean isLarge(Reply reply) {
        return reply.header("X-Static-Large-Object")
                .filter(Boolean::parseBoolean)
                .isPresent();
    }

    /**
     * Puts an object.
     *
     * @return whether it was written; if not, there was one and the mode is IF_ABSENT
     */
    boolean put(String action, String object, PartBuffer content, PutMode mode) throws StoreException {
        String md5 = Md5.of(content);
        Reply reply = calls.send(
                action,
                storage -> conditional(new Request.Builder().url(container.url(storage, object)), mode)
                        .header("ETag", md5)
                        .put(new PartBody(content)));
        if (mode == PutMode.IF_ABSENT && isUnmet(reply)) {
            calls.discard(reply);
            return false;
        }
        requireCreated(action, reply);
        if (!reply.tag().orElse("").equalsIgnoreCase(md5)) {
            throw new StoreException(
                    Kind.CORRUPT,
                    action + " in " + container + ": its MD5 is " + md5 + ", and the service has "
                            + reply.tag().orElse("none"));
        }
        return true;
    }

    private static boolean isUnmet(Reply reply) {
        return reply.status() == PRECONDITION_FAILED && reply.isOfService();
    }

    private void requireCreated(String action, Reply reply) throws StoreException {
        if (reply.status() != CREATED || !reply.isOfService()) {
            throw calls.failure(action, reply);
        }
        calls.discard(reply);
    }

    private static Request.Builder conditional(Request.Builder request, PutMode mode) {
        return switch (mode) {
            case IF_ABSENT -> request.header("If-None-Match", "*");
            case OVERWRITE -> request;
        };
    }

    /** Puts the manifest that makes one object of segments. */
    ManifestPut putManifest(String action, String object, Manifest manifest, PutMode mode) {
        Reply reply;
        try {
            reply = calls.send(
                    action,
                    storage -> conditional(
                                    new Request.Builder()
                                            .url(container
                                                    .url(storage, object)
                                                    .newBuilder()
                                                    .addQueryParameter("multipart-manifest", "put")
                                                    .build()),
                                    mode)
                            .header(SegmentLayout.HEADER, manifest.layout().toString())
                            .put(RequestBody.create(contentType(manifest), manifest.toJson())));
        } catch (StoreException e) {
            return new ManifestPut(Ending.UNKNOWN, Optional.of(e));
        }
        if (reply.status() == CREATED && reply.isOfService()) {
            calls.discard(reply);
            return new ManifestPut(Ending.WRITTEN, Optional.empty());
        }
        if (mode == PutMode.IF_ABSENT && isUnmet(reply)) {
            calls.discard(reply);
            return new ManifestPut(Ending.ALREADY_PRESENT, Optional.empty());
        }
        boolean refused = reply.isOfService() && reply.status() >= 400 && reply.status() < 500;
        StoreException failure = calls.failure(action, reply);
        if (refused && failure.kind() == Kind.INVALID) {
            // A segment is not seen yet, or gone: all of it may be put again.
            failure = new StoreException(Kind.UNAVAILABLE, String.valueOf(failure.getMessage()));
        }
        return new ManifestPut(refused ? Ending.REFUSED : Ending.UNKNOWN, Optional.of(failure));
    }

    /** Lists tell the type, and with it the size of the whole: that of a manifest itself is what radosgw tells. */
    private static MediaType contentType(Manifest manifest) {
        return MediaType.get(PartBody.CONTENT_TYPE + ";" + ObjectList.SIZE_PARAMETER + manifest.sizeBytes());
    }

    /** Opens an object. */
    Reply get(String key, String object) throws StoreException {
        String action = "cannot get " + key;
        Reply reply = calls.send(
                action,
                storage -> new Request.Builder()
                        .url(container.url(storage, object))
                        .header(NEWEST, "true"));
        if (reply.status() == NOT_FOUND && reply.isOfService()) {
            calls.discard(reply);
            requireContainer(action);
            throw new StoreException(Kind.NOT_FOUND, action + " in " + container + ": there is no such blob");
        }
        if (reply.status() != 200 || !reply.isOfService()) {
            throw calls.failure(action, reply);
        }
        return reply;
    }

    /** An object that is missing and a container that is missing look the same. */
    private void requireContainer(String action) throws StoreException {
        Reply reply = calls.send(
                action,
                storage -> new Request.Builder().url(container.url(storage)).head());
        if (!reply.isSuccess() || !reply.isOfService()) {
            throw calls.failure(action, reply);
        }
        calls.discard(reply);
    }

    /** Lists what begins with a prefix and comes after a marker, which may be empty. */
    ObjectList list(String action, String prefix, String delimiter, String marker, int limit) throws StoreException {
        Reply reply = calls.send(
                action,
                storage -> new Request.Builder()
                        .url(listUrl(storage, prefix, delimiter, marker, limit))
                        .header(NEWEST, "true"));
        if (reply.status() == NO_CONTENT && reply.isOfService()) {
            calls.discard(reply);
            return ObjectList.END;
        }
        return parsed(action, reply, marker);
    }

    private HttpUrl listUrl(HttpUrl storage, String prefix, String delimiter, String marker, int limit) {
        HttpUrl.Builder url = container
                .url(storage)
                .newBuilder()
                .addQueryParameter("format", "json")
                .addQueryParameter("limit", String.valueOf(limit))
                .addEncodedQueryParameter("prefix", SwiftContainer.encoded(prefix));
        if (!delimiter.isEmpty()) {
            url.addEncodedQueryParameter("delimiter", SwiftContainer.encoded(delimiter));
        }
        if (!marker.isEmpty()) {
            url.addEncodedQueryParameter("marker", SwiftContainer.encoded(marker));
        }
        return url.build();
    }

    private ObjectList parsed(String action, Reply reply, String marker) throws StoreException {
        if (reply.status() != 200 || !reply.isOfService()) {
            throw calls.failure(action, reply);
        }
        byte[] json;
        try (reply) {
            json = reply.bytes(MOST_JSON_BYTES);
        } catch (IOException e) {
            throw SwiftErrors.ofBrokenBody(action + " in " + container, e);
        }
        try {
            return ObjectList.parse(json, marker);
        } catch (JsonProcessingException e) {
            throw new StoreException(
                    Kind.CORRUPT, action + " in " + container + ": the answer is cut short or not JSON");
        } catch (IOException e) {
            throw new StoreException(Kind.CORRUPT, action + " in " + container + ": " + e.getMessage());
        }
    }

    /** Deletes one object. That there is none is no error. */
    void delete(String action, String object) throws StoreException {
        Reply reply = calls.send(
                action,
                storage -> new Request.Builder()
                        .url(container.url(storage, object))
                        .delete());
        boolean gone = reply.status() == NO_CONTENT || reply.status() == NOT_FOUND;
        if (!gone || !reply.isOfService()) {
            throw calls.failure(action, reply);
        }
        calls.discard(reply);
    }
}
