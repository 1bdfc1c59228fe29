package org.walarchive.store.swift;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.support.PartBuffer;
import org.walarchive.store.support.PartsInFlight;
import org.walarchive.store.swift.Manifest.Segment;
import org.walarchive.store.swift.SwiftObjects.ManifestPut;

/**
 * One blob that is put in segments, a few of them at once. For one thread; closing it deletes the segments unless a manifest
 * has them, or may have them.
 */
final class LargeUpload implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LargeUpload.class);

    private final SwiftContainer container;
    private final SwiftObjects objects;
    private final Segments segments;
    private final String key;
    private final String object;
    private final String id = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    private final String prefix;
    private final PartsInFlight<Segment> sending;
    private boolean needed;

    LargeUpload(
            SwiftContainer container,
            SwiftObjects objects,
            Segments segments,
            ExecutorService threads,
            String key,
            String object)
            throws StoreException {
        this.container = container;
        this.objects = objects;
        this.segments = segments;
        this.sending = new PartsInFlight<>(key, threads, this::clean, this::left);
        this.key = key;
        this.object = object;
        this.prefix = SwiftContainer.segments(object, id);
        if (name(1).getBytes(StandardCharsets.UTF_8).length > SwiftContainer.MAX_NAME_BYTES) {
            throw new StoreException(
                    Kind.INVALID,
                    "cannot put " + key + " in segments: their names would be longer than "
                            + SwiftContainer.MAX_NAME_BYTES + " bytes",
                    "Is the path of the location shorter elsewhere?",
                    null);
        }
    }

    private String name(int number) {
        return prefix + String.format(Locale.ROOT, "%04d", number);
    }

    /** Returns the number of the next segment. */
    int next() {
        return sending.added() + 1;
    }

    /** Waits until there is room for a segment in a number of bytes. */
    void awaitRoom(long segmentBytes, long roomBytes) throws StoreException {
        sending.awaitRoom(segmentBytes, roomBytes);
    }

    /** Sends a segment in another thread. */
    void add(PartBuffer content) throws StoreException {
        int number = next();
        if (number > SegmentSizes.MOST_SEGMENTS) {
            throw new StoreException(
                    Kind.INVALID,
                    "cannot put " + key + ": it has more than " + SegmentSizes.MOST_SEGMENTS + " segments");
        }
        sending.add(content.size(), () -> send(number, content));
    }

    private Segment send(int number, PartBuffer content) throws StoreException {
        objects.put("cannot put segment " + number + " of " + key, name(number), content, PutMode.OVERWRITE);
        return new Segment(container.withContainer(name(number)), Md5.of(content), content.size());
    }

    /** Waits until all segments are there. */
    void awaitSegments() throws StoreException {
        sending.awaitAll();
    }

    /** Makes the blob of the segments. */
    PutResult complete(PutMode mode) throws StoreException {
        String action = "cannot put the manifest of " + key;
        Manifest manifest = new Manifest(id, sending.awaitAll());
        segments.requireSupported(action, name(0), manifest);
        ManifestPut put = objects.putManifest(action, object, manifest, mode);
        switch (put.ending()) {
            case WRITTEN -> {
                needed = true;
                return PutResult.WRITTEN;
            }
            case ALREADY_PRESENT -> {
                return PutResult.ALREADY_PRESENT;
            }
            case UNKNOWN -> {
                needed = true;
                segments.leave(object, id);
                log.atWarn()
                        .addKeyValue("key", key)
                        .addKeyValue("segments", prefix)
                        .log("it is not known whether the blob was written, so its segments are left");
            }
            case REFUSED -> log.debug("action=put key={} state=refused", key);
        }
        throw put.failure().orElseThrow();
    }

    private List<String> names() {
        return IntStream.rangeClosed(1, sending.added()).mapToObj(this::name).toList();
    }

    /**
     * Deletes the segments if the blob was not made of them, so that they do not cost anything. Those that are being sent are
     * ended first: one that arrives after the deletion would stay.
     */
    @Override
    public void close() {
        if (!needed && sending.added() > 0) {
            sending.discard();
        }
    }

    private void clean() throws StoreException {
        segments.delete(names());
        log.debug("action=abort key={} segments={}", key, prefix);
    }

    private void left(Exception failure) {
        log.atWarn()
                .addKeyValue("key", key)
                .addKeyValue("segments", prefix)
                .log("segments of a put that failed may be left in the container: {}", failure.getMessage());
    }
}
