package org.walarchive.store.s3;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.support.PartBuffer;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * Makes requests, with everything that the settings ask for. Checksums are computed here and sent as headers: the SDK's own
 * are trailers in chunked bodies, which old services answer with 400.
 */
final class S3Requests {

    /** As WAL-E has it. */
    static final String CONTENT_TYPE = "application/octet-stream";

    private static final String ANY = "*";

    private final String bucket;
    private final S3Config config;
    private final Encryption encryption;
    private final @Nullable String payer;
    private final @Nullable String storageClass;
    private final @Nullable String acl;
    private final @Nullable String tags;

    S3Requests(S3Bucket bucket, S3Config config) {
        this.bucket = bucket.name();
        this.config = config;
        this.encryption = config.encryption();
        this.payer = config.requesterPays() ? "requester" : null;
        this.storageClass = config.storageClass().orElse(null);
        this.acl = config.acl().orElse(null);
        this.tags = config.tags().orElse(null);
    }

    PutObjectRequest put(String object, PartBuffer content, PutMode mode, Dialect dialect) {
        return PutObjectRequest.builder()
                .bucket(bucket)
                .key(object)
                .contentType(CONTENT_TYPE)
                .contentLength(content.size())
                .contentMD5(md5(content))
                .checksumCRC32C(dialect.has(Extension.CRC32C) ? Checksums.crc32c(content) : null)
                .ifNoneMatch(condition(mode, dialect))
                .storageClass(storageClass)
                .acl(acl)
                .tagging(tags)
                .serverSideEncryption(algorithm(dialect))
                .ssekmsKeyId(encryption.kmsKeyId())
                .sseCustomerAlgorithm(encryption.customerAlgorithm())
                .sseCustomerKey(encryption.customerKey())
                .sseCustomerKeyMD5(encryption.customerKeyMd5())
                .requestPayer(payer)
                .build();
    }

    CreateMultipartUploadRequest create(String object, Dialect dialect) {
        return CreateMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(object)
                .contentType(CONTENT_TYPE)
                .checksumAlgorithm(dialect.has(Extension.CRC32C) ? ChecksumAlgorithm.CRC32_C : null)
                .checksumType(
                        dialect.has(Extension.CRC32C) && dialect.has(Extension.WHOLE_CRC32C)
                                ? ChecksumType.FULL_OBJECT
                                : null)
                .storageClass(storageClass)
                .acl(acl)
                .tagging(tags)
                .serverSideEncryption(algorithm(dialect))
                .ssekmsKeyId(encryption.kmsKeyId())
                .sseCustomerAlgorithm(encryption.customerAlgorithm())
                .sseCustomerKey(encryption.customerKey())
                .sseCustomerKeyMD5(encryption.customerKeyMd5())
                .requestPayer(payer)
                .build();
    }

    UploadPartRequest part(String object, String uploadId, int number, PartBuffer content, @Nullable String crc32c) {
        return UploadPartRequest.builder()
                .bucket(bucket)
                .key(object)
                .uploadId(uploadId)
                .partNumber(number)
                .contentLength(content.size())
                .contentMD5(md5(content))
                .checksumCRC32C(crc32c)
                .sseCustomerAlgorithm(encryption.customerAlgorithm())
                .sseCustomerKey(encryption.customerKey())
                .sseCustomerKeyMD5(encryption.customerKeyMd5())
                .requestPayer(payer)
                .build();
    }

    CompleteMultipartUploadRequest complete(
            String object,
            String uploadId,
            List<CompletedPart> parts,
            @Nullable String crc32c,
            PutMode mode,
            Dialect dialect) {
        return CompleteMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(object)
                .uploadId(uploadId)
                .multipartUpload(upload -> upload.parts(parts))
                .checksumType(crc32c == null ? null : ChecksumType.FULL_OBJECT)
                .checksumCRC32C(crc32c)
                .ifNoneMatch(condition(mode, dialect))
                .sseCustomerAlgorithm(encryption.customerAlgorithm())
                .sseCustomerKey(encryption.customerKey())
                .sseCustomerKeyMD5(encryption.customerKeyMd5())
                .requestPayer(payer)
                .build();
    }

    AbortMultipartUploadRequest abort(String object, String uploadId) {
        return AbortMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(object)
                .uploadId(uploadId)
                .requestPayer(payer)
                .build();
    }

    HeadObjectRequest head(String object) {
        return HeadObjectRequest.builder()
                .bucket(bucket)
                .key(object)
                .sseCustomerAlgorithm(encryption.customerAlgorithm())
                .sseCustomerKey(encryption.customerKey())
                .sseCustomerKeyMD5(encryption.customerKeyMd5())
                .requestPayer(payer)
                .build();
    }

    GetObjectRequest get(String object, Dialect dialect) {
        return GetObjectRequest.builder()
                .bucket(bucket)
                .key(object)
                .checksumMode(dialect.has(Extension.CRC32C) ? ChecksumMode.ENABLED : null)
                .sseCustomerAlgorithm(encryption.customerAlgorithm())
                .sseCustomerKey(encryption.customerKey())
                .sseCustomerKeyMD5(encryption.customerKeyMd5())
                .requestPayer(payer)
                .build();
    }

    ListObjectsV2Request list(String prefix, ListDepth depth, @Nullable String token) {
        return ListObjectsV2Request.builder()
                .bucket(bucket)
                .prefix(prefix)
                .delimiter(
                        switch (depth) {
                            case IMMEDIATE -> "/";
                            case ALL -> null;
                        })
                .continuationToken(token)
                .maxKeys(config.pageSize())
                .requestPayer(payer)
                .build();
    }

    DeleteObjectRequest delete(String object) {
        return DeleteObjectRequest.builder()
                .bucket(bucket)
                .key(object)
                .requestPayer(payer)
                .build();
    }

    /** The answer tells of each object, so that one that was cut short is known from one of success. */
    DeleteObjectsRequest delete(List<String> objects) {
        List<ObjectIdentifier> identifiers = objects.stream()
                .map(object -> ObjectIdentifier.builder().key(object).build())
                .toList();
        return DeleteObjectsRequest.builder()
                .bucket(bucket)
                .delete(Delete.builder().objects(identifiers).quiet(false).build())
                .requestPayer(payer)
                .build();
    }

    /** Amazon's service verifies the CRC-32C; others are only known to verify this. */
    private @Nullable String md5(PartBuffer content) {
        return config.isAws() ? null : Checksums.md5(content);
    }

    /** The one that nobody asked for goes only to a service that takes it. */
    private @Nullable String algorithm(Dialect dialect) {
        return encryption == Encryption.AS_WAL_E && !dialect.has(Extension.ENCRYPTION) ? null : encryption.algorithm();
    }

    private static @Nullable String condition(PutMode mode, Dialect dialect) {
        return switch (mode) {
            case IF_ABSENT -> dialect.has(Extension.CONDITION) ? ANY : null;
            case OVERWRITE -> null;
        };
    }
}
