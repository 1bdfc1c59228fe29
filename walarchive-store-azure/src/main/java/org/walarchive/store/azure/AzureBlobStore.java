package org.walarchive.store.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.rest.PagedIterable;
import com.azure.core.http.rest.PagedResponse;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobServiceVersion;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
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

/** Blobs as block blobs; {@link AzureStoreProvider} tells how. */
final class AzureBlobStore implements BlobStore {

    private static final Logger log = LoggerFactory.getLogger(AzureBlobStore.class);
    private static final String CONTENT_TYPE = "application/octet-stream";
    private static final HttpHeaderName VERSION = HttpHeaderName.fromString("x-ms-version");

    /** How many first blocks are held in memory: what fits is put by one request, else one is read while two are sent. */
    private static final int BLOCKS_HELD = 3;

    private final AzureContainer container;
    private final AzureConfig config;
    private final AzureConnection connection;
    private final AzureCalls calls;
    private final ExecutorService threads;

    AzureBlobStore(AzureContainer container, AzureConfig config, AzureConnection connection) {
        this.container = container;
        this.config = config;
        this.connection = connection;
        this.calls = new AzureCalls(container, connection);
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "walarchive-azure-block");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
        calls.check();
        BlockBlobClient blob = blob(container.blob(key));
        PartBuffer small = new PartBuffer();
        PutResult result;
        try (BlockUpload upload = new BlockUpload(calls, threads, key, blob)) {
            send(key, source, small, upload);
            // The source is closed, and all of it was good: now the blob may appear.
            result = upload.nextBlock() == 1 ? putSmall(key, blob, small, mode) : commit(key, upload, mode);
        }
        log.debug("action=put key={} mode={} state={}", key, mode, result);
        return result;
    }

    private BlockBlobClient blob(String name) {
        return connection.client().getBlobClient(name).getBlockBlobClient();
    }

    /** Reads the source, into memory if it fits, else into blocks. */
    private void send(String key, BlobSource source, PartBuffer small, BlockUpload upload) throws IOException {
        try (PartReader reader = new PartReader(key, source)) {
            List<PartBuffer> first = new ArrayList<>();
            while (first.size() < BLOCKS_HELD && !reader.ended()) {
                first.add(reader.next(config.blockSizeBytes()));
            }
            if (reader.ended()) {
                first.forEach(small::append);
                return;
            }
            for (PartBuffer block : first) {
                upload.add(block);
            }
            first.clear();
            long room = (long) BLOCKS_HELD * config.blockSizeBytes();
            while (!reader.ended()) {
                long size = BlockSizes.bytes(upload.nextBlock(), config.blockSizeBytes());
                upload.awaitRoom(size, room);
                PartBuffer block = reader.next(size);
                if (block.size() > 0) {
                    upload.add(block);
                }
            }
        }
    }

    private PutResult putSmall(String key, BlockBlobClient blob, PartBuffer content, PutMode mode)
            throws StoreException {
        BlockBlobSimpleUploadOptions options = new BlockBlobSimpleUploadOptions(Contents.data(content))
                .setHeaders(headers())
                .setContentMd5(Contents.md5(content))
                .setRequestConditions(conditions(mode));
        return calls.put("cannot put " + key, mode, () -> blob.uploadWithResponse(options, null, Context.NONE));
    }

    private PutResult commit(String key, BlockUpload upload, PutMode mode) throws StoreException {
        try {
            return upload.commit(mode, headers(), conditions(mode));
        } catch (StoreException e) {
            // Who makes the blob meanwhile takes away the blocks of all others.
            if (mode == PutMode.IF_ABSENT && AzureErrors.isBlockList(e) && isPresent(key)) {
                return PutResult.ALREADY_PRESENT;
            }
            throw e;
        }
    }

    private boolean isPresent(String key) throws StoreException {
        String name = container.blob(key);
        return calls.call("cannot look for " + key, client -> blob(name).exists());
    }

    private static BlobHttpHeaders headers() {
        return new BlobHttpHeaders().setContentType(CONTENT_TYPE);
    }

    private static BlobRequestConditions conditions(PutMode mode) {
        return switch (mode) {
            case IF_ABSENT -> new BlobRequestConditions().setIfNoneMatch("*");
            case OVERWRITE -> new BlobRequestConditions();
        };
    }

    /** The SDK's own stream asks again for what did not come, or buffers; so the request is made here. */
    @Override
    public BlobContent get(String key) throws StoreException {
        calls.check();
        String action = "cannot get " + key;
        HttpRequest request = new HttpRequest(HttpMethod.GET, container.url(container.blob(key)))
                // The SDK's signing takes it for granted.
                .setHeader(HttpHeaderName.CONTENT_LENGTH, "0")
                .setHeader(VERSION, BlobServiceVersion.getLatest().getVersion());
        HttpResponse found = calls.call(
                action, client -> connection.pipeline().sendSync(request, new Context(HttpTransport.STREAM, true)));
        if (found.getStatusCode() != 200) {
            throw AzureErrors.ofAnswer(action + " in " + container, ServiceAnswer.of(found));
        }
        Optional<Long> size = Optional.ofNullable(found.getHeaderValue(HttpHeaderName.CONTENT_LENGTH))
                .filter(text -> text.matches("\\d{1,18}"))
                .map(Long::parseLong);
        if (size.isEmpty() || found.getHeaderValue(HttpHeaderName.ETAG) == null) {
            found.close();
            throw new StoreException(
                    Kind.CORRUPT, action + " in " + container + ": the answer has no length or no ETag");
        }
        Optional<byte[]> md5 = Optional.ofNullable(found.getHeaderValue(HttpHeaderName.CONTENT_MD5))
                .map(AzureBlobStore::decoded);
        log.debug("action=get key={} size={}", key, size.get());
        return new BlobContent(
                new AzureContentStream(
                        "cannot read " + key + " in " + container, found.getBodyAsInputStreamSync(), size.get(), md5),
                OptionalLong.of(size.get()));
    }

    /** Reads a checksum. One that cannot be read agrees with nothing. */
    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    @Override
    public ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) throws StoreException {
        calls.check();
        String names = container.blobs(prefix);
        ListBlobsOptions options = new ListBlobsOptions()
                .setPrefix(names)
                .setMaxResultsPerPage(config.pageSize())
                .setDetails(new BlobListDetails().setRetrieveMetadata(true));
        PagedResponse<BlobItem> page = calls.call("cannot list \"" + prefix + "\"", client -> {
            PagedIterable<BlobItem> items = switch (depth) {
                case ALL -> client.listBlobs(options, pageToken, null);
                case IMMEDIATE -> client.listBlobsByHierarchy("/", options, null);
            };
            return items.iterableByPage(pageToken).iterator().next();
        });
        List<BlobInfo> blobs = new ArrayList<>();
        List<String> prefixes = new ArrayList<>();
        for (BlobItem item : page.getValue()) {
            String name = item.getName();
            if (Boolean.TRUE.equals(item.isPrefix())) {
                if (belongs(name.substring(0, name.length() - 1), names)) {
                    prefixes.add(container.key(name));
                }
            } else if (!isDirectory(item) && belongs(name, names)) {
                blobs.add(new BlobInfo(
                        container.key(name),
                        item.getProperties().getContentLength(),
                        item.getProperties().getLastModified().toInstant()));
            }
        }
        log.debug("action=list prefix={} blobs={}", prefix, blobs.size());
        return new ListPage(
                blobs,
                prefixes,
                Optional.ofNullable(page.getContinuationToken()).filter(token -> !token.isEmpty()));
    }

    /** Accounts with a hierarchical namespace list directories among the blobs. */
    private static boolean isDirectory(BlobItem item) {
        return item.getMetadata() != null
                && "true".equalsIgnoreCase(item.getMetadata().get("hdi_isfolder"));
    }

    /** Tells whether a name is one that a put has made: tools make empty blobs whose names end in a slash, as directories. */
    private boolean belongs(String name, String prefix) {
        if (!name.startsWith(prefix)) {
            return false;
        }
        try {
            StoreKeys.requireValid(container.key(name));
            return true;
        } catch (StoreException e) {
            log.debug("action=list blob={} state=ignored", name);
            return false;
        }
    }

    @Override
    public void delete(Collection<String> keys) throws StoreException {
        calls.check();
        List<String> names = new ArrayList<>();
        for (String key : new LinkedHashSet<>(keys)) {
            names.add(container.blob(key));
        }
        new Deletion(container, calls, threads).of(names);
        log.debug("action=delete keys={}", names.size());
    }

    /** Azure keeps to the condition of a put, and its lists are of the moment. */
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
