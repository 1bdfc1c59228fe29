package org.walarchive.store.gcs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.gcs.ScriptedService.Reply;
import org.walarchive.store.gcs.ScriptedService.Request;

/** What settings make of requests, and what answers make of failures. */
@Timeout(60)
final class GcsStoreProviderTest {

    private static final byte[] CONTENT = TestContent.bytes(1000);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private ScriptedService service;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private void serve(Function<Request, Reply> script) throws IOException {
        service = new ScriptedService(script);
        opened.add(service);
    }

    private GcsStoreProvider.Builder builder() {
        return GcsStoreProvider.builder().emulator(service.address()).readTimeout(Duration.ofSeconds(30));
    }

    private BlobStore open(GcsStoreProvider.Builder builder, String location) throws StoreException {
        BlobStore store = builder.build().open(StoreLocation.parse(location), StoreSettings.none());
        opened.add(store);
        return store;
    }

    private BlobStore open(String location) throws StoreException {
        return open(builder(), location);
    }

    private static PutResult put(BlobStore store, PutMode mode) throws IOException {
        return store.put("wal_005/x", BlobSource.of(CONTENT), mode);
    }

    private static StoreException fails(Kind kind, Executable call) {
        StoreException failure = assertThrows(StoreException.class, call);
        assertEquals(kind, failure.kind(), failure::toString);
        return failure;
    }

    private static List<Executable> calls(BlobStore store) {
        return List.of(
                () -> store.put("some/key", BlobSource.of(CONTENT), PutMode.OVERWRITE),
                () -> store.get("some/key"),
                () -> store.list("some/key", ListDepth.ALL, null),
                () -> store.delete(List.of("some/key")));
    }

    @Test
    void theServiceLoaderFindsIt() {
        List<BlobStoreProvider> found = new ArrayList<>();
        ServiceLoader.load(BlobStoreProvider.class).forEach(found::add);
        assertEquals(
                1, found.stream().filter(GcsStoreProvider.class::isInstance).count());
        assertEquals(Set.of("gs"), new GcsStoreProvider().schemes());
    }

    @Test
    void namesOfObjectsBeginWithASlashAsWalEHasThem() throws IOException {
        serve(request -> TestContent.stored(CONTENT));
        put(open("gs://bucket/some/dir//"), PutMode.OVERWRITE);
        assertTrue(service.last().body().contains("\"name\":\"/some/dir/wal_005/x\""), service.last()::body);
        put(open("gs://bucket"), PutMode.OVERWRITE);
        assertTrue(service.last().body().contains("\"name\":\"/wal_005/x\""), service.last()::body);
        service.say(request -> TestContent.content(CONTENT));
        try (BlobContent content = open("gs://bucket/dir").get("a b/\u00fc")) {
            assertArrayEquals(CONTENT, content.stream().readAllBytes());
        }
        assertEquals(
                "/storage/v1/b/bucket/o/%2Fdir%2Fa%20b%2F%C3%BC?alt=media",
                service.last().target());
        service.say(request -> Reply.json(200, """
                {"kind": "storage#objects", "prefixes": ["/dir/deeper/"], "items": [
                    {"name": "/dir/", "size": "0", "timeCreated": "2024-01-01T00:00:00Z"},
                    {"name": "/dir/x", "size": "5", "timeCreated": "2024-01-01T00:00:00.123Z"}]}"""));
        ListPage page = open("gs://bucket/dir").list("", ListDepth.IMMEDIATE, null);
        assertEquals("/dir/", service.last().parameter("prefix").orElseThrow());
        assertEquals("/", service.last().parameter("delimiter").orElseThrow());
        assertEquals(List.of("x"), page.blobs().stream().map(blob -> blob.key()).toList());
        assertEquals(List.of("deeper/"), page.prefixes());
    }

    @Test
    void aPutCarriesWhatIsAskedForAndNothingMore() throws IOException {
        serve(request -> TestContent.stored(CONTENT));
        assertEquals(PutResult.WRITTEN, put(open("gs://bucket"), PutMode.OVERWRITE));
        Request plain = service.last();
        assertEquals("multipart", plain.parameter("uploadType").orElseThrow());
        assertTrue(plain.body().contains("\"crc32c\":\"" + TestContent.crc32c(CONTENT) + "\""), plain::body);
        assertFalse(plain.body().contains("storageClass"), plain::body);
        assertEquals("", plain.header("content-encoding"), "the content is compressed on its way");
        assertEquals("", plain.header("authorization"), "an emulator is sent a credential");
        for (String name : List.of("ifGenerationMatch", "kmsKeyName", "userProject")) {
            assertEquals(Optional.empty(), plain.parameter(name));
        }
        String key = "projects/p/locations/l/keyRings/r/cryptoKeys/k";
        GcsStoreProvider.Builder builder =
                builder().storageClass("NEARLINE").kmsKey(key).userProject("payer");
        put(open(builder, "gs://bucket"), PutMode.IF_ABSENT);
        assertEquals("0", service.last().parameter("ifGenerationMatch").orElseThrow());
        assertEquals(key, service.last().parameter("kmsKeyName").orElseThrow());
        assertEquals("payer", service.last().parameter("userProject").orElseThrow());
        assertTrue(service.last().body().contains("\"storageClass\":\"NEARLINE\""));
    }

    @Test
    void aConditionThatIsNotMetIsPresence() throws IOException {
        serve(request -> Reply.error(412, "conditionNotMet", "At least one of the pre-conditions did not hold."));
        assertEquals(PutResult.ALREADY_PRESENT, put(open("gs://bucket"), PutMode.IF_ABSENT));
        fails(Kind.INVALID, () -> put(open("gs://bucket"), PutMode.OVERWRITE));
        service.say(request -> new Reply(412, Map.of("x-guploader-uploadid", "x"), "Precondition Failed"));
        assertEquals(PutResult.ALREADY_PRESENT, put(open("gs://bucket"), PutMode.IF_ABSENT));
        service.say(request -> new Reply(412, Map.of(), "Precondition Failed"));
        fails(Kind.UNAVAILABLE, () -> put(open("gs://bucket"), PutMode.IF_ABSENT));
    }

    @Test
    void eachFailureHasItsKindAndItsHint() throws IOException {
        assertFailure(Kind.ACCESS_DENIED, "clock", Reply.error(401, "authError", "Invalid Credentials"));
        assertFailure(Kind.ACCESS_DENIED, "GOOGLE_APPLICATION", Reply.error(401, "required", "Login required"));
        assertFailure(Kind.ACCESS_DENIED, "storage.objectUser", Reply.error(403, "forbidden", "no permission"));
        assertFailure(
                Kind.ACCESS_DENIED,
                "retention",
                Reply.error(403, "retentionPolicyNotMet", "Object is subject to the bucket's retention policy"));
        assertFailure(
                Kind.ACCESS_DENIED,
                "KMS key",
                Reply.error(403, "forbidden", "Permission denied on Cloud KMS key. Please ensure …"));
        assertFailure(Kind.THROTTLED, "", Reply.error(403, "rateLimitExceeded", "too fast"));
        assertFailure(Kind.THROTTLED, "", Reply.error(429, "rateLimitExceeded", "too fast"));
        assertFailure(
                Kind.THROTTLED, "", Reply.error(503, "backendError", "later").with("Retry-After", "7"));
        assertFailure(Kind.UNAVAILABLE, "", Reply.error(503, "backendError", "later"));
        assertFailure(Kind.UNAVAILABLE, "", Reply.error(500, "internalError", "oops"));
        assertFailure(Kind.UNAVAILABLE, "", Reply.error(408, "requestTimeout", "slow"));
        assertFailure(
                Kind.NO_CONTAINER, "bucket", Reply.error(404, "notFound", "The specified bucket does not exist."));
        assertFailure(
                Kind.INVALID,
                "WALARCHIVE_GCS_USER_PROJECT",
                Reply.error(400, "required", "Bucket is a requester pays bucket but no user project provided."));
        assertFailure(
                Kind.INVALID, "WALARCHIVE_GCS_STORAGE_CLASS", Reply.error(400, "invalid", "Invalid storage class X"));
        assertFailure(
                Kind.CORRUPT,
                "",
                Reply.error(400, "invalid", "Provided CRC32C \\\"a\\\" doesn't match calculated CRC32C \\\"b\\\"."));
    }

    private void assertFailure(Kind kind, String hint, Reply reply) throws IOException {
        serve(request -> reply);
        for (Executable call : calls(open("gs://bucket/dir"))) {
            StoreException failure = fails(kind, call);
            assertTrue(failure.hint().orElse("").contains(hint), () -> failure + " " + failure.hint());
            assertTrue(
                    failure.getMessage().contains("some/key in gs://bucket/dir")
                            || failure.getMessage().contains("\"some/key\" in gs://bucket/dir"),
                    failure::getMessage);
            assertClean(failure);
        }
    }

    @Test
    void absenceInTheServicesOwnWordsIsBelievedWhileTheBucketIsKnown() throws IOException {
        String words = "No such object: bucket//dir/k";
        for (Reply gone : List.of(
                new Reply(404, Map.of("Content-Type", "text/html"), words), Reply.error(404, "notFound", words))) {
            serve(request ->
                    request.target().contains("alt=media") ? gone : Reply.json(200, "{\"kind\": \"storage#objects\"}"));
            BlobStore store = open("gs://bucket/dir");
            for (int requests : new int[] {2, 3, 4}) {
                fails(Kind.NOT_FOUND, () -> store.get("k"));
                assertEquals(requests, service.requests().size(), "the bucket is looked for once");
            }
            service.say(request -> request.target().contains("alt=media")
                    ? gone
                    : Reply.error(404, "notFound", "The specified bucket does not exist."));
            fails(Kind.NO_CONTAINER, () -> open("gs://bucket/dir").get("k"));
        }
    }

    @Test
    void absenceInOtherWordsIsWhatTheListSays() throws IOException {
        Reply gone = new Reply(404, Map.of("Content-Type", "text/html"), "No such object: bucket//dir/other");
        serve(request ->
                request.target().contains("alt=media") ? gone : Reply.json(200, "{\"kind\": \"storage#objects\"}"));
        StoreException absent =
                fails(Kind.NOT_FOUND, () -> open("gs://bucket/dir").get("k"));
        assertTrue(absent.getMessage().contains("cannot get k in gs://bucket/dir"), absent::getMessage);
        service.say(request -> request.target().contains("alt=media")
                ? gone
                : Reply.json(200, "{\"kind\": \"storage#objects\", \"items\": [{\"name\": \"/dir/k\"}]}"));
        fails(Kind.UNAVAILABLE, () -> open("gs://bucket/dir").get("k"));
        service.say(request -> gone);
        fails(Kind.UNAVAILABLE, () -> open("gs://bucket/dir").get("k"));
        service.say(request -> Reply.error(404, "notFound", "The specified bucket does not exist."));
        fails(Kind.NO_CONTAINER, () -> open("gs://bucket/dir").get("k"));
        fails(Kind.NO_CONTAINER, () -> open("gs://bucket/dir").delete(List.of("k", "l")));
    }

    @Test
    void aPageOfSomethingInBetweenIsNoAnswer() throws IOException {
        for (Reply page : List.of(
                new Reply(200, Map.of("Content-Type", "text/html"), "<html>log in</html>"),
                new Reply(200, Map.of(), ""),
                Reply.json(200, "{\"kind\": \"storage#obj"),
                Reply.json(200, "{\"kind\": \"storage#objects\", \"items\": [{\"name\": \"/dir/a\""),
                Reply.json(200, "[]"),
                Reply.json(200, "{\"kind\": \"storage#objects\", \"items\": [{\"name\": \"/dir/some/key\"}]}"))) {
            serve(request -> page);
            BlobStore store = open("gs://bucket/dir");
            fails(Kind.CORRUPT, () -> put(store, PutMode.OVERWRITE));
            fails(Kind.CORRUPT, () -> store.get("some/key"));
            fails(Kind.CORRUPT, () -> store.list("some/key", ListDepth.ALL, null));
            if (!page.headers().containsValue("application/json; charset=UTF-8")) {
                fails(Kind.CORRUPT, () -> store.delete(List.of("some/key")));
            }
        }
    }

    @Test
    void whatIsReadIsHeldAgainstLengthAndChecksum() throws IOException {
        byte[] other = CONTENT.clone();
        other[500] ^= 1;
        Reply right = TestContent.content(CONTENT);
        for (Reply wrong : List.of(
                right.with("x-goog-hash", "crc32c=" + TestContent.crc32c(other)),
                new Reply(200, right.headers(), right.body().substring(1)),
                new Reply(200, right.headers(), right.body() + "x"))) {
            serve(request -> wrong);
            fails(Kind.CORRUPT, () -> {
                try (BlobContent content = open("gs://bucket").get("k")) {
                    content.stream().readAllBytes();
                }
            });
        }
        serve(request -> right.with("content-encoding", "gzip"));
        fails(Kind.CORRUPT, () -> open("gs://bucket").get("k"));
    }

    @Test
    void anObjectThatArrivedOtherwiseIsDeletedAgain() throws IOException {
        serve(request -> request.method().equals("DELETE")
                ? new Reply(204, Map.of(), "")
                : TestContent.stored(CONTENT.length, "AAAAAA=="));
        fails(Kind.CORRUPT, () -> put(open("gs://bucket"), PutMode.OVERWRITE));
        assertEquals("DELETE", service.last().method());
        assertEquals("4711", service.last().parameter("generation").orElseThrow());
        assertEquals("4711", service.last().parameter("ifGenerationMatch").orElseThrow());
    }

    @Test
    void eachKeyOfADeleteIsARequestAndTheFirstFailureEndsIt() throws IOException {
        serve(request ->
                request.target().contains("bad") ? Reply.error(403, "forbidden", "no") : new Reply(204, Map.of(), ""));
        BlobStore store = open("gs://bucket");
        store.delete(List.of("a", "b", "c", "a"));
        assertEquals(3, service.requests().size());
        StoreException failure = fails(Kind.ACCESS_DENIED, () -> store.delete(List.of("a", "bad", "c")));
        assertTrue(failure.getMessage().contains("cannot delete bad in gs://bucket"), failure::getMessage);
    }

    @Test
    void aServiceThatCannotBeReachedIsUnavailable() throws IOException {
        serve(request -> TestContent.stored(CONTENT));
        String address = service.address();
        service.close();
        for (Executable call : calls(open(GcsStoreProvider.builder().emulator(address), "gs://bucket"))) {
            fails(Kind.UNAVAILABLE, call);
        }
        BlobStore unknown = open(GcsStoreProvider.builder().emulator("http://no-such.invalid"), "gs://bucket");
        StoreException unresolved = fails(Kind.UNAVAILABLE, () -> unknown.get("k"));
        assertTrue(unresolved.getMessage().contains("no-such.invalid"), unresolved::getMessage);
        assertTrue(unresolved.hint().orElse("").contains("DNS"), unresolved::toString);
    }

    @Test
    void tlsWithSomethingElseIsUnavailable() throws IOException {
        serve(request -> TestContent.stored(CONTENT));
        String address = service.address().replace("http:", "https:");
        BlobStore store = open(builder().emulator(address).readTimeout(Duration.ofSeconds(2)), "gs://bucket");
        fails(Kind.UNAVAILABLE, () -> store.get("k"));
    }

    @Test
    void aCertificateThatIsNotTrustedIsRefused(@TempDir Path directory) throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        server.setHttpsConfigurator(new HttpsConfigurator(ownCertificate(directory.resolve("keys"))));
        server.start();
        opened.add(() -> server.stop(0));
        String address = "https://localhost:" + server.getAddress().getPort();
        for (Executable call : calls(open(GcsStoreProvider.builder().emulator(address), "gs://bucket"))) {
            StoreException failure = fails(Kind.INVALID, call);
            assertTrue(failure.getMessage().contains("certificate is not trusted"), failure::getMessage);
            assertTrue(failure.hint().orElse("").contains("trustStore"), failure::toString);
            assertClean(failure);
        }
    }

    private static SSLContext ownCertificate(Path file) throws Exception {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(keytool.toString(), "-genkeypair", "-keyalg", "EC"));
        command.addAll(List.of("-dname", "CN=localhost", "-keystore", file.toString(), "-storepass", "changeit"));
        assertEquals(0, new ProcessBuilder(command).start().waitFor());
        KeyStore keys = KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    @Test
    void locationsAreChecked() {
        GcsStoreProvider provider =
                GcsStoreProvider.builder().emulator("localhost:1").build();
        for (String location : List.of("file://bucket/x", "gs:///x", "gs://", "gs://bucket/" + "x".repeat(124))) {
            fails(Kind.INVALID, () -> provider.open(StoreLocation.parse(location), StoreSettings.none()));
        }
    }

    @Test
    void theBuilderWins() throws IOException {
        serve(request -> TestContent.stored(CONTENT));
        StoreSettings environment = StoreSettings.of(Map.of(
                "STORAGE_EMULATOR_HOST",
                service.address().substring("http://".length()),
                "WALARCHIVE_GCS_USER_PROJECT",
                "theirs"));
        BlobStore store = GcsStoreProvider.builder()
                .userProject("ours")
                .build()
                .open(StoreLocation.parse("gs://bucket"), environment);
        opened.add(store);
        put(store, PutMode.OVERWRITE);
        assertEquals("ours", service.last().parameter("userProject").orElseThrow());
        GcsStoreProvider.Builder elsewhere = GcsStoreProvider.builder().emulator("http://no-such.invalid");
        BlobStore other = elsewhere.build().open(StoreLocation.parse("gs://bucket"), environment);
        opened.add(other);
        fails(Kind.UNAVAILABLE, () -> other.get("k"));
    }

    /** Checks that no class of a library leaves with a failure. */
    static void assertClean(StoreException failure, String... secrets) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        for (String secret : secrets) {
            assertFalse((text + failure.hint().orElse("")).contains(secret), text::toString);
        }
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            String name = cause.getClass().getName();
            assertTrue(
                    name.startsWith("java") || name.startsWith("sun.") || cause instanceof StoreException,
                    "a class of a library left: " + name);
        }
    }
}
