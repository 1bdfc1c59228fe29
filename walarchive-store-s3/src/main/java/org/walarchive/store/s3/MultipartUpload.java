package org.walarchive.store.s3;

import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.support.PartBuffer;
import org.walarchive.store.support.PartsInFlight;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** One blob that is put in parts, a few of them at once. For one thread; closing it before it is completed aborts it. */
final class MultipartUpload implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(MultipartUpload.class);

    private final S3Calls calls;
    private final S3Requests requests;
    private final String key;
    private final String object;
    private final String uploadId;
    private final PartsInFlight<CompletedPart> parts;
    private final CRC32C whole = new CRC32C();
    private final ChecksumScope scope;
    private boolean completed;

    /** What the service keeps a checksum of. */
    private enum ChecksumScope {
        WHOLE,
        PARTS
    }

    private MultipartUpload(
            S3Calls calls,
            S3Requests requests,
            ExecutorService threads,
            String key,
            String object,
            CreateMultipartUploadResponse begun) {
        this.calls = calls;
        this.requests = requests;
        this.parts = new PartsInFlight<>(key, threads, this::abort, this::left);
        this.key = key;
        this.object = object;
        this.uploadId = begun.uploadId();
        this.scope = begun.checksumType() == ChecksumType.FULL_OBJECT ? ChecksumScope.WHOLE : ChecksumScope.PARTS;
    }

    static MultipartUpload begin(S3Calls calls, S3Requests requests, ExecutorService threads, String key, String object)
            throws StoreException {
        CreateMultipartUploadResponse begun = calls.call(
                "cannot begin the upload of " + key,
                EnumSet.of(Extension.CRC32C, Extension.WHOLE_CRC32C, Extension.ENCRYPTION),
                (client, dialect) -> client.createMultipartUpload(requests.create(object, dialect)));
        if (begun.uploadId() == null || begun.uploadId().isEmpty()) {
            throw new StoreException(
                    Kind.CORRUPT, "cannot begin the upload of " + key + ": the answer has no upload id");
        }
        return new MultipartUpload(calls, requests, threads, key, object, begun);
    }

    /** Returns the number of the next part. */
    int nextPart() {
        return parts.added() + 1;
    }

    /** Waits until there is room for a part in a number of bytes. */
    void awaitRoom(long partBytes, long roomBytes) throws StoreException {
        parts.awaitRoom(partBytes, roomBytes);
    }

    /** Sends a part in another thread. */
    void add(PartBuffer content) throws StoreException {
        int number = nextPart();
        if (number > PartSizes.MOST_PARTS) {
            throw new StoreException(
                    Kind.INVALID, "cannot put " + key + ": it has more than " + PartSizes.MOST_PARTS + " parts");
        }
        calls.check();
        content.update(whole);
        parts.add(content.size(), () -> send(number, content));
    }

    private CompletedPart send(int number, PartBuffer content) throws StoreException {
        return calls.call(
                "cannot put part " + number + " of " + key, EnumSet.of(Extension.CRC32C), (client, dialect) -> {
                    String crc32c = dialect.has(Extension.CRC32C) ? Checksums.crc32c(content) : null;
                    UploadPartResponse response = client.uploadPart(
                            requests.part(object, uploadId, number, content, crc32c),
                            RequestBody.fromContentProvider(content::stream, content.size(), S3Requests.CONTENT_TYPE));
                    return CompletedPart.builder()
                            .partNumber(number)
                            .eTag(S3Calls.requireTag(response.eTag()))
                            .checksumCRC32C(crc32c)
                            .build();
                });
    }

    /** Waits until all parts are there. */
    void awaitParts() throws StoreException {
        parts.awaitAll();
    }

    /** Makes the blob of the parts. */
    PutResult complete(PutMode mode) throws StoreException {
        List<CompletedPart> answers = parts.awaitAll();
        boolean allCrc = answers.stream().allMatch(part -> part.checksumCRC32C() != null);
        List<CompletedPart> sent = allCrc
                ? answers
                : answers.stream()
                        .map(part -> part.toBuilder().checksumCRC32C(null).build())
                        .toList();
        String crc32c = allCrc && scope == ChecksumScope.WHOLE ? Checksums.text(whole) : null;
        boolean written = calls.put(
                "cannot complete the upload of " + key,
                mode == PutMode.IF_ABSENT ? EnumSet.of(Extension.CONDITION) : EnumSet.noneOf(Extension.class),
                (client, dialect) -> requireCompleted(client.completeMultipartUpload(
                        requests.complete(object, uploadId, sent, crc32c, mode, dialect))));
        completed = written;
        return written ? PutResult.WRITTEN : PutResult.ALREADY_PRESENT;
    }

    /** Ceph's gateway answers with the object's name, but with an empty tag. */
    private boolean requireCompleted(CompleteMultipartUploadResponse response) {
        if (!object.equals(response.key())) {
            S3Calls.requireTag(response.eTag());
        }
        return true;
    }

    /**
     * Aborts the upload unless it was completed, so that its parts do not cost anything. The parts that are being sent are
     * ended first: one that arrives after the abort would stay.
     */
    @Override
    public void close() {
        if (!completed) {
            parts.discard();
        }
    }

    private void abort() throws StoreException {
        calls.call(
                "cannot abort the upload of " + key,
                client -> client.abortMultipartUpload(requests.abort(object, uploadId)));
        log.debug("action=abort key={} upload={}", key, uploadId);
    }

    private void left(Exception failure) {
        log.atWarn()
                .addKeyValue("key", key)
                .addKeyValue("upload", uploadId)
                .log("parts of an upload that failed may be left in the bucket: {}", failure.getMessage());
    }
}
