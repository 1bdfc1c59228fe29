package org.walarchive.store.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.azure.ScriptedService.Reply;

/** Stores whose credential is an identity of Microsoft Entra, from the settings to the header of a request. */
@Timeout(60)
final class IdentityTest {

    private static final String KEY = "c2VzYW1l";

    private final List<AutoCloseable> opened = new ArrayList<>();
    private ScriptedService service;
    private TokenServer issuer;

    @BeforeEach
    void start() throws IOException {
        service = opened(new ScriptedService(request -> Reply.done(202)));
        issuer = opened(new TokenServer());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.add(resource);
        return resource;
    }

    private BlobStore open(AzureStoreProvider provider, Map<String, String> environment) throws StoreException {
        Map<String, String> settings = new HashMap<>(environment);
        settings.put("WALARCHIVE_AZURE_ENDPOINT", service.address() + "/account");
        return opened(provider.open(StoreLocation.parse("wabs://container"), StoreSettings.of(settings)));
    }

    private BlobStore open(Map<String, String> environment) throws StoreException {
        return open(new AzureStoreProvider(), environment);
    }

    private void assertTokenIsSent(BlobStore store) throws StoreException {
        issuer.token("issued-token", 3600);
        store.delete(List.of("k"));
        assertEquals("Bearer issued-token", service.last().header("authorization"));
    }

    @Test
    void aTokenServesManyRequests() throws IOException {
        BlobStore store = open(EntraFixture.clientSecret(issuer));
        assertTokenIsSent(store);
        store.delete(List.of("a", "b", "c"));
        assertEquals(4, service.requests().size());
        assertEquals(1, issuer.received().size());
        assertTrue(issuer.received().get(0).body().contains("scope=https%3A%2F%2Fstorage.azure.com%2F.default"));
    }

    @Test
    void aKeyOrASignatureWinsOverAnIdentity() throws IOException {
        Map<String, String> environment = EntraFixture.clientSecret(issuer);
        environment.put("WABS_SAS_TOKEN", "sig=x");
        open(environment).delete(List.of("k"));
        assertEquals("x", service.last().parameter("sig").orElseThrow());
        assertEquals(List.of(), issuer.received());
    }

    @Test
    void eachWayCanBeBuiltAndTheEnvironmentsCredentialIsNotTaken(@TempDir Path directory) throws IOException {
        Map<String, String> environment = EntraFixture.instance(issuer);
        environment.put("WABS_ACCOUNT_NAME", "account");
        environment.put("WABS_ACCESS_KEY", KEY);
        environment.put("AZURE_CLIENT_ID", "theirs");
        environment.put("AZURE_AUTHORITY_HOST", issuer.url());
        assertTokenIsSent(open(AzureStoreProvider.builder().managedIdentity().build(), environment));
        assertFalse(issuer.received().get(0).uri().contains("client_id"));
        assertTokenIsSent(
                open(AzureStoreProvider.builder().managedIdentity("mine").build(), environment));
        assertTrue(issuer.received().get(1).uri().contains("client_id=mine"));
        assertTokenIsSent(open(
                AzureStoreProvider.builder()
                        .clientSecret("tenant-2", "mine", "shh")
                        .build(),
                environment));
        assertTrue(issuer.received().get(2).body().contains("client_secret=shh"));
        Path file = Files.writeString(directory.resolve("token"), "of-the-cluster");
        assertTokenIsSent(open(
                AzureStoreProvider.builder()
                        .workloadIdentity("tenant-2", "mine", file)
                        .build(),
                environment));
        assertTrue(issuer.received().get(3).body().contains("client_assertion=of-the-cluster"));
    }

    @Test
    void anIdentityThatIsRefusedFailsEachCallWithAHint() throws IOException {
        BlobStore store = open(EntraFixture.clientSecret(issuer));
        List<Executable> calls = List.of(
                () -> store.put("some/key", BlobSource.of(new byte[9]), PutMode.IF_ABSENT),
                () -> store.get("some/key"),
                () -> store.list("some/key", ListDepth.ALL, null),
                () -> store.delete(List.of("some/key")));
        for (Executable call : calls) {
            issuer.answer(
                    401, "{\"error\":\"invalid_client\",\"error_description\":\"for " + EntraFixture.SECRET + "\"}");
            StoreException failure = assertThrows(StoreException.class, call);
            assertEquals(Kind.ACCESS_DENIED, failure.kind(), failure::toString);
            assertTrue(failure.getMessage().contains("some/key"), failure::getMessage);
            assertTrue(failure.hint().orElse("").contains("AZURE_CLIENT_SECRET"), failure::toString);
            StringWriter all = new StringWriter();
            failure.printStackTrace(new PrintWriter(all));
            assertFalse(all.toString().contains(EntraFixture.SECRET), all::toString);
        }
        assertEquals(List.of(), service.requests());
    }

    @Test
    void anIssuerThatFailsForAWhileIsUnavailable() throws IOException {
        BlobStore store = open(EntraFixture.clientSecret(issuer));
        issuer.answer(503, "{\"error\":\"temporarily_unavailable\"}");
        assertEquals(
                Kind.UNAVAILABLE,
                assertThrows(StoreException.class, () -> store.get("k")).kind());
        assertTokenIsSent(store);
    }

    @Test
    void aTokenThatTheServiceDoesNotTakeIsDeniedAndNotShown() throws IOException {
        BlobStore store = open(EntraFixture.clientSecret(issuer));
        issuer.token("issued-token", 3600);
        service.say(request -> Reply.error(
                401,
                "InvalidAuthenticationInfo",
                "Server failed to authenticate the request.\nLifetime validation failed. The token issued-token is"
                        + " expired."));
        StoreException failure = assertThrows(StoreException.class, () -> store.get("k"));
        assertEquals(Kind.ACCESS_DENIED, failure.kind(), failure::toString);
        assertTrue(failure.hint().orElse("").contains("token of Microsoft Entra expired"), failure::toString);
        assertFalse(failure.getMessage().contains("issued-token"), failure::getMessage);
    }
}
