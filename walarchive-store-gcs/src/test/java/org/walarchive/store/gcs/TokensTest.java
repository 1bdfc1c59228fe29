package org.walarchive.store.gcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.gcs.ScriptedService.Reply;
import org.walarchive.store.gcs.ScriptedService.Request;
import org.walarchive.store.tck.FaultProxy;
import org.walarchive.store.tck.NetworkFault.Stall;
import org.walarchive.store.tck.NetworkFaults;

/** Where access tokens come from, and what happens when there are none. The service that gives them is a script. */
@Timeout(60)
final class TokensTest {

    private static final String TOKEN = "sesame-token";
    private static final String PRIVATE_KEY = privateKey();

    private final List<AutoCloseable> opened = new ArrayList<>();

    @TempDir
    Path directory;

    @AfterEach
    void close() throws Exception {
        Thread.interrupted();
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private static String privateKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return Base64.getEncoder()
                    .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private ScriptedService serve(Function<Request, Reply> script) throws IOException {
        ScriptedService service = new ScriptedService(script);
        opened.add(service);
        return service;
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("key.json"), content);
    }

    private Path serviceAccount(String tokenAddress) throws IOException {
        return file("{\"type\": \"service_account\", \"client_id\": \"1\", \"client_email\": \"a@p.example\","
                + " \"private_key_id\": \"2\", \"private_key\": \"-----BEGIN PRIVATE KEY-----\\n" + PRIVATE_KEY
                + "\\n-----END PRIVATE KEY-----\\n\", \"token_uri\": \"" + tokenAddress + "/token\"}");
    }

    private BlobStore open(String endpoint, Path credentials, Duration timeout) throws StoreException {
        BlobStore store = GcsStoreProvider.builder()
                .endpoint(endpoint)
                .credentialsFile(credentials)
                .connectTimeout(Duration.ofSeconds(1))
                .readTimeout(timeout)
                .build()
                .open(StoreLocation.parse("gs://bucket"), StoreSettings.none());
        opened.add(store);
        return store;
    }

    private static StoreException fails(Kind kind, BlobStore store) {
        StoreException failure = assertThrows(StoreException.class, () -> store.list("", ListDepth.ALL, null));
        assertEquals(kind, failure.kind(), failure::toString);
        GcsStoreProviderTest.assertClean(failure, TOKEN, PRIVATE_KEY.substring(0, 20), "sesame");
        return failure;
    }

    private static Reply token() {
        return Reply.json(
                200, "{\"access_token\": \"" + TOKEN + "\", \"expires_in\": 3600, \"token_type\": \"Bearer\"}");
    }

    private static Reply answer(Request request) {
        return request.target().equals("/token") ? token() : Reply.json(200, "{\"kind\": \"storage#objects\"}");
    }

    @Test
    void aServiceAccountsKeyGivesOneTokenForManyRequests() throws IOException {
        ScriptedService service = serve(TokensTest::answer);
        BlobStore store = open(service.address(), serviceAccount(service.address()), Duration.ofMinutes(1));
        store.list("", ListDepth.ALL, null);
        store.list("", ListDepth.ALL, null);
        assertEquals("Bearer " + TOKEN, service.last().header("authorization"));
        assertEquals(
                1,
                service.requests().stream()
                        .filter(request -> request.is("POST", "/token"))
                        .count());
    }

    /** The library wants an address with TLS to send it to, so it is only seen that it is tried. */
    @Test
    void aWorkloadIdentityIsSentToBeChanged() throws IOException {
        Path subject = Files.writeString(directory.resolve("subject"), "sesame-subject");
        Path configuration = file("{\"type\": \"external_account\", \"audience\": \"//iam.googleapis.com/x\","
                + " \"subject_token_type\": \"urn:ietf:params:oauth:token-type:jwt\","
                + " \"token_url\": \"https://no-such.invalid/token\", \"credential_source\": {\"file\": \"" + subject
                + "\"}}");
        BlobStore store = open("https://no-such.invalid", configuration, Duration.ofMinutes(1));
        StoreException failure = fails(Kind.UNAVAILABLE, store);
        assertTrue(failure.getMessage().contains("access tokens cannot be resolved"), failure::getMessage);
        Files.delete(subject);
        fails(Kind.ACCESS_DENIED, store);
    }

    @Test
    void aTokenThatIsRefusedSaysWhy() throws IOException {
        ScriptedService service = serve(request -> Reply.json(
                400,
                "{\"error\": \"invalid_grant\", \"error_description\": \"Invalid JWT Signature.\", \"echo\": \""
                        + new String(
                                Base64.getEncoder().encode(request.body().getBytes(StandardCharsets.UTF_8)),
                                StandardCharsets.UTF_8)
                        + " sesame\"}"));
        StoreException failure = fails(
                Kind.ACCESS_DENIED, open(service.address(), serviceAccount(service.address()), Duration.ofMinutes(1)));
        assertTrue(failure.getMessage().contains("400 invalid_grant: Invalid JWT Signature."), failure::getMessage);
        assertTrue(failure.hint().orElse("").contains("clock"), failure::toString);
        assertEquals(1, service.requests().size(), "the library tried again by itself");
    }

    @Test
    void aServiceOfTokensThatFailsMayWorkLater() throws IOException {
        ScriptedService service = serve(request -> new Reply(503, Map.of(), "sesame"));
        BlobStore store = open(service.address(), serviceAccount(service.address()), Duration.ofMinutes(1));
        fails(Kind.UNAVAILABLE, store);
        service.say(request -> new Reply(429, Map.of(), "sesame"));
        fails(Kind.THROTTLED, store);
        service.say(TokensTest::answer);
        store.list("", ListDepth.ALL, null);
        ScriptedService gone = serve(TokensTest::answer);
        gone.close();
        fails(Kind.UNAVAILABLE, open(service.address(), serviceAccount(gone.address()), Duration.ofMinutes(1)));
    }

    @Test
    void noTokenIsNotWaitedForLong() throws IOException {
        try (FaultProxy silent = FaultProxy.start("127.0.0.1:1", NetworkFaults.all(new Stall()))) {
            String address = "http://localhost:" + silent.port();
            BlobStore store = open(address, serviceAccount(address), Duration.ofSeconds(1));
            StoreException failure = assertTimeout(Duration.ofSeconds(15), () -> fails(Kind.UNAVAILABLE, store));
            assertTrue(failure.getMessage().contains("no access token within 2 s"), failure::getMessage);
            BlobStore patient = open(address, serviceAccount(address), Duration.ofMinutes(2));
            Thread.currentThread().interrupt();
            assertTimeout(Duration.ofSeconds(15), () -> fails(Kind.INTERRUPTED, patient));
            assertTrue(Thread.interrupted(), "the interrupt flag is not set");
            Thread calling = Thread.currentThread();
            silent.disturb(request -> {
                calling.interrupt();
                return new Stall();
            });
            assertTimeout(Duration.ofSeconds(15), () -> fails(Kind.INTERRUPTED, patient));
            assertTrue(Thread.interrupted(), "the interrupt flag is not set");
        }
    }

    @Test
    void aFileThatHoldsNoCredentialIsRefusedAtOnce() throws IOException {
        for (String content : List.of(
                "",
                "sesame",
                "{\"type\": \"sesame\"}",
                "[]",
                "{\"type\": \"service_account\", \"private_key\": \"sesame\", \"client_id\": \"1\","
                        + " \"client_email\": \"a\", \"private_key_id\": \"1\"}")) {
            Path file = file(content);
            StoreException failure = assertThrows(
                    StoreException.class, () -> open("https://no-such.invalid", file, Duration.ofSeconds(1)));
            assertEquals(Kind.INVALID, failure.kind());
            assertTrue(failure.getMessage().contains("GOOGLE_APPLICATION_CREDENTIALS"), failure::getMessage);
            GcsStoreProviderTest.assertClean(failure, "sesame");
        }
        StoreException missing = assertThrows(
                StoreException.class,
                () -> open("https://no-such.invalid", directory.resolve("no-such"), Duration.ofSeconds(1)));
        assertTrue(missing.getMessage().contains("no-such cannot be read"), missing::getMessage);
    }
}
