package org.walarchive.store.swift;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreFeature;
import org.walarchive.store.StoreKeys;
import org.walarchive.store.support.PartBuffer;
import org.walarchive.store.support.PartReader;
import org.walarchive.store.swift.SwiftObjects.Look;
import org.walarchive.store.swift.SwiftObjects.Presence;

/** Blobs as objects; {@link SwiftStoreProvider} tells how. */
final class SwiftBlobStore implements BlobStore {

    private static final Logger log = LoggerFactory.getLogger(SwiftBlobStore.class);

    /** How many first segments are held in memory: what fits is put by one request, else one is read while two are sent. */
    private static final int SEGMENTS_HELD = 3;

    private final SwiftContainer container;
    private final SwiftConfig config;
    private final SwiftCalls calls;
    private final SwiftObjects objects;
    private final Deletion deletion;
    private final Segments segments;
    private final ExecutorService threads;

    SwiftBlobStore(SwiftContainer container, SwiftConfig config, SwiftCalls calls) {
        this.container = container;
        this.config = config;
        this.calls = calls;
        this.objects = new SwiftObjects(container, calls);
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "walarchive-swift-segment");
            thread.setDaemon(true);
            return thread;
        });
        this.deletion = new Deletion(container, calls, objects, threads);
        this.segments = new Segments(container, objects, deletion, config.pageSize());
    }

    @Override
    public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
        calls.check();
        String object = container.object(key);
        Look before = look(key, object);
        PutResult result = PutResult.ALREADY_PRESENT;
        if (mode == PutMode.OVERWRITE || before.presence() == Presence.ABSENT) {
            result = send(key, object, source, mode);
            if (result == PutResult.WRITTEN) {
                segments.tidy(key, object, before.layout());
            }
        }
        log.debug("action=put key={} mode={} state={}", key, mode, result);
        return result;
    }

    private Look look(String key, String object) throws StoreException {
        return objects.look("cannot look for " + key, object);
    }

    private PutResult send(String key, String object, BlobSource source, PutMode mode) throws IOException {
        PartBuffer small = new PartBuffer();
        LargeUpload upload = null;
        try {
            try (PartReader reader = new PartReader(key, source)) {
                List<PartBuffer> first = new ArrayList<>();
                while (first.size() < SEGMENTS_HELD && !reader.ended()) {
                    first.add(reader.next(config.segmentSizeBytes()));
                }
                if (reader.ended()) {
                    first.forEach(small::append);
                } else {
                    upload = new LargeUpload(container, objects, segments, threads, key, object);
                    sendSegments(upload, first, reader);
                }
            }
            // The source is closed, and all of it was good: now the blob may appear.
            return upload == null ? putSmall(key, object, small, mode) : complete(key, object, upload, mode);
        } finally {
            if (upload != null) {
                upload.close();
            }
        }
    }

    private void sendSegments(LargeUpload upload, List<PartBuffer> first, PartReader reader) throws IOException {
        for (PartBuffer segment : first) {
            upload.add(segment);
        }
        first.clear();
        long room = (long) SEGMENTS_HELD * config.segmentSizeBytes();
        while (!reader.ended()) {
            long size = SegmentSizes.bytes(upload.next(), config.segmentSizeBytes());
            upload.awaitRoom(size, room);
            PartBuffer segment = reader.next(size);
            if (segment.size() > 0) {
                upload.add(segment);
            }
        }
    }

    private PutResult putSmall(String key, String object, PartBuffer content, PutMode mode) throws StoreException {
        return objects.put("cannot put " + key, object, content, mode) ? PutResult.WRITTEN : PutResult.ALREADY_PRESENT;
    }

    private PutResult complete(String key, String object, LargeUpload upload, PutMode mode) throws StoreException {
        upload.awaitSegments();
        if (mode == PutMode.IF_ABSENT && look(key, object).presence() != Presence.ABSENT) {
            return PutResult.ALREADY_PRESENT;
        }
        return upload.complete(mode);
    }

    @Override
    public BlobContent get(String key) throws StoreException {
        calls.check();
        String object = container.object(key);
        Reply reply = objects.get(key, object);
        try {
            OptionalLong size = reply.length();
            Optional<String> tag = reply.tag();
            if (size.isEmpty() || tag.isEmpty()) {
                throw new StoreException(
                        Kind.CORRUPT,
                        "cannot get " + key + " in " + container + ": the answer has no length or no ETag");
            }
            log.debug("action=get key={} size={}", key, size.getAsLong());
            BlobContent content = new BlobContent(
                    new SwiftContentStream(
                            "cannot read " + key + " in " + container,
                            reply,
                            size.getAsLong(),
                            checksum(reply, tag.get())),
                    size);
            reply = null;
            return content;
        } finally {
            if (reply != null) {
                close(reply);
            }
        }
    }

    /** The ETag of a large object is not of its content; of one that another client has made nothing is known. */
    private static Checksum checksum(Reply reply, String tag) {
        if (SwiftObjects.isLarge(reply)) {
            return SwiftObjects.layout(reply).map(Checksum::of).orElseGet(Checksum::none);
        }
        boolean dynamic = reply.header("X-Object-Manifest").isPresent();
        return dynamic ? Checksum.none() : Checksum.of(tag);
    }

    private static void close(Reply reply) {
        try {
            reply.close();
        } catch (IOException e) {
            log.debug("action=get state=unclosed", e);
        }
    }

    @Override
    public ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) throws StoreException {
        calls.check();
        String beginning = container.objects(prefix);
        String delimiter = switch (depth) {
            case IMMEDIATE -> "/";
            case ALL -> "";
        };
        ObjectList page = objects.list(
                "cannot list \"" + prefix + "\"",
                beginning,
                delimiter,
                pageToken == null ? "" : pageToken,
                config.pageSize());
        List<BlobInfo> blobs = page.objects().stream()
                .filter(object -> belongs(object.name(), beginning))
                .map(object -> new BlobInfo(container.key(object.name()), object.sizeBytes(), object.lastModified()))
                .toList();
        List<String> prefixes = page.directories().stream()
                .filter(name -> name.endsWith("/") && belongs(name.substring(0, name.length() - 1), beginning))
                .map(container::key)
                .toList();
        log.debug("action=list prefix={} blobs={}", prefix, blobs.size());
        return new ListPage(blobs, prefixes, page.last());
    }

    /** Tells whether a name is one that a put has made: other clients make empty objects as directories. */
    private boolean belongs(String object, String prefix) {
        if (!object.startsWith(prefix)) {
            return false;
        }
        try {
            StoreKeys.requireValid(container.key(object));
            return true;
        } catch (StoreException e) {
            log.debug("action=list object={} state=ignored", object);
            return false;
        }
    }

    @Override
    public void delete(Collection<String> keys) throws StoreException {
        calls.check();
        Set<String> names = new LinkedHashSet<>();
        for (String key : keys) {
            names.add(container.object(key));
        }
        if (names.isEmpty()) {
            return;
        }
        deletion.delete(List.copyOf(names));
        segments.deleteOf(names);
        log.debug("action=delete keys={}", names.size());
    }

    /** Returns nothing: {@link SwiftStoreProvider} tells why. */
    @Override
    public Set<StoreFeature> features() {
        return Set.of();
    }

    @Override
    public void close() {
        calls.close();
        threads.shutdownNow();
    }
}
