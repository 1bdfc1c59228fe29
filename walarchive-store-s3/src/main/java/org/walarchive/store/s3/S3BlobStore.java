package org.walarchive.store.s3;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
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
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Blobs as objects; {@link S3StoreProvider} tells how. */
final class S3BlobStore implements BlobStore {

    /** Without the SDK's alarm, whose thread aborts what is not read for a minute, and never ends. */
    private static final ResponseTransformer<GetObjectResponse, ResponseInputStream<GetObjectResponse>> UNWATCHED =
            ResponseTransformer.toInputStream(Duration.ZERO);

    private static final Logger log = LoggerFactory.getLogger(S3BlobStore.class);
    private static final int MOST_DELETES = 1000;

    /** How many first parts are held in memory: what fits is put by one request, else one is read while two are sent. */
    private static final int PARTS_HELD = 3;

    private final S3Bucket bucket;
    private final S3Config config;
    private final S3Requests requests;
    private final S3Calls calls;
    private final ExecutorService threads;

    S3BlobStore(S3Bucket bucket, S3Config config, S3Connection connection) {
        this.bucket = bucket;
        this.config = config;
        this.requests = new S3Requests(bucket, config);
        this.calls = new S3Calls(bucket, config, connection);
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "walarchive-s3-part");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
        calls.check();
        String object = bucket.object(key);
        PutResult result = mode == PutMode.IF_ABSENT && isPresent(key, object)
                ? PutResult.ALREADY_PRESENT
                : send(key, object, source, mode);
        log.debug("action=put key={} mode={} state={}", key, mode, result);
        return result;
    }

    private PutResult send(String key, String object, BlobSource source, PutMode mode) throws IOException {
        PartBuffer small = new PartBuffer();
        MultipartUpload upload = null;
        try {
            try (PartReader reader = new PartReader(key, source)) {
                List<PartBuffer> first = new ArrayList<>();
                while (first.size() < PARTS_HELD && !reader.ended()) {
                    first.add(reader.next(config.partSizeBytes()));
                }
                if (reader.ended()) {
                    first.forEach(small::append);
                } else {
                    upload = MultipartUpload.begin(calls, requests, threads, key, object);
                    sendParts(upload, first, reader);
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

    private void sendParts(MultipartUpload upload, List<PartBuffer> first, PartReader reader) throws IOException {
        for (PartBuffer part : first) {
            upload.add(part);
        }
        first.clear();
        long room = (long) PARTS_HELD * config.partSizeBytes();
        while (!reader.ended()) {
            long size = PartSizes.bytes(upload.nextPart(), config.partSizeBytes());
            upload.awaitRoom(size, room);
            PartBuffer part = reader.next(size);
            if (part.size() > 0) {
                upload.add(part);
            }
        }
    }

    private PutResult putSmall(String key, String object, PartBuffer content, PutMode mode) throws StoreException {
        boolean written = calls.put(
                "cannot put " + key,
                mode == PutMode.IF_ABSENT
                        ? EnumSet.of(Extension.CRC32C, Extension.CONDITION, Extension.ENCRYPTION)
                        : EnumSet.of(Extension.CRC32C, Extension.ENCRYPTION),
                (client, dialect) -> S3Calls.requireTag(client.putObject(
                                requests.put(object, content, mode, dialect),
                                RequestBody.fromContentProvider(
                                        content::stream, content.size(), S3Requests.CONTENT_TYPE))
                        .eTag()));
        return written ? PutResult.WRITTEN : PutResult.ALREADY_PRESENT;
    }

    private PutResult complete(String key, String object, MultipartUpload upload, PutMode mode) throws StoreException {
        upload.awaitParts();
        if (mode == PutMode.IF_ABSENT && isPresent(key, object)) {
            return PutResult.ALREADY_PRESENT;
        }
        return upload.complete(mode);
    }

    /** Looks for the blob, where the service may ignore the condition of the put. */
    private boolean isPresent(String key, String object) throws StoreException {
        return switch (config.ifAbsent()) {
            case ATOMIC -> false;
            case LOOK_FIRST ->
                calls.call("cannot look for " + key, client -> {
                    try {
                        S3Calls.requireTag(
                                client.headObject(requests.head(object)).eTag());
                        return true;
                    } catch (S3Exception e) {
                        // The answer has no body, so whether it is the bucket that is missing shows when the put fails.
                        if (e.statusCode() == 404) {
                            return false;
                        }
                        throw e;
                    }
                });
        };
    }

    @Override
    public BlobContent get(String key) throws StoreException {
        calls.check();
        String object = bucket.object(key);
        ResponseInputStream<GetObjectResponse> found = calls.call(
                "cannot get " + key,
                EnumSet.of(Extension.CRC32C),
                (client, dialect) -> client.getObject(requests.get(object, dialect), UNWATCHED));
        Long size = found.response().contentLength();
        if (size == null || found.response().eTag() == null) {
            found.abort();
            throw new StoreException(
                    Kind.CORRUPT, "cannot get " + key + " in " + bucket + ": the answer has no length or no ETag");
        }
        log.debug("action=get key={} size={}", key, size);
        return new BlobContent(
                new S3ContentStream("cannot read " + key + " in " + bucket, found, size), OptionalLong.of(size));
    }

    @Override
    public ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) throws StoreException {
        calls.check();
        if (!mayBeginKey(prefix)) {
            return new ListPage(List.of(), List.of(), Optional.empty());
        }
        String objects = bucket.objects(prefix);
        ListObjectsV2Response page = calls.call(
                "cannot list \"" + prefix + "\"",
                client -> client.listObjectsV2(requests.list(objects, depth, pageToken)));
        // The SDK makes an empty list of any XML, such as the page of a proxy.
        if (page.isTruncated() == null || (page.isTruncated() && page.nextContinuationToken() == null)) {
            throw new StoreException(
                    Kind.CORRUPT, "cannot list \"" + prefix + "\" in " + bucket + ": the answer is not a whole list");
        }
        List<BlobInfo> blobs = page.contents().stream()
                .filter(object -> belongs(object.key(), objects))
                .map(object -> new BlobInfo(bucket.key(object.key()), object.size(), object.lastModified()))
                .toList();
        List<String> prefixes = page.commonPrefixes().stream()
                .map(CommonPrefix::prefix)
                .filter(name -> name.endsWith("/") && belongs(name.substring(0, name.length() - 1), objects))
                .map(bucket::key)
                .toList();
        log.debug("action=list prefix={} blobs={}", prefix, blobs.size());
        return new ListPage(
                blobs, prefixes, page.isTruncated() ? Optional.of(page.nextContinuationToken()) : Optional.empty());
    }

    /** Services that keep objects as files refuse to list what no key begins with, such as {@code a//} and {@code ../}. */
    private static boolean mayBeginKey(String prefix) {
        return isValid(prefix) || isValid(prefix + "x");
    }

    private static boolean isValid(String key) {
        try {
            StoreKeys.requireValid(key);
            return true;
        } catch (StoreException e) {
            return false;
        }
    }

    /**
     * Tells whether a name is one that a put has made: consoles make empty objects whose names end in a slash, as
     * directories, and services that keep objects as files take a prefix such as {@code a//} for {@code a/}.
     */
    private boolean belongs(String object, String prefix) {
        if (!object.startsWith(prefix)) {
            return false;
        }
        try {
            StoreKeys.requireValid(bucket.key(object));
            return true;
        } catch (StoreException e) {
            log.debug("action=list object={} state=ignored", object);
            return false;
        }
    }

    @Override
    public void delete(Collection<String> keys) throws StoreException {
        calls.check();
        List<String> objects = new ArrayList<>();
        for (String key : new LinkedHashSet<>(keys)) {
            objects.add(bucket.object(key));
        }
        if (objects.size() == 1) {
            deleteOne(objects.get(0));
            return;
        }
        for (int i = 0; i < objects.size(); i += MOST_DELETES) {
            deleteBatch(objects.subList(i, Math.min(objects.size(), i + MOST_DELETES)));
        }
    }

    private void deleteOne(String object) throws StoreException {
        calls.call("cannot delete " + bucket.key(object), client -> {
            try {
                return requireService(client.deleteObject(requests.delete(object)));
            } catch (NoSuchKeyException e) {
                return true;
            }
        });
        log.debug("action=delete key={}", bucket.key(object));
    }

    /** Tells the service's own success from that of something in between. */
    private static boolean requireService(DeleteObjectResponse response) {
        if (response.sdkHttpResponse().statusCode() != HttpURLConnection.HTTP_NO_CONTENT
                && response.sdkHttpResponse()
                        .firstMatchingHeader("x-amz-request-id")
                        .isEmpty()) {
            throw SdkClientException.create("the answer of success is not the service's");
        }
        return true;
    }

    /** An answer of success may tell of keys that failed. */
    private void deleteBatch(List<String> objects) throws StoreException {
        DeleteObjectsResponse response = calls.call(
                "cannot delete " + objects.size() + " keys from " + bucket.key(objects.get(0)) + " on",
                client -> client.deleteObjects(requests.delete(objects)));
        List<S3Error> errors = response.errors().stream()
                .filter(error -> !"NoSuchKey".equals(error.code()))
                .toList();
        if (!errors.isEmpty()) {
            S3Error error = errors.get(0);
            String key = error.key() == null ? "a key" : bucket.key(error.key());
            throw S3Errors.ofCode(
                    "cannot delete " + key + " in " + bucket
                            + (errors.size() > 1 ? " and " + (errors.size() - 1) + " more" : ""),
                    String.valueOf(error.code()),
                    error.message());
        }
        Set<String> silent = new LinkedHashSet<>(objects);
        response.deleted().forEach(deleted -> silent.remove(deleted.key()));
        response.errors().forEach(error -> silent.remove(error.key()));
        if (!silent.isEmpty()) {
            throw new StoreException(
                    Kind.CORRUPT,
                    "cannot delete " + bucket.key(silent.iterator().next()) + " in " + bucket
                            + ": the answer does not tell of it");
        }
        log.debug("action=delete keys={}", objects.size());
    }

    /** Returns what {@link S3StoreProvider} tells. */
    @Override
    public Set<StoreFeature> features() {
        return switch (config.ifAbsent()) {
            case ATOMIC -> Set.of(StoreFeature.ATOMIC_IF_ABSENT, StoreFeature.INDEXED_LIST);
            case LOOK_FIRST -> Set.of(StoreFeature.INDEXED_LIST);
        };
    }

    @Override
    public void close() {
        calls.close();
        threads.shutdownNow();
    }
}
