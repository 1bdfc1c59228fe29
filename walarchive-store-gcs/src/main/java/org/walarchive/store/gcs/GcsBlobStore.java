package org.walarchive.store.gcs;

import com.google.api.client.http.HttpResponse;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreFeature;
import org.walarchive.store.support.PartBuffer;
import org.walarchive.store.support.PartReader;

/** Blobs as objects; {@link GcsStoreProvider} tells how. */
final class GcsBlobStore implements BlobStore {

    private static final Logger log = LoggerFactory.getLogger(GcsBlobStore.class);

    /** How many first chunks are held in memory: what fits is put by one request, else two are held while one is sent. */
    private static final int CHUNKS_HELD = 3;

    private final GcsBucket bucket;
    private final GcsConfig config;
    private final GcsRequests requests;
    private final GcsCalls calls;
    private final ExecutorService threads;

    GcsBlobStore(GcsBucket bucket, GcsConfig config, GcsConnection connection, ExecutorService threads) {
        this.bucket = bucket;
        this.config = config;
        this.requests = new GcsRequests(bucket, config, connection.requests());
        this.calls = new GcsCalls(bucket, requests, connection);
        this.threads = threads;
    }

    @Override
    public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
        calls.check();
        PutResult result = send(key, bucket.object(key), source, mode);
        log.debug("action=put key={} mode={} state={}", key, mode, result);
        return result;
    }

    private PutResult send(String key, String object, BlobSource source, PutMode mode) throws IOException {
        PartBuffer small = new PartBuffer();
        ResumableUpload upload = null;
        try {
            try (PartReader reader = new PartReader(key, source)) {
                Deque<PartBuffer> first = new ArrayDeque<>();
                while (first.size() < CHUNKS_HELD && !reader.ended()) {
                    first.add(reader.next(config.chunkSizeBytes()));
                }
                if (reader.ended()) {
                    first.forEach(small::append);
                } else {
                    Optional<ResumableUpload> begun =
                            ResumableUpload.begin(calls, requests, config.endpoint(), threads, key, object, mode);
                    if (begun.isEmpty()) {
                        return PutResult.ALREADY_PRESENT;
                    }
                    upload = begun.get();
                    sendChunks(upload, first, reader);
                }
            }
            // The source is closed, and all of it was good: now the blob may appear.
            return upload == null ? putSmall(key, object, small, mode) : upload.complete(mode);
        } finally {
            if (upload != null) {
                upload.close();
            }
        }
    }

    private void sendChunks(ResumableUpload upload, Deque<PartBuffer> first, PartReader reader) throws IOException {
        while (!first.isEmpty()) {
            upload.add(first.remove());
        }
        while (!reader.ended()) {
            PartBuffer chunk = reader.next(config.chunkSizeBytes());
            if (chunk.size() > 0) {
                upload.add(chunk);
            }
        }
    }

    private PutResult putSmall(String key, String object, PartBuffer content, PutMode mode) throws StoreException {
        String action = "cannot put " + key;
        CRC32C crc32c = new CRC32C();
        content.update(crc32c);
        String checksum = Checksum.text(crc32c);
        Answer answer = calls.send(action, requests.put(object, content, checksum, mode));
        if (mode == PutMode.IF_ABSENT && answer.isPresent()) {
            return PutResult.ALREADY_PRESENT;
        }
        if (!answer.isSuccess()) {
            throw GcsErrors.translate(calls.in(action), answer);
        }
        calls.requireStored(action, answer, object, content.size(), checksum);
        return PutResult.WRITTEN;
    }

    @Override
    public BlobContent get(String key) throws StoreException {
        calls.check();
        String object = bucket.object(key);
        String action = "cannot get " + key;
        HttpResponse response = calls.open(action, requests.get(object));
        if (!response.isSuccessStatusCode()) {
            throw notGot(action, object, response);
        }
        Optional<String> crc32c = response.getHeaders().getHeaderStringValues("x-goog-hash").stream()
                .flatMap(header -> Checksum.ofHeader(header).stream())
                .findFirst();
        OptionalLong size = size(response);
        if (crc32c.isEmpty() || size.isEmpty()) {
            closeQuietly(response);
            throw new StoreException(
                    Kind.CORRUPT,
                    calls.in(action) + ": the answer has no length or no checksum, or its content is encoded");
        }
        calls.bucket().now();
        try {
            InputStream content = response.getContent();
            log.debug("action=get key={} size={}", key, size.getAsLong());
            return new BlobContent(
                    new GcsContentStream(
                            calls.in("cannot read " + key),
                            content == null ? InputStream.nullInputStream() : content,
                            size.getAsLong(),
                            crc32c.get()),
                    size);
        } catch (IOException e) {
            throw GcsErrors.translate(calls.in(action), e);
        }
    }

    private StoreException notGot(String action, String object, HttpResponse response) throws StoreException {
        Answer answer;
        try {
            answer = GcsCalls.read(response);
        } catch (IOException e) {
            return GcsErrors.translate(calls.in(action), e);
        }
        if (answer.status() != 404) {
            return GcsErrors.translate(calls.in(action), answer);
        }
        if (!answer.isAbsence(bucket.name(), object) || !calls.bucket().isFresh()) {
            // It may be the bucket that is absent, or other words may be those of something in between: the list knows.
            calls.requireAbsent(action, object);
        }
        return new StoreException(Kind.NOT_FOUND, calls.in(action) + ": there is no such blob");
    }

    /** Returns the length, if the content is sent as it is stored. */
    private static OptionalLong size(HttpResponse response) {
        String stored = response.getHeaders().getFirstHeaderStringValue("x-goog-stored-content-length");
        Long sent = response.getHeaders().getContentLength();
        boolean encoded = response.getContentEncoding() != null
                && !response.getContentEncoding().equals("identity");
        if (stored == null || !stored.matches("\\d{1,18}") || encoded) {
            return OptionalLong.empty();
        }
        long size = Long.parseLong(stored);
        return sent == null || sent == size ? OptionalLong.of(size) : OptionalLong.empty();
    }

    private static void closeQuietly(HttpResponse response) {
        try {
            InputStream content = response.getContent();
            if (content != null) {
                content.close();
            }
        } catch (IOException e) {
            log.trace("closed before its end", e);
        }
    }

    @Override
    public ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) throws StoreException {
        calls.check();
        String objects = bucket.objects(prefix);
        PageToken token = PageToken.parse(pageToken);
        String action = "cannot list \"" + prefix + "\"";
        JsonObject list = calls.listed(action, calls.send(action, requests.list(objects, depth, token)));
        ListPage page = new GcsList(bucket).page(calls.in(action), list, objects, token);
        log.debug("action=list prefix={} blobs={}", prefix, page.blobs().size());
        return page;
    }

    @Override
    public void delete(Collection<String> keys) throws StoreException {
        calls.check();
        Set<String> objects = new LinkedHashSet<>();
        for (String key : keys) {
            objects.add(bucket.object(key));
        }
        new Deletion(bucket, calls, requests, threads).of(objects);
        log.debug("action=delete keys={}", objects.size());
    }

    /** The service honours {@code ifGenerationMatch=0} in one step with the write, and its lists are of the moment. */
    @Override
    public Set<StoreFeature> features() {
        return Set.of(StoreFeature.ATOMIC_IF_ABSENT, StoreFeature.INDEXED_LIST);
    }

    @Override
    public void close() {
        calls.close();
        threads.shutdownNow();
    }
}
