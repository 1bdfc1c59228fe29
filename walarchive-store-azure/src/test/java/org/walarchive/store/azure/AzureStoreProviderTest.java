package org.walarchive.store.azure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
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
import org.walarchive.store.azure.ScriptedService.Reply;
import org.walarchive.store.azure.ScriptedService.Request;
import reactor.core.publisher.Mono;

/** What settings make of requests, and what answers make of failures. */
@Timeout(60)
final class AzureStoreProviderTest {

    private static final byte[] CONTENT = bytes(1000);
    private static final String KEY =
            Base64.getEncoder().encodeToString("open sesame".getBytes(StandardCharsets.UTF_8));

    private final List<AutoCloseable> opened = new ArrayList<>();
    private ScriptedService service;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static String md5(byte[] content) {
        return Base64.getEncoder().encodeToString(Md5.digest().digest(content));
    }

    private void serve(Function<Request, Reply> script) throws IOException {
        service = new ScriptedService(script);
        opened.add(service);
    }

    private AzureStoreProvider.Builder builder() {
        return AzureStoreProvider.builder()
                .account("account")
                .accessKey(KEY)
                .endpoint(service.address() + "/account")
                .readTimeout(Duration.ofSeconds(30));
    }

    private BlobStore open(AzureStoreProvider.Builder builder, String location) throws StoreException {
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
        assertClean(failure);
        return failure;
    }

    /** Checks that no class of a library and no secret leaves with a failure. */
    private static void assertClean(StoreException failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        String all = text + failure.hint().orElse("");
        assertFalse(all.contains(KEY) || all.contains("sesame") || all.contains("SharedKey "), all);
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            String name = cause.getClass().getName();
            assertTrue(
                    name.startsWith("java") || name.startsWith("sun.") || cause instanceof StoreException,
                    "a class of a library left: " + name);
        }
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
                1, found.stream().filter(AzureStoreProvider.class::isInstance).count());
        assertEquals(Set.of("wabs", "azure"), new AzureStoreProvider().schemes());
    }

    @Test
    void namesOfBlobsAreWalEs() throws IOException {
        serve(request -> Reply.done(201));
        for (String location : List.of("wabs://container/some/dir//", "azure://container/some/dir")) {
            put(open(location), PutMode.OVERWRITE);
            assertEquals(
                    "/account/container/some%2Fdir%2Fwal_005%2Fx",
                    service.last().target());
        }
        service.say(request -> content(CONTENT, md5(CONTENT)));
        try (BlobContent content = open("wabs://container").get("a b/\u00fc+%")) {
            assertArrayEquals(CONTENT, content.stream().readAllBytes());
        }
        assertEquals("/account/container/a%20b%2F%C3%BC%2B%25", service.last().target());
    }

    @Test
    void aListLeavesOutWhatIsNoBlobOfAKey() throws IOException {
        String properties = "<Properties><Last-Modified>Sat, 21 Nov 2026 08:00:00 GMT</Last-Modified>"
                + "<Content-Length>5</Content-Length><BlobType>BlockBlob</BlobType></Properties>";
        serve(request -> Reply.content("<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>"
                        + "<Blob><Name>dir/</Name>" + properties + "</Blob>"
                        + "<Blob><Name>dir/folder</Name>" + properties
                        + "<Metadata><hdi_isfolder>true</hdi_isfolder></Metadata></Blob>"
                        + "<Blob><Name>dir/x</Name>" + properties + "</Blob>"
                        + "<BlobPrefix><Name>dir/deeper/</Name></BlobPrefix></Blobs><NextMarker>more</NextMarker>"
                        + "</EnumerationResults>")
                .with("Content-Type", "application/xml"));
        ListPage page = open("wabs://container/dir").list("", ListDepth.IMMEDIATE, null);
        assertEquals(List.of("x"), page.blobs().stream().map(BlobInfo::key).toList());
        assertEquals(List.of("deeper/"), page.prefixes());
        assertEquals(Optional.of("more"), page.nextPageToken());
        assertEquals("dir/", service.last().parameter("prefix").orElseThrow());
        assertEquals("/", service.last().parameter("delimiter").orElseThrow());
    }

    @Test
    void aSmallPutIsOneRequestWithChecksumAndCondition() throws IOException {
        serve(request -> Reply.done(201));
        assertEquals(PutResult.WRITTEN, put(open("wabs://container"), PutMode.IF_ABSENT));
        assertEquals(1, service.requests().size());
        assertEquals("BlockBlob", service.last().header("x-ms-blob-type"));
        assertEquals(md5(CONTENT), service.last().header("content-md5"));
        assertEquals("*", service.last().header("if-none-match"));
        put(open("wabs://container"), PutMode.OVERWRITE);
        assertEquals("", service.last().header("if-none-match"));
    }

    @Test
    void aLargePutIsBlocksAndOneCommit() throws IOException {
        serve(request -> Reply.done(201));
        byte[] content = bytes(70_000);
        BlobStore store = open(builder().set(SettingsReader.BLOCK_SIZE, "16384"), "wabs://container");
        assertEquals(PutResult.WRITTEN, store.put("k", BlobSource.of(content), PutMode.IF_ABSENT));
        List<Request> blocks = service.requests().stream()
                .filter(request -> request.target().contains("comp=block&"))
                .toList();
        assertEquals(5, blocks.size());
        Map<String, String> byId = blocks.stream()
                .collect(
                        Collectors.toMap(request -> request.parameter("blockid").orElseThrow(), Request::body));
        for (Request block : blocks) {
            assertEquals(md5(block.body().getBytes(StandardCharsets.ISO_8859_1)), block.header("content-md5"));
        }
        Request commit = service.last();
        assertEquals("blocklist", commit.parameter("comp").orElseThrow());
        assertEquals("*", commit.header("if-none-match"));
        assertEquals(md5(content), commit.header("x-ms-blob-content-md5"));
        StringBuilder put = new StringBuilder();
        for (String piece : commit.body().split("<Latest>")) {
            put.append(byId.getOrDefault(piece.replaceFirst("</Latest>.*", ""), ""));
        }
        assertArrayEquals(content, put.toString().getBytes(StandardCharsets.ISO_8859_1), "blocks in their order");
    }

    @Test
    void blocksThatAreGoneBecauseAnotherHasMadeTheBlobArePresence() throws IOException {
        serve(request -> switch (request.parameter("comp").orElse(request.method())) {
            case "blocklist" -> Reply.error(400, "InvalidBlockList", "The specified block list is invalid.");
            case "HEAD" -> Reply.done(200);
            default -> Reply.done(201);
        });
        BlobStore store = open(builder().set(SettingsReader.BLOCK_SIZE, "16384"), "wabs://container");
        BlobSource source = BlobSource.of(bytes(70_000));
        assertEquals(PutResult.ALREADY_PRESENT, store.put("k", source, PutMode.IF_ABSENT));
        fails(Kind.UNAVAILABLE, () -> store.put("k", source, PutMode.OVERWRITE));
    }

    @Test
    void aConditionThatIsNotMetIsPresence() throws IOException {
        serve(request -> Reply.error(409, "BlobAlreadyExists", "The specified blob already exists."));
        assertEquals(PutResult.ALREADY_PRESENT, put(open("wabs://container"), PutMode.IF_ABSENT));
        fails(Kind.INVALID, () -> put(open("wabs://container"), PutMode.OVERWRITE));
        service.say(request -> new Reply(409, Map.of(), "<Code>BlobAlreadyExists</Code>"));
        fails(Kind.UNAVAILABLE, () -> put(open("wabs://container"), PutMode.IF_ABSENT));
    }

    @Test
    void eachFailureHasItsKindAndItsHint() throws IOException {
        assertFailure(Kind.NO_CONTAINER, "container", Reply.error(404, "ContainerNotFound", "no container"));
        assertFailure(Kind.NO_CONTAINER, "container", Reply.error(409, "ContainerBeingDeleted", "going"));
        assertFailure(Kind.ACCESS_DENIED, "WABS_ACCESS_KEY", Reply.error(403, "AuthenticationFailed", "no"));
        assertFailure(
                Kind.ACCESS_DENIED,
                "expired",
                Reply.error(
                        403, "AuthenticationFailed", "no\nSignature not valid in the specified time frame: sesame"));
        assertFailure(
                Kind.ACCESS_DENIED,
                "clock",
                Reply.error(403, "AuthenticationFailed", "no\nThe date header in the request is incorrect."));
        assertFailure(
                Kind.ACCESS_DENIED,
                "Storage Blob Data Contributor",
                Reply.error(403, "AuthorizationPermissionMismatch", "no permission"));
        assertFailure(Kind.ACCESS_DENIED, "firewall", Reply.error(403, "AuthorizationFailure", "no"));
        assertFailure(
                Kind.ACCESS_DENIED, "takes no keys", Reply.error(403, "KeyBasedAuthenticationNotPermitted", "no"));
        assertFailure(Kind.FROZEN, "Rehydrate", Reply.error(409, "BlobArchived", "cold"));
        assertFailure(Kind.THROTTLED, "", Reply.error(503, "ServerBusy", "slow down"));
        assertFailure(Kind.UNAVAILABLE, "", Reply.error(500, "InternalError", "oops"));
        assertFailure(Kind.UNAVAILABLE, "", Reply.error(500, "OperationTimedOut", "late"));
        assertFailure(Kind.CORRUPT, "", Reply.error(400, "Md5Mismatch", "other bytes"));
        assertFailure(Kind.INVALID, "skipApiVersionCheck", Reply.error(400, "InvalidHeaderValue", "version"));
    }

    private void assertFailure(Kind kind, String hint, Reply reply) throws IOException {
        serve(request -> reply);
        for (Executable call : calls(open("wabs://container/dir"))) {
            StoreException failure = fails(kind, call);
            assertTrue(failure.hint().orElse("").contains(hint), () -> failure + " " + failure.hint());
            assertTrue(failure.getMessage().contains("some/key"), failure::getMessage);
            assertTrue(failure.getMessage().contains("in wabs://container/dir"), failure::getMessage);
        }
    }

    @Test
    void theServiceIsWaitedForAsLongAsItSays() throws IOException {
        for (Reply reply : List.of(
                Reply.error(503, "ServerBusy", "slow down").with("Retry-After", "7"),
                new Reply(429, Map.of("Retry-After", "7"), ""))) {
            serve(request -> reply);
            for (Executable call : calls(open("wabs://container"))) {
                assertEquals(
                        Optional.of(Duration.ofSeconds(7)),
                        fails(Kind.THROTTLED, call).retryAfter());
            }
        }
    }

    @Test
    void absenceIsNotFoundInAGetAndSuccessInADelete() throws IOException {
        serve(request -> Reply.error(404, "BlobNotFound", "The specified blob does not exist."));
        BlobStore store = open("wabs://container");
        fails(Kind.NOT_FOUND, () -> store.get("k"));
        store.delete(List.of("k", "l", "k"));
        assertEquals(3, service.requests().size());
    }

    @Test
    void theFirstFailureEndsADelete() throws IOException {
        serve(request -> request.target().endsWith("bad")
                ? Reply.error(403, "AuthorizationPermissionMismatch", "no")
                : Reply.done(202));
        StoreException failure =
                fails(Kind.ACCESS_DENIED, () -> open("wabs://container").delete(List.of("a", "bad", "c")));
        assertTrue(failure.getMessage().contains("cannot delete bad in wabs://container"), failure::getMessage);
    }

    private static Reply content(byte[] content, String md5) {
        return Reply.content(new String(content, StandardCharsets.ISO_8859_1)).with("Content-MD5", md5);
    }

    @Test
    void whatIsReadIsHeldAgainstItsChecksum() throws IOException {
        byte[] other = CONTENT.clone();
        other[500] ^= 1;
        for (String md5 : List.of(md5(other), "no base64", "")) {
            serve(request -> content(CONTENT, md5));
            fails(Kind.CORRUPT, () -> {
                try (BlobContent content = open("wabs://container").get("k")) {
                    content.stream().readAllBytes();
                }
            });
        }
    }

    @Test
    void aSignatureIsInTheQueryAndNowhereElse() throws IOException {
        serve(request -> Reply.done(201));
        String token = "?sv=2024-05-04&sp=rcwdl&sig=open%2Fsesame%3D";
        AzureStoreProvider.Builder builder = builder().sasToken(token);
        put(open(builder, "wabs://container"), PutMode.OVERWRITE);
        assertEquals("open/sesame=", service.last().parameter("sig").orElseThrow());
        assertEquals("", service.last().header("authorization"));
        service.say(request -> Reply.error(403, "AuthenticationFailed", "no\nSignature did not match: sesame"));
        calls(open(builder, "wabs://container")).forEach(call -> fails(Kind.ACCESS_DENIED, call));
        String address = service.address();
        service.close();
        calls(open(builder.endpoint(address + "/account"), "wabs://container"))
                .forEach(call -> fails(Kind.UNAVAILABLE, call));
        assertFalse(builder.build().toString().contains("sesame"));
    }

    @Test
    void aTokenOfAnIdentityIsSentWithEachRequest() throws IOException {
        serve(request -> Reply.done(request.method().equals("DELETE") ? 202 : 201));
        List<String> scopes = new ArrayList<>();
        TokenCredential tokens = new TokenCredential() {
            @Override
            public Mono<AccessToken> getToken(TokenRequestContext context) {
                return Mono.fromCallable(() -> getTokenSync(context));
            }

            @Override
            public AccessToken getTokenSync(TokenRequestContext context) {
                scopes.addAll(context.getScopes());
                return new AccessToken("token" + scopes.size(), OffsetDateTime.MAX);
            }
        };
        AzureConfig config = new AzureConfig(
                URI.create(service.address() + "/account"),
                new AzureCredential.Identity(tokens),
                Optional.empty(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                1 << 20,
                100);
        AzureContainer container = new AzureContainer(StoreLocation.parse("wabs://container"), config.endpoint());
        BlobStore store = new AzureBlobStore(container, config, AzureConnection.open(container, config));
        opened.add(store);
        put(store, PutMode.OVERWRITE);
        store.delete(List.of("k"));
        assertEquals("Bearer token2", service.last().header("authorization"));
        assertEquals(List.of("https://storage.azure.com/.default", "https://storage.azure.com/.default"), scopes);
    }

    @Test
    void aServiceThatCannotBeReachedIsUnavailable() throws IOException {
        serve(request -> Reply.done(201));
        BlobStore unknown = open(builder().endpoint("http://no-such.invalid/account"), "wabs://container");
        StoreException unresolved = fails(Kind.UNAVAILABLE, () -> unknown.get("k"));
        assertTrue(unresolved.hint().orElse("").contains("DNS"), unresolved::toString);
        String tls = service.address().replace("http:", "https:") + "/account";
        BlobStore silent = open(builder().endpoint(tls).readTimeout(Duration.ofSeconds(2)), "wabs://container");
        fails(Kind.UNAVAILABLE, () -> silent.get("k"));
    }

    @Test
    void aCertificateIsTrustedIfTheFileHasIt(@TempDir Path directory) throws Exception {
        serve(request -> Reply.done(201));
        KeyStore keys = ownCertificate(directory.resolve("keys"));
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("x-ms-request-id", "x");
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        server.start();
        opened.add(() -> server.stop(0));
        AzureStoreProvider.Builder builder =
                builder().endpoint("https://localhost:" + server.getAddress().getPort() + "/account");
        for (Executable call : calls(open(builder, "wabs://container"))) {
            StoreException failure = fails(Kind.INVALID, call);
            assertTrue(failure.hint().orElse("").contains("WALARCHIVE_AZURE_CA_FILE"), failure::toString);
        }
        Path pem = directory.resolve("ca.pem");
        String base64 = Base64.getMimeEncoder()
                .encodeToString(
                        keys.getCertificate(keys.aliases().nextElement()).getEncoded());
        Files.writeString(pem, "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
        open(builder.caFile(pem), "wabs://container").delete(List.of("k"));
        fails(Kind.INVALID, () -> open(builder.caFile(directory.resolve("none")), "wabs://container"));
    }

    private static KeyStore ownCertificate(Path file) throws Exception {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(keytool.toString(), "-genkeypair", "-keyalg", "EC"));
        command.addAll(List.of("-dname", "CN=localhost", "-ext", "SAN=dns:localhost"));
        command.addAll(List.of("-keystore", file.toString(), "-storepass", "changeit"));
        assertEquals(0, new ProcessBuilder(command).start().waitFor());
        return KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
    }

    @Test
    void locationsAreChecked() throws IOException {
        serve(request -> Reply.done(201));
        for (String location : List.of(
                "file://container/x",
                "wabs:///x",
                "wabs://",
                "wabs://Con_tainer",
                "wabs://container/a\\b",
                "wabs://c/" + "x".repeat(125))) {
            fails(Kind.INVALID, () -> open(location));
        }
    }

    @Test
    void aBackslashIsRefusedBecauseItWouldBeASlash() throws IOException {
        serve(request -> Reply.done(201));
        BlobStore store = open("wabs://container");
        fails(Kind.INVALID, () -> store.put("a\\b", BlobSource.of(CONTENT), PutMode.OVERWRITE));
        fails(Kind.INVALID, () -> store.get("a\\b"));
        fails(Kind.INVALID, () -> store.delete(List.of("a\\b")));
        assertEquals(List.of(), service.requests());
    }

    @Test
    void theBuilderWins() throws IOException {
        serve(request -> Reply.done(201));
        StoreSettings environment = StoreSettings.of(Map.of(
                "WABS_ACCOUNT_NAME", "theirs", "WABS_ACCESS_KEY", KEY, "WALARCHIVE_AZURE_ENDPOINT", service.address()));
        BlobStore store = AzureStoreProvider.builder()
                .sasToken("sig=ours")
                .build()
                .open(StoreLocation.parse("wabs://container"), environment);
        opened.add(store);
        put(store, PutMode.OVERWRITE);
        assertEquals("ours", service.last().parameter("sig").orElseThrow());
        assertEquals("", service.last().header("authorization"), "the environment's key is taken beside the signature");
    }
}
