package org.walarchive.store.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.store.azure.EntraFixture.ENCODED_SECRET;
import static org.walarchive.store.azure.EntraFixture.appService;
import static org.walarchive.store.azure.EntraFixture.clientSecret;
import static org.walarchive.store.azure.EntraFixture.context;
import static org.walarchive.store.azure.EntraFixture.failure;
import static org.walarchive.store.azure.EntraFixture.get;
import static org.walarchive.store.azure.EntraFixture.instance;
import static org.walarchive.store.azure.EntraFixture.settings;
import static org.walarchive.store.azure.EntraFixture.tokens;

import com.azure.core.credential.AccessToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.azure.TokenServer.Received;

/** Each way to ask: which settings choose it, and what it sends. */
class EntraFlowTest {

    private final ManualClock clock = new ManualClock();
    private TokenServer server;

    @BeforeEach
    void start() throws IOException {
        server = new TokenServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void clientSecretIsPostedAsAForm() throws Exception {
        server.token("t1", 3599);

        AccessToken token = tokens(clientSecret(server), clock).getTokenSync(context());

        assertEquals("t1", token.getToken());
        assertEquals(ManualClock.START.plusSeconds(3599), token.getExpiresAt().toInstant());
        Received request = only();
        assertEquals("POST", request.method());
        assertEquals("/tenant-1/oauth2/v2.0/token", request.uri());
        assertEquals("application/x-www-form-urlencoded", request.headers().getFirst("Content-Type"));
        assertEquals(
                "client_id=client-1&scope=https%3A%2F%2Fstorage.azure.com%2F.default&client_secret=" + ENCODED_SECRET
                        + "&grant_type=client_credentials",
                request.body());
        assertFalse(request.headers().containsKey("Upgrade"), "asks for no other protocol");
    }

    @Test
    void tokenInAFileIsSentAsAssertionAndReadAgain(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("token"), "aaa.bbb.ccc\n");
        Map<String, String> settings = clientSecret(server);
        settings.remove("AZURE_CLIENT_SECRET");
        settings.put("AZURE_FEDERATED_TOKEN_FILE", file.toString());
        server.token("t1", 3599).token("t2", 3599);
        EntraTokens tokens = tokens(settings, clock);

        assertEquals("t1", get(tokens));
        Files.writeString(file, "ddd.eee.fff\n");
        clock.advance(Duration.ofHours(2));
        assertEquals("t2", get(tokens));

        assertEquals("/tenant-1/oauth2/v2.0/token", server.received().get(0).uri());
        assertEquals(
                "client_id=client-1&scope=https%3A%2F%2Fstorage.azure.com%2F.default"
                        + "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
                        + "&client_assertion=aaa.bbb.ccc&grant_type=client_credentials",
                server.received().get(0).body());
        assertTrue(server.received().get(1).body().contains("client_assertion=ddd.eee.fff&"));
    }

    @Test
    void fileThatIsGoneOrEmptyIsNamed(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("token");
        Map<String, String> settings = clientSecret(server);
        settings.remove("AZURE_CLIENT_SECRET");
        settings.put("AZURE_FEDERATED_TOKEN_FILE", file.toString());
        EntraTokens tokens = tokens(settings, clock);

        TokenException gone = failure(tokens);
        assertEquals(Kind.ACCESS_DENIED, gone.kind());
        assertEquals("AZURE_FEDERATED_TOKEN_FILE " + file + " cannot be read", gone.getMessage());
        Files.writeString(file, "\n");
        assertEquals(
                "AZURE_FEDERATED_TOKEN_FILE " + file + " is empty",
                failure(tokens).getMessage());
        assertEquals(0, server.received().size());
    }

    @Test
    void metadataServiceIsAskedForTheResource() throws Exception {
        server.answer(
                200,
                "{\"access_token\":\"t1\",\"refresh_token\":\"\",\"expires_in\":\"3599\",\"expires_on\":\""
                        + ManualClock.START.plusSeconds(3000).getEpochSecond()
                        + "\",\"resource\":\"https://storage.azure.com\",\"token_type\":\"Bearer\"}");

        AccessToken token = tokens(instance(server), clock).getTokenSync(context());

        assertEquals("t1", token.getToken());
        assertEquals(
                ManualClock.START.plusSeconds(3000),
                token.getExpiresAt().toInstant(),
                "a token that the service kept expires earlier than expires_in says");
        Received request = only();
        assertEquals("GET", request.method());
        assertEquals(
                "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fstorage.azure.com",
                request.uri());
        assertEquals("true", request.headers().getFirst("Metadata"));
    }

    @Test
    void metadataServiceIsToldTheIdentity() throws Exception {
        Map<String, String> settings = instance(server);
        settings.put("AZURE_CLIENT_ID", "client 1");
        server.token("t1", 3599);

        assertEquals("t1", get(tokens(settings, clock)));

        assertTrue(only().uri().endsWith("&client_id=client+1"), only().uri());
    }

    @Test
    void endpointOfAppServiceGetsItsHeader() throws Exception {
        Map<String, String> settings = appService(server);
        settings.put("AZURE_CLIENT_ID", "client-1");
        server.answer(
                200,
                "{\"access_token\":\"t1\",\"expires_on\":\""
                        + ManualClock.START.plusSeconds(4000).getEpochSecond() + "\"}");

        AccessToken token = tokens(settings, clock).getTokenSync(context());

        assertEquals(ManualClock.START.plusSeconds(4000), token.getExpiresAt().toInstant());
        Received request = only();
        assertEquals(
                "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fstorage.azure.com&client_id=client-1",
                request.uri());
        assertEquals("header-5ecret", request.headers().getFirst("X-IDENTITY-HEADER"));
        assertFalse(request.headers().containsKey("Metadata"));
    }

    @Test
    void secretComesBeforeFileAndFileBeforeManagedIdentity(@TempDir Path dir) throws Exception {
        Map<String, String> settings = clientSecret(server);
        settings.putAll(appService(server));
        settings.put(
                "AZURE_FEDERATED_TOKEN_FILE",
                Files.writeString(dir.resolve("token"), "aaa").toString());
        server.token("t1", 3599).token("t2", 3599).token("t3", 3599).token("t4", 3599);

        get(tokens(settings, clock));
        settings.remove("AZURE_CLIENT_SECRET");
        get(tokens(settings, clock));
        settings.remove("AZURE_TENANT_ID");
        get(tokens(settings, clock));
        settings.remove("IDENTITY_HEADER");
        settings.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.url() + "/");
        get(tokens(settings, clock));

        assertTrue(server.received().get(0).body().contains("client_secret="));
        assertTrue(server.received().get(1).body().contains("client_assertion=aaa"));
        assertTrue(server.received().get(2).uri().startsWith("/msi/token?"));
        assertTrue(server.received().get(3).uri().startsWith("/metadata/identity/"));
    }

    @Test
    void reactiveCallAsksWhenSubscribed() throws Exception {
        server.token("t1", 3599);
        var mono = tokens(clientSecret(server), clock).getToken(context());

        assertEquals(0, server.received().size());
        assertEquals("t1", mono.map(AccessToken::getToken).block());
    }

    @Test
    void nothingFoundNamesWhatWasLookedForAtOnce() throws Exception {
        long begin = System.nanoTime();
        TokenException failure = failure(tokens(settings("AZURE_CLIENT_SECRET", "x", "AZURE_CLIENT_ID", "c"), clock));

        assertTrue(Duration.ofNanos(System.nanoTime() - begin).toSeconds() < 12);
        assertEquals(Kind.ACCESS_DENIED, failure.kind());
        assertEquals(
                "no credential for Microsoft Entra: neither AZURE_CLIENT_SECRET nor AZURE_FEDERATED_TOKEN_FILE is set with"
                        + " AZURE_TENANT_ID and AZURE_CLIENT_ID, nor IDENTITY_ENDPOINT with IDENTITY_HEADER"
                        + " (AZURE_CLIENT_SECRET is set, but AZURE_TENANT_ID is not), and the instance metadata service"
                        + " (managed identity) at http://127.0.0.1:1 does not answer",
                failure.getMessage());
        assertTrue(failure.hint().isPresent());
    }

    private Received only() {
        assertEquals(1, server.received().size());
        return server.received().get(0);
    }
}
