package org.walarchive.store.swift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.store.swift.ScriptedSwift.object;
import static org.walarchive.store.swift.ScriptedSwift.swift;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.tck.NetworkFault.Answer;
import org.walarchive.store.tck.NetworkFault.CutRequest;
import org.walarchive.store.tck.NetworkFault.Ending;
import org.walarchive.store.tck.ProxiedRequest;

/** Tokens: how they are got, renewed and shared. */
final class LoginTest {

    private static final Answer UNAUTHORIZED = swift(401, Map.of(), "<html><h1>Unauthorized</h1></html>");

    private ScriptedSwift service;

    @BeforeEach
    void start() throws IOException {
        service = new ScriptedSwift();
    }

    @AfterEach
    void stop() throws IOException {
        service.close();
    }

    private static boolean isStale(ProxiedRequest request) {
        return request.header("x-auth-token").equals(Optional.of("token-1"));
    }

    @Test
    void oneTokenServesAllRequests() throws IOException {
        BlobStore store = service.open();
        store.put("a", BlobSource.of(new byte[1]), PutMode.IF_ABSENT);
        store.list("", ListDepth.ALL, null);
        store.delete(List.of("a"));
        assertEquals(1, service.logins());
        assertTrue(service.requests().stream().allMatch(LoginTest::isStale));
    }

    @Test
    void aTokenThatHasEndedIsRenewedAndTheRequestSentOnceMore() throws IOException {
        service.when("PUT", "/k", request -> isStale(request) ? UNAUTHORIZED : created(request));
        BlobStore store = service.open();
        assertEquals(PutResult.WRITTEN, store.put("k", BlobSource.of(new byte[200_000]), PutMode.OVERWRITE));
        assertEquals(2, service.logins());
        assertEquals(2, service.count("PUT", "/k"));
    }

    private static Answer created(ProxiedRequest request) {
        return swift(201, Map.of("ETag", request.header("etag").orElse("")), "");
    }

    @Test
    void aTokenThatHasEndedShowsInTheBodyOfABulkDelete() throws IOException {
        service.when(
                "POST",
                "bulk-delete",
                request -> swift(
                        200,
                        Map.of(),
                        isStale(request)
                                ? "{\"Response Status\":\"401 Unauthorized\",\"Errors\":[[\"%2Fcontainer%2F%2Fsome%2Fdir%2Fa\","
                                        + "\"401 Unauthorized\"]],\"Number Deleted\":0,\"Number Not Found\":0}"
                                : "{\"Response Status\":\"200 OK\",\"Errors\":[],\"Number Deleted\":2,\"Number Not Found\":0}"));
        service.open().delete(List.of("a", "b"));
        assertEquals(2, service.logins());
    }

    @Test
    void aTokenThatIsRefusedAtOnceIsNoAccess() throws IOException {
        service.when("GET", "/container", UNAUTHORIZED);
        BlobStore store = service.open();
        StoreException failure = assertThrows(StoreException.class, () -> store.get("k"));
        assertEquals(Kind.ACCESS_DENIED, failure.kind());
        assertEquals(2, service.logins());
        assertEquals(2, service.count("GET", "/container"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret\n", "se\u00e4cret", "sec\u0000ret"})
    void aPasswordThatNoHeaderCanHaveIsRefusedUnseen(String password) throws IOException {
        BlobStore store = service.open(service.provider().password(password));
        StoreException failure = assertThrows(StoreException.class, () -> store.list("", ListDepth.ALL, null));
        assertEquals(Kind.INVALID, failure.kind());
        assertTrue(failure.getMessage().contains("SWIFT_PASSWORD"), failure::getMessage);
        assertFalse((failure.getMessage() + failure.hint()).contains("cret"), failure::getMessage);
    }

    @Test
    void aTokenIsRenewedBeforeItEnds() throws IOException {
        service.when("GET", "/auth", request -> service.login(Map.of("X-Auth-Token-Expires", "0")));
        BlobStore store = service.open();
        for (int i = 1; i <= 3; i++) {
            store.list("", ListDepth.ALL, null);
            assertEquals(i, service.logins());
        }
    }

    @Test
    void aPutThatBreaksMayHaveBeenRefused() throws IOException {
        service.when("PUT", "/k", request -> isStale(request) ? new CutRequest(100, Ending.RESET) : created(request));
        BlobStore store = service.open();
        byte[] content = new byte[3_000_000];
        StoreException failure =
                assertThrows(StoreException.class, () -> store.put("k", BlobSource.of(content), PutMode.OVERWRITE));
        assertEquals(Kind.UNAVAILABLE, failure.kind());
        assertEquals(PutResult.WRITTEN, store.put("k", BlobSource.of(content), PutMode.OVERWRITE));
        assertEquals(2, service.logins());
    }

    @Test
    void manyThreadsLogInOnce() throws Exception {
        service.when("GET", "/k", request -> isStale(request) ? UNAUTHORIZED : object("content"));
        BlobStore store = service.open();
        together(8, () -> {
            try (var content = store.get("k")) {
                return new String(content.stream().readAllBytes(), StandardCharsets.US_ASCII);
            }
        });
        assertEquals(2, service.logins());
    }

    @Test
    void theFailureOfALoginIsThatOfAllThatWaited() throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(8);
        AtomicInteger attempts = new AtomicInteger();
        Sessions sessions = new Sessions(() -> {
            attempts.incrementAndGet();
            // The others come to wait in the meantime.
            LockSupport.parkNanos(300_000_000);
            throw new StoreException(Kind.ACCESS_DENIED, "no", "Look again.", null);
        });
        List<Kind> kinds = together(8, () -> {
            barrier.await();
            return assertThrows(StoreException.class, sessions::current).kind();
        });
        assertEquals(8, kinds.stream().filter(Kind.ACCESS_DENIED::equals).count());
        assertTrue(attempts.get() < 8, () -> attempts + " logins");
    }

    private static <T> List<T> together(int threads, Callable<T> task) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<T> results = new ArrayList<>();
            List<Callable<T>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                tasks.add(task);
            }
            for (Future<T> future : executor.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }

    private SwiftStoreProvider.Builder keystone(String version) {
        return service.provider()
                .authUrl("http://" + service.address() + "/identity/v" + version)
                .authVersion(version.substring(0, 1))
                .user("archiver")
                .tenant("backups");
    }

    private static String catalog(String address) {
        return """
                {"token": {"expires_at": "2100-01-01T00:00:00.000000Z", "issued_at": "2026-01-01T00:00:00.000000Z",
                 "methods": ["password"], "user": {"id": "u", "name": "archiver"}, "catalog": [
                  {"type": "messaging-websocket", "name": "zaqar", "id": "z", "endpoints": [
                    {"id": "e", "interface": "public", "region": "one", "url": "ws://127.0.0.1:9000"}]},
                  {"type": "object-store", "name": "swift", "id": "s", "endpoints": [
                    {"id": "1", "interface": "public", "region": "one", "url": "http://ADDRESS/public-one/"},
                    {"id": "2", "interface": "internal", "region": "one", "url": "http://ADDRESS/internal-one"},
                    {"id": "3", "interface": "public", "region": "two", "url": "http://ADDRESS/public-two"}]}]}}
                """.replace("ADDRESS", address);
    }

    @Test
    void version3FindsTheAddressInTheCatalog() throws IOException {
        service.when(
                "POST",
                "/identity/v3/auth/tokens",
                new Answer(201, Map.of("X-Subject-Token", "token-of-3"), catalog(service.address())));
        service.open(keystone("3")).list("", ListDepth.ALL, null);
        service.open(keystone("3").endpointType("internalURL")).list("", ListDepth.ALL, null);
        service.open(keystone("3").region("two")).list("", ListDepth.ALL, null);
        assertEquals(1, service.count("GET", "/public-one/container?"));
        assertEquals(1, service.count("GET", "/internal-one/container?"));
        assertEquals(1, service.count("GET", "/public-two/container?"));
        StoreException failure = assertThrows(
                StoreException.class,
                () -> service.open(keystone("3").region("two").endpointType("admin"))
                        .list("", ListDepth.ALL, null));
        assertEquals(Kind.INVALID, failure.kind());
        assertTrue(failure.getMessage().contains("one INTERNAL, one PUBLIC, two PUBLIC"), failure::getMessage);
    }

    @Test
    void anInternalAddressIsNotPublicInTurkey() throws IOException {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr-TR"));
        try {
            String catalog = catalog(service.address())
                    .replaceFirst(
                            "\"public\", \"region\": \"one\", \"url\": \"http:",
                            "\"internal\", \"region\": \"one\", \"url\": \"http:");
            service.when(
                    "POST",
                    "/identity/v3/auth/tokens",
                    new Answer(201, Map.of("X-Subject-Token", "token-of-3"), catalog));
            service.open(keystone("3")).list("", ListDepth.ALL, null);
            assertEquals(1, service.count("GET", "/public-two/container?"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void version2FindsTheAddressInTheCatalog() throws IOException {
        String access = """
                {"access": {"token": {"id": "token-of-2", "expires": "2100-01-01T00:00:00Z"}, "serviceCatalog": [
                  {"type": "object-store", "name": "swift", "endpoints": [
                    {"region": "one", "publicURL": "http://ADDRESS/public-one", "internalURL": "http://ADDRESS/internal-one"},
                    {"region": "two", "publicURL": "http://ADDRESS/public-two"}]}]}}
                """.replace("ADDRESS", service.address());
        service.when("POST", "/identity/v2.0/tokens", new Answer(200, Map.of(), access));
        service.open(keystone("2.0").region("two")).list("", ListDepth.ALL, null);
        service.open(keystone("2.0").endpointType("internalURL")).list("", ListDepth.ALL, null);
        assertEquals(1, service.count("GET", "/public-two/container?"));
        assertEquals(1, service.count("GET", "/internal-one/container?"));
        StoreException failure = assertThrows(
                StoreException.class,
                () -> service.open(keystone("2.0").region("three")).list("", ListDepth.ALL, null));
        assertEquals(Kind.INVALID, failure.kind());
    }

    @Test
    void theVersionIsAddedToAnAddressWithoutOne() throws IOException {
        service.when(
                "POST",
                "/identity/v3/auth/tokens",
                new Answer(201, Map.of("X-Subject-Token", "token-of-3"), catalog(service.address())));
        service.open(keystone("3").authUrl("http://" + service.address() + "/identity/"))
                .list("", ListDepth.ALL, null);
        assertEquals(1, service.count("POST", "/identity/v3/auth/tokens"));
    }

    @Test
    void version3NamesUserAndProjectWithTheirDomains() throws IOException {
        JsonNode named = body(Map.of("SWIFT_USER_DOMAIN_NAME", "people", "SWIFT_PROJECT_DOMAIN_ID", "p1"));
        assertEquals(
                "{\"name\":\"backups\",\"domain\":{\"id\":\"p1\"}}",
                named.at("/auth/scope/project").toString());
        JsonNode user = named.at("/auth/identity/password/user");
        assertEquals("archiver", user.path("name").asText());
        assertEquals("sesame", user.path("password").asText());
        assertEquals("{\"name\":\"people\"}", user.path("domain").toString());
        JsonNode identified = body(Map.of("SWIFT_USER_ID", "0815", "SWIFT_TENANT_ID", "4711"));
        assertEquals("{\"id\":\"4711\"}", identified.at("/auth/scope/project").toString());
        assertEquals(
                "{\"id\":\"0815\",\"password\":\"sesame\"}",
                identified.at("/auth/identity/password/user").toString());
    }

    private static JsonNode body(Map<String, String> more) throws IOException {
        Map<String, String> settings = new HashMap<>(more);
        settings.putAll(Map.of(
                "SWIFT_AUTHURL", "http://keystone/v3",
                "SWIFT_AUTH_VERSION", "3",
                "SWIFT_USER", "archiver",
                "SWIFT_PASSWORD", "sesame",
                "SWIFT_TENANT", "backups"));
        Login login = SettingsReader.read(StoreSettings.of(settings)).login();
        Buffer buffer = new Buffer();
        new KeystoneV3(login).request().body().writeTo(buffer);
        return new ObjectMapper().readTree(buffer.readUtf8());
    }

    @Test
    void aWrongPasswordIsSaidWithoutIt() throws IOException {
        String echo = "{\"error\": {\"message\": \"the password " + ScriptedSwift.PASSWORD + " is wrong\"}}";
        service.when("POST", "/identity", new Answer(401, Map.of(), echo));
        service.when("GET", "/auth", swift(401, Map.of(), echo));
        for (SwiftStoreProvider.Builder provider : List.of(service.provider(), keystone("3"), keystone("2.0"))) {
            BlobStore store = service.open(provider);
            StoreException failure = assertThrows(StoreException.class, () -> store.get("k"));
            assertEquals(Kind.ACCESS_DENIED, failure.kind());
            assertFalse(failure.toString().contains(ScriptedSwift.PASSWORD), failure::toString);
            assertTrue(failure.hint().orElse("").contains("SWIFT_PASSWORD"), failure::toString);
        }
    }

    @Test
    void anAnswerThatIsNotKeystonesIsSaidWithoutIt() throws IOException {
        for (String body :
                List.of("", "<html>secret-body</html>", "[]", "{}", "{\"token\": 1}", "{\"token\": null}", "null")) {
            service.when("POST", "/identity", new Answer(201, Map.of("X-Subject-Token", "t"), body));
            BlobStore store = service.open(keystone("3"));
            StoreException failure = assertThrows(StoreException.class, () -> store.get("k"), body);
            assertTrue(failure.kind().retryable() || failure.kind() == Kind.INVALID, failure::toString);
            assertFalse(failure.toString().contains("secret-body"), failure::toString);
        }
    }

    @Test
    void theAddressOfAnotherApiIsSaid() throws IOException {
        service.when("POST", "/identity", swift(404, Map.of(), "{\"error\": {\"message\": \"not found\"}}"));
        BlobStore store = service.open(keystone("3"));
        StoreException failure = assertThrows(StoreException.class, () -> store.get("k"));
        assertEquals(Kind.INVALID, failure.kind());
        assertTrue(failure.hint().orElse("").contains("SWIFT_AUTH_VERSION"), failure::toString);
    }
}
