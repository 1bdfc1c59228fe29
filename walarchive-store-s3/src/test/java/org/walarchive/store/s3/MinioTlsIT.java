package org.walarchive.store.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.StorageClass;
import software.amazon.awssdk.services.s3.model.Tag;

/** What a service is asked to do with objects, on one that does it: MinIO with TLS, looked at with the SDK's own client. */
@Timeout(60)
@EnabledIfEnvironmentVariable(named = S3Server.MINIO_TLS, matches = ".+", disabledReason = S3Server.HOW_TO_START)
final class MinioTlsIT {

    @RegisterExtension
    static final S3Server SERVER = S3Server.at(S3Server.MINIO_TLS);

    private static final String KMS_KEY = "WALARCHIVE_TEST_MINIO_KMS_KEY";
    private static final byte[] CUSTOMER_KEY = bytes(32);

    /** One is put by one request, the other in parts. */
    private static final Map<String, byte[]> BLOBS = Map.of("in/one", bytes(1000), "in/parts", bytes(16 << 20));

    private final String bucket = SERVER.makeBucket();
    private final List<BlobStore> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(BlobStore::close);
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static S3StoreProvider.Builder trusting() {
        return SERVER.provider().caFile(S3Server.caFile());
    }

    private BlobStore open(S3StoreProvider.Builder provider) throws StoreException {
        BlobStore store = S3Server.open(provider, bucket);
        opened.add(store);
        return store;
    }

    private BlobStore putAll(S3StoreProvider.Builder provider) throws IOException {
        BlobStore store = open(provider);
        for (Map.Entry<String, byte[]> blob : BLOBS.entrySet()) {
            assertEquals(
                    PutResult.WRITTEN, store.put(blob.getKey(), BlobSource.of(blob.getValue()), PutMode.IF_ABSENT));
        }
        return store;
    }

    private static void assertReadBack(BlobStore store) throws IOException {
        for (Map.Entry<String, byte[]> blob : BLOBS.entrySet()) {
            try (BlobContent content = store.get(blob.getKey())) {
                assertArrayEquals(blob.getValue(), content.stream().readAllBytes(), blob.getKey());
            }
        }
    }

    private HeadObjectRequest.Builder object(String key) {
        return HeadObjectRequest.builder().bucket(bucket).key("some/dir/" + key);
    }

    private HeadObjectResponse head(String key) {
        return SERVER.client().headObject(object(key).build());
    }

    private static StoreException assertFails(Kind kind, Executable call) {
        StoreException failure = assertThrows(StoreException.class, call);
        assertEquals(kind, failure.kind(), failure::toString);
        return failure;
    }

    @Test
    void theServiceEncryptsAsWalEAsks() throws IOException {
        assertReadBack(putAll(trusting()));
        for (String key : BLOBS.keySet()) {
            assertEquals(ServerSideEncryption.AES256, head(key).serverSideEncryption(), key);
        }
    }

    @Test
    void theServiceEncryptsWithAKmsKey() throws IOException {
        String keyId = System.getenv(KMS_KEY);
        assertReadBack(putAll(trusting().encryptWithKms(keyId)));
        for (String key : BLOBS.keySet()) {
            assertEquals(ServerSideEncryption.AWS_KMS, head(key).serverSideEncryption(), key);
            assertTrue(head(key).ssekmsKeyId().endsWith(keyId), head(key)::ssekmsKeyId);
        }
        BlobStore other = open(trusting().encryptWithKms("never-made"));
        for (byte[] content : BLOBS.values()) {
            StoreException failure = assertFails(
                    Kind.ACCESS_DENIED, () -> other.put("other", BlobSource.of(content), PutMode.OVERWRITE));
            assertTrue(failure.hint().orElse("").contains("KMS key"), failure::toString);
        }
    }

    @Test
    void theServiceDoesNotEncryptUnasked() throws IOException {
        assertReadBack(putAll(trusting().encryptAsBucketDefault()));
        for (String key : BLOBS.keySet()) {
            assertNull(head(key).serverSideEncryption(), key);
        }
    }

    @Test
    void aCustomersKeyIsNeededToReadWhatItEncrypted() throws IOException, NoSuchAlgorithmException {
        BlobStore store = putAll(trusting().encryptWithCustomerKey(CUSTOMER_KEY));
        assertReadBack(store);
        byte[] otherKey = Arrays.copyOf(CUSTOMER_KEY, CUSTOMER_KEY.length);
        otherKey[0]++;
        BlobStore other = open(trusting().encryptWithCustomerKey(otherKey));
        BlobStore without = open(trusting());
        String md5 = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("MD5").digest(CUSTOMER_KEY));
        for (String key : BLOBS.keySet()) {
            HeadObjectResponse head = SERVER.client()
                    .headObject(object(key)
                            .sseCustomerAlgorithm("AES256")
                            .sseCustomerKey(Base64.getEncoder().encodeToString(CUSTOMER_KEY))
                            .sseCustomerKeyMD5(md5)
                            .build());
            assertEquals(md5, head.sseCustomerKeyMD5(), key);
            StoreException failure = assertFails(Kind.ACCESS_DENIED, () -> other.get(key));
            assertTrue(failure.getMessage().contains(key), failure::getMessage);
            assertFails(Kind.INVALID, () -> without.get(key));
        }
        assertEquals(2, without.list("", ListDepth.ALL, null).blobs().size(), "lists need no key");
    }

    @Test
    void theStorageClassArrives() throws IOException {
        assertReadBack(putAll(trusting().storageClass("REDUCED_REDUNDANCY")));
        for (String key : BLOBS.keySet()) {
            assertEquals(StorageClass.REDUCED_REDUNDANCY, head(key).storageClass(), key);
        }
        BlobStore other = open(trusting().storageClass("STANDARD_IA"));
        StoreException failure = assertFails(
                Kind.INVALID, () -> other.put("other", BlobSource.of(BLOBS.get("in/one")), PutMode.OVERWRITE));
        assertTrue(failure.hint().orElse("").contains("WALE_S3_STORAGE_CLASS"), failure::toString);
    }

    @Test
    void tagsArrive() throws IOException {
        putAll(trusting().set(SettingsReader.TAGS, "team=data base,cost=1%3D5+x"));
        for (String key : BLOBS.keySet()) {
            Map<String, String> tags = SERVER
                    .client()
                    .getObjectTagging(request -> request.bucket(bucket).key("some/dir/" + key))
                    .tagSet()
                    .stream()
                    .collect(Collectors.toMap(Tag::key, Tag::value));
            assertEquals(Map.of("team", "data base", "cost", "1=5+x"), tags, key);
        }
    }

    @Test
    void aCertificateThatIsNotTrustedIsRefusedAtOnce() throws IOException {
        BlobStore store = open(SERVER.provider());
        List<Executable> calls = List.of(
                () -> store.put("x", BlobSource.of(CUSTOMER_KEY), PutMode.OVERWRITE),
                () -> store.get("x"),
                () -> store.list("", ListDepth.ALL, null),
                () -> store.delete(List.of("x")));
        for (Executable call : calls) {
            StoreException failure = assertFails(Kind.INVALID, call);
            assertTrue(failure.getMessage().contains("certificate is not trusted"), failure::getMessage);
            assertTrue(failure.hint().orElse("").contains("WALARCHIVE_S3_CA_FILE"), failure::toString);
        }
    }

    @Test
    void aCertificateOfAnotherHostIsRefused() throws IOException {
        BlobStore store = open(trusting().endpoint("https+path://localhost:" + SERVER.port()));
        assertFails(Kind.INVALID, () -> store.list("", ListDepth.ALL, null));
    }
}
