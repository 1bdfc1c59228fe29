package org.walarchive.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreFeature;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.s3.FaultProxy.Answer;
import org.walarchive.store.s3.FaultProxy.Fault;
import org.walarchive.store.s3.FaultProxy.Request;

/** What settings make of requests, and what answers make of failures. */
@Timeout(60)
final class S3StoreProviderTest {

    private static final String CUSTOMER_KEY = "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=";
    private static final List<String> SECRETS = List.of("sesame-secret", "sesame-token", CUSTOMER_KEY);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private FaultProxy service;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private void serve(Function<Request, Fault> answers) throws IOException {
        service = new FaultProxy(1, answers);
        opened.add(service);
    }

    private static Answer success() {
        return new Answer(200, "ETag: \"1\"\r\n", "");
    }

    private static Answer error(int status, String headers, String code, String more) {
        return new Answer(
                status,
                headers,
                "<Error><Code>" + code + "</Code><Message>because " + code + "</Message>" + more + "</Error>");
    }

    private S3StoreProvider.Builder builder(String convention) {
        return S3StoreProvider.builder()
                .endpoint("http+" + convention + "://localhost:" + service.port())
                .accessKey("id", "sesame-secret", "sesame-token");
    }

    private BlobStore open(S3StoreProvider.Builder builder, String location) throws StoreException {
        BlobStore store = builder.build().open(StoreLocation.parse(location), StoreSettings.none());
        opened.add(store);
        return store;
    }

    private static void put(BlobStore store) throws IOException {
        assertEquals(PutResult.WRITTEN, store.put("wal_005/x", BlobSource.of(new byte[] {'x'}), PutMode.OVERWRITE));
    }

    private Request sent() {
        return service.requests().get(service.requests().size() - 1);
    }

    @Test
    void theServiceLoaderFindsIt() {
        List<BlobStoreProvider> found = new ArrayList<>();
        ServiceLoader.load(BlobStoreProvider.class).forEach(found::add);
        assertEquals(1, found.stream().filter(S3StoreProvider.class::isInstance).count());
        assertEquals(Set.of("s3"), new S3StoreProvider().schemes());
    }

    @Test
    void theBucketStandsWhereTheConventionSays() throws IOException {
        serve(request -> success());
        put(open(builder("path"), "s3://bucket/some//dir//"));
        assertEquals("PUT /bucket/some/dir/wal_005/x HTTP/1.1", sent().line());
        assertEquals("localhost:" + service.port(), sent().header("host"));
        BlobStore before = open(
                S3StoreProvider.builder()
                        .endpoint("http+subdomain://no-such.invalid")
                        .accessKey("id", "sesame-secret"),
                "s3://bucket");
        StoreException unresolved = assertThrows(StoreException.class, () -> put(before));
        assertTrue(unresolved.getMessage().contains(" bucket.no-such.invalid"), unresolved::getMessage);
        put(open(
                S3StoreProvider.builder()
                        .endpoint("http+virtualhost://example.invalid:" + service.port())
                        .accessKey("id", "sesame-secret"),
                "s3://localhost"));
        assertEquals("PUT /wal_005/x HTTP/1.1", sent().line());
        assertEquals("localhost:" + service.port(), sent().header("host"));
    }

    @Test
    void aPutCarriesWhatIsAskedFor() throws IOException {
        serve(request -> success());
        put(open(builder("path"), "s3://bucket"));
        assertEquals("AES256", sent().header("x-amz-server-side-encryption"));
        assertEquals("sesame-token", sent().header("x-amz-security-token"));
        assertEquals("application/octet-stream", sent().header("content-type"));
        assertEquals(
                "nQTknDpG8IM8xaH5jj6ZsQ==".length(),
                sent().header("content-md5").length());
        assertEquals("", sent().header("x-amz-storage-class"));
        assertEquals("", sent().header("content-encoding"), "chunked bodies are not for old services");
        assertEquals("1", sent().header("content-length"));
        put(open(
                builder("path")
                        .region("mars-1")
                        .encryptWithKms("alias/x")
                        .storageClass("STANDARD_IA")
                        .acl("bucket-owner-full-control")
                        .tags(Map.of("cost centre", "a=b,50%"))
                        .requesterPays(),
                "s3://bucket"));
        assertEquals("aws:kms", sent().header("x-amz-server-side-encryption"));
        assertEquals("alias/x", sent().header("x-amz-server-side-encryption-aws-kms-key-id"));
        assertEquals("STANDARD_IA", sent().header("x-amz-storage-class"));
        assertEquals("bucket-owner-full-control", sent().header("x-amz-acl"));
        assertEquals("cost%20centre=a%3Db%2C50%25", sent().header("x-amz-tagging"));
        assertEquals("requester", sent().header("x-amz-request-payer"));
        assertTrue(sent().header("authorization").contains("/mars-1/s3/aws4_request"));
        put(open(builder("path").encryptAsBucketDefault(), "s3://bucket"));
        assertEquals("", sent().header("x-amz-server-side-encryption"));
    }

    @Test
    void aServiceThatRefusesHeadersIsAskedForLessOnce() throws IOException {
        serve(request -> {
            if (request.line().startsWith("HEAD")) {
                return new Answer(404, "", "");
            }
            boolean modern = request.text().toLowerCase().contains("x-amz-checksum")
                    || !request.header("if-none-match").isEmpty();
            return modern ? error(501, "", "NotImplemented", "") : success();
        });
        BlobStore store = open(builder("path"), "s3://bucket");
        assertEquals(Set.of(StoreFeature.INDEXED_LIST), store.features());
        for (int i = 0; i < 3; i++) {
            assertEquals(PutResult.WRITTEN, store.put("k" + i, BlobSource.of(new byte[9]), PutMode.IF_ABSENT));
        }
        assertEquals(3, service.count("HEAD", "/k"));
        assertEquals(
                5 + 1 + 1, service.count("PUT", "/k"), "all, three with one thing less, one with two less; then that");
        assertFalse(sent().header("content-md5").isEmpty());
    }

    @Test
    void aServiceWithoutEncryptionIsAskedForNoneUnlessASettingAsksForIt() throws IOException {
        serve(request -> request.header("x-amz-server-side-encryption").isEmpty()
                ? success()
                : error(501, "", "NotImplemented", ""));
        BlobStore byDefault = open(builder("path"), "s3://bucket");
        put(byDefault);
        put(byDefault);
        assertEquals(
                4, service.count("PUT", "/x"), "refused, without checksums, without encryption, and the second put");
        assertFalse(sent().header("x-amz-checksum-crc32c").isEmpty(), "more than needed was left out");
        BlobStore byWill = open(builder("path").encryptWithServiceKey(), "s3://bucket");
        StoreException failure = assertThrows(StoreException.class, () -> put(byWill));
        assertEquals(Kind.INVALID, failure.kind());
        assertTrue(failure.hint().orElse("").contains("WALARCHIVE_S3_SSE=none"));
    }

    @Test
    void aServiceThatIsVouchedForIsNotAskedForLess() throws IOException {
        serve(request -> request.header("if-none-match").isEmpty() ? success() : error(501, "", "NotImplemented", ""));
        BlobStore store = open(builder("path").atomicIfAbsent(), "s3://bucket");
        assertEquals(Set.of(StoreFeature.ATOMIC_IF_ABSENT, StoreFeature.INDEXED_LIST), store.features());
        StoreException failure =
                assertThrows(StoreException.class, () -> store.put("k", BlobSource.of(new byte[9]), PutMode.IF_ABSENT));
        assertEquals(Kind.INVALID, failure.kind());
    }

    @Test
    void aCompletionMayHaveAnEmptyTagIfItNamesTheObject() throws IOException {
        serve(request -> {
            if (request.line().contains("?uploads ")) {
                return answer("<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>");
            }
            String key = request.line().contains("/k?") ? "k" : "other";
            return request.line().startsWith("POST ")
                    ? answer("<CompleteMultipartUploadResult><Bucket>bucket</Bucket><Key>" + key
                            + "</Key><ETag></ETag></CompleteMultipartUploadResult>")
                    : success();
        });
        BlobStore store = open(builder("path").set(SettingsReader.PART_SIZE, "5"), "s3://bucket");
        assertEquals(PutResult.WRITTEN, store.put("k", BlobSource.of(new byte[50]), PutMode.OVERWRITE));
        assertThrows(StoreException.class, () -> store.put("not-k", BlobSource.of(new byte[50]), PutMode.OVERWRITE));
    }

    private static Answer answer(String body) {
        return new Answer(200, "", body);
    }

    @Test
    void amazonsServiceIsNeverAskedForLess() throws StoreException {
        S3Config aws = SettingsReader.read(StoreSettings.of(Map.of("AWS_REGION", "eu-central-1")));
        Dialects dialects = new Dialects(new S3Bucket(StoreLocation.parse("s3://bucket")), aws);
        List<Dialect> tried = new ArrayList<>();
        assertThrows(
                software.amazon.awssdk.services.s3.model.S3Exception.class,
                () -> dialects.call(EnumSet.allOf(Extension.class), dialect -> {
                    tried.add(dialect);
                    throw software.amazon.awssdk.services.s3.model.S3Exception.builder()
                            .statusCode(501)
                            .build();
                }));
        assertEquals(List.of(Dialect.FULL), tried);
    }

    @Test
    void eachFailureHasItsKindAndItsHint() throws IOException {
        assertFailure(Kind.ACCESS_DENIED, "renew", error(400, "", "ExpiredToken", "<Token-0>sesame-token</Token-0>"));
        assertFailure(Kind.ACCESS_DENIED, "AWS_ACCESS_KEY_ID", error(403, "", "InvalidAccessKeyId", ""));
        assertFailure(Kind.ACCESS_DENIED, "AWS_SECRET_ACCESS_KEY", error(403, "", "SignatureDoesNotMatch", ""));
        assertFailure(Kind.ACCESS_DENIED, "s3:ListBucket", error(403, "", "AccessDenied", ""));
        assertFailure(Kind.ACCESS_DENIED, "clock", error(403, "", "RequestTimeTooSkewed", ""));
        assertFailure(Kind.ACCESS_DENIED, "KMS key", error(400, "", "KMS.DisabledException", ""));
        assertFailure(Kind.NO_CONTAINER, "bucket", error(404, "", "NoSuchBucket", ""));
        assertFailure(
                Kind.INVALID,
                "The bucket lies in eu-west-3",
                error(301, "x-amz-bucket-region: eu-west-3\r\n", "PermanentRedirect", ""));
        assertFailure(
                Kind.INVALID,
                "The bucket lies in eu-west-3",
                error(400, "x-amz-bucket-region: eu-west-3\r\n", "AuthorizationHeaderMalformed", ""));
        assertFailure(Kind.INVALID, "AWS_REGION", error(400, "", "AuthorizationHeaderMalformed", ""));
        assertFailure(Kind.INVALID, "WALARCHIVE_S3_SSE=none", error(501, "", "NotImplemented", ""));
        assertFailure(Kind.INVALID, "WALE_S3_STORAGE_CLASS", error(400, "", "InvalidStorageClass", ""));
        assertFailure(Kind.NO_SPACE, "quota", error(403, "", "QuotaExceeded", ""));
        assertFailure(Kind.CORRUPT, "", error(400, "", "BadDigest", ""));
        assertFailure(Kind.UNAVAILABLE, "", error(500, "", "InternalError", ""));
        assertFailure(Kind.UNAVAILABLE, "", error(400, "", "RequestTimeout", ""));
        assertFailure(Kind.UNAVAILABLE, "", error(502, "", "", ""));
        assertFailure(Kind.THROTTLED, "", error(503, "", "ServiceUnavailable", ""));
        assertFailure(Kind.THROTTLED, "", error(429, "", "", ""));
    }

    private void assertFailure(Kind kind, String hint, Answer answer) throws IOException {
        serve(request -> answer);
        BlobStore store = open(builder("path").atomicIfAbsent(), "s3://bucket/dir");
        List<Executable> calls = List.of(
                () -> store.put("some/key", BlobSource.of(new byte[9]), PutMode.IF_ABSENT),
                () -> store.get("some/key"),
                () -> store.list("some/key", ListDepth.ALL, null),
                () -> store.delete(List.of("some/key")));
        for (Executable call : calls) {
            StoreException failure = assertThrows(StoreException.class, call);
            assertEquals(kind, failure.kind(), failure::toString);
            assertTrue(failure.hint().orElse("").contains(hint), () -> failure + " " + failure.hint());
            assertTrue(failure.getMessage().contains("some/key in s3://bucket/dir")
                    || failure.getMessage().contains("\"some/key\" in s3://bucket/dir"));
            assertNoSecret(failure);
        }
    }

    @Test
    void aFrozenObjectIsNamedWithItsClass() throws IOException {
        serve(request -> error(403, "", "InvalidObjectState", "<StorageClass>DEEP_ARCHIVE</StorageClass>"));
        BlobStore store = open(builder("path"), "s3://bucket");
        StoreException failure = assertThrows(StoreException.class, () -> store.get("wal_005/x"));
        assertEquals(Kind.FROZEN, failure.kind());
        assertTrue(failure.getMessage().contains("wal_005/x"), failure::getMessage);
        assertTrue(failure.getMessage().contains("DEEP_ARCHIVE"), failure::getMessage);
    }

    @Test
    void aServiceThatCannotBeReachedIsUnavailable() throws IOException {
        serve(request -> success());
        int port = service.port();
        service.close();
        BlobStore refused = open(builder("path"), "s3://bucket");
        StoreException failure = assertThrows(StoreException.class, () -> refused.get("k"));
        assertEquals(Kind.UNAVAILABLE, failure.kind());
        BlobStore unknown = open(
                S3StoreProvider.builder()
                        .endpoint("http+path://no-such.invalid:" + port)
                        .accessKey("id", "sesame-secret"),
                "s3://bucket");
        StoreException unresolved = assertThrows(StoreException.class, () -> unknown.get("k"));
        assertEquals(Kind.UNAVAILABLE, unresolved.kind());
        assertTrue(unresolved.getMessage().contains("no-such.invalid"), unresolved::getMessage);
        assertTrue(unresolved.hint().orElse("").contains("DNS"));
    }

    @Test
    void tlsWithSomethingElseIsUnavailable() throws IOException {
        serve(request -> success());
        BlobStore store = open(
                S3StoreProvider.builder()
                        .endpoint("https+path://localhost:" + service.port())
                        .accessKey("id", "sesame-secret")
                        .readTimeout(java.time.Duration.ofSeconds(1)),
                "s3://bucket");
        assertEquals(
                Kind.UNAVAILABLE,
                assertThrows(StoreException.class, () -> store.get("k")).kind());
    }

    @Test
    void locationsAreChecked() {
        S3StoreProvider provider =
                S3StoreProvider.builder().region("eu-central-1").build();
        for (String location : List.of("file://bucket/x", "s3:///x", "s3://", "s3://bucket/" + "x".repeat(124))) {
            StoreException failure = assertThrows(
                    StoreException.class, () -> provider.open(StoreLocation.parse(location), StoreSettings.none()));
            assertEquals(Kind.INVALID, failure.kind());
        }
    }

    @Test
    void filesOfCertificatesAreChecked() throws IOException {
        serve(request -> success());
        StoreException failure = assertThrows(
                StoreException.class, () -> open(builder("path").caFile(Path.of("pom.xml")), "s3://bucket"));
        assertEquals(Kind.INVALID, failure.kind());
        assertTrue(failure.getMessage().contains("pom.xml"), failure::getMessage);
    }

    @Test
    void theBuilderWinsAndCredentialsAreNotMixed() throws IOException {
        serve(request -> success());
        BlobStore store = S3StoreProvider.builder()
                .accessKey("ours", "sesame-secret")
                .build()
                .open(
                        StoreLocation.parse("s3://bucket"),
                        StoreSettings.of(Map.of(
                                "AWS_ACCESS_KEY_ID", "theirs",
                                "AWS_SECRET_ACCESS_KEY", "other",
                                "AWS_SESSION_TOKEN", "other-token",
                                "WALE_S3_ENDPOINT", "http+path://localhost:" + service.port())));
        opened.add(store);
        put(store);
        assertTrue(sent().header("authorization").contains("Credential=ours/"));
        assertEquals("", sent().header("x-amz-security-token"));
    }

    @Test
    void nothingPrintsASecret() throws IOException {
        serve(request -> success());
        S3StoreProvider.Builder builder = builder("path").encryptWithCustomerKey(new byte[32]);
        BlobStore store = open(builder, "s3://bucket");
        Map<String, String> settings = Map.of(
                "AWS_ACCESS_KEY_ID", "id",
                "AWS_SECRET_ACCESS_KEY", "sesame-secret",
                "AWS_SESSION_TOKEN", "sesame-token",
                "WALARCHIVE_S3_SSE_C_KEY", CUSTOMER_KEY);
        S3Config config = SettingsReader.read(StoreSettings.of(settings));
        for (Object each : List.of(builder, builder.build(), store, config, config.encryption(), config.accessKey())) {
            assertNoSecret(each.toString());
        }
    }

    @Test
    void aServiceThatRepeatsASecretIsNotQuoted() throws IOException {
        serve(request -> answer(
                403,
                "<Error><Code>ExpiredToken</Code><Message>expired: " + request.header("x-amz-security-token") + ", "
                        + request.header("x-amz-server-side-encryption-customer-key") + "</Message></Error>"));
        BlobStore store = open(builder("path").encryptWithCustomerKey(new byte[32]), "s3://bucket");
        for (Executable call : List.<Executable>of(
                () -> store.put("k", BlobSource.of(new byte[1]), PutMode.OVERWRITE),
                () -> store.get("k"),
                () -> store.list("", ListDepth.ALL, null),
                () -> store.delete(List.of("k")))) {
            StoreException failure = assertThrows(StoreException.class, call);
            assertEquals(Kind.ACCESS_DENIED, failure.kind());
            assertTrue(failure.getMessage().contains("expired: (secret)"), failure::getMessage);
            assertNoSecret(failure);
        }
    }

    private static Answer answer(int status, String body) {
        return new Answer(status, "", body);
    }

    private static void assertNoSecret(StoreException failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        assertNoSecret(text + failure.hint().orElse(""));
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            assertTrue(cause.getClass().getName().startsWith("java"), "a class of a vendor left: " + cause.getClass());
        }
    }

    private static void assertNoSecret(String text) {
        for (String secret : SECRETS) {
            assertFalse(text.contains(secret), text);
        }
    }
}
