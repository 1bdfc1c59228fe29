package org.walarchive.store.swift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.store.swift.ScriptedSwift.swift;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

final class SwiftStoreProviderTest {

    private static final StoreSettings SETTINGS = StoreSettings.of(Map.of(
            "SWIFT_AUTHURL", "http://keystone.invalid/v2.0",
            "SWIFT_USER", "archiver",
            "SWIFT_PASSWORD", "sesame-password",
            "SWIFT_TENANT", "backups"));

    @Test
    void theServiceLoaderFindsIt() {
        List<BlobStoreProvider> found = new ArrayList<>();
        ServiceLoader.load(BlobStoreProvider.class).forEach(found::add);
        assertEquals(
                1, found.stream().filter(SwiftStoreProvider.class::isInstance).count());
        assertEquals(Set.of("swift"), new SwiftStoreProvider().schemes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"s3://bucket/x", "swift:///some/dir", "swift://container/a/../b", "swift://container/a/./b"})
    void aLocationThatIsNoneIsRefused(String location) {
        StoreException failure = assertThrows(
                StoreException.class, () -> new SwiftStoreProvider().open(StoreLocation.parse(location), SETTINGS));
        assertEquals(Kind.INVALID, failure.kind());
        assertTrue(failure.getMessage().contains(location), failure::getMessage);
    }

    @Test
    void aPathLeavesRoomForTheLongestKey() throws StoreException {
        StoreLocation longest = StoreLocation.parse("swift://container/" + "p".repeat(122));
        new SwiftStoreProvider().open(longest, SETTINGS).close();
        StoreLocation longer = StoreLocation.parse("swift://container/" + "p".repeat(123));
        assertThrows(StoreException.class, () -> new SwiftStoreProvider().open(longer, SETTINGS));
    }

    @Test
    void whatTheBuilderSetsWins() throws IOException {
        try (ScriptedSwift service = new ScriptedSwift()) {
            StoreSettings others = StoreSettings.of(Map.of(
                    "SWIFT_AUTHURL", "http://nowhere.invalid/", "SWIFT_USER_ID", "other", "SWIFT_PASSWORD", "other"));
            try (BlobStore store = service.provider().build().open(StoreLocation.parse("swift://container"), others)) {
                assertEquals(List.of(), store.list("", ListDepth.ALL, null).blobs());
            }
            assertEquals(1, service.count("GET", "prefix=/&") + service.count("GET", "prefix=/"));
        }
    }

    @Test
    void whatIsWrongIsSaidSoonAndWithoutSecrets() throws IOException {
        try (ScriptedSwift service = new ScriptedSwift()) {
            String quoting = "you sent token-1 and token-2 and " + ScriptedSwift.PASSWORD;
            service.when("GET", "/container", swift(403, Map.of(), quoting));
            service.when("PUT", "", swift(500, Map.of(), quoting));
            List<SwiftStoreProvider.Builder> providers = List.of(
                    service.provider(),
                    service.provider().authUrl("http://127.0.0.1:1/auth/v1.0"),
                    service.provider().authUrl("http://no-such-host.invalid/auth/v1.0"),
                    service.provider()
                            .authUrl("https://" + service.address() + "/auth/v1.0")
                            .readTimeout(Duration.ofSeconds(2)),
                    service.provider().authUrl("http://" + service.address() + "/elsewhere"));
            for (SwiftStoreProvider.Builder provider : providers) {
                try (BlobStore store = service.open(provider)) {
                    assertTimeout(Duration.ofSeconds(25), () -> {
                        assertNoSecret(assertThrows(StoreException.class, () -> store.get("k")));
                        assertNoSecret(assertThrows(
                                StoreException.class,
                                () -> store.put("k", BlobSource.of(new byte[1]), PutMode.IF_ABSENT)));
                    });
                }
                assertNoSecret(provider.build().toString());
            }
        }
    }

    private static void assertNoSecret(StoreException failure) {
        StringBuilder text = new StringBuilder(failure.hint().orElse(""));
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            text.append(cause);
            assertTrue(
                    cause instanceof StoreException
                            || cause.getClass().getName().startsWith("java"),
                    () -> "a vendor's exception: " + failure.getCause());
        }
        // The answer may hold the token of another session; the one that was sent with the request is taken out.
        assertNoSecret(text.toString().replace("token-2", ""));
    }

    private static void assertNoSecret(String text) {
        assertFalse(text.contains("token-1"), text);
    }

    @Test
    void aCertificateOfOnesOwnIsTrustedWhenItIsNamed(@TempDir Path dir) throws Exception {
        TlsServer server = TlsServer.in(dir);
        String address = server.address();
        server.start(exchange -> {
            exchange.getResponseHeaders().add("X-Trans-Id", "tx");
            exchange.getResponseHeaders().add("X-Auth-Token", "token");
            exchange.getResponseHeaders().add("X-Storage-Url", address + "/v1/account");
            byte[] body = "[]".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        try (server) {
            SwiftStoreProvider.Builder provider = SwiftStoreProvider.builder()
                    .authUrl(address + "/auth/v1.0")
                    .authVersion("1")
                    .user("u")
                    .password("p");
            try (BlobStore distrusting = open(provider)) {
                StoreException failure =
                        assertThrows(StoreException.class, () -> distrusting.list("", ListDepth.ALL, null));
                assertEquals(Kind.INVALID, failure.kind(), failure::toString);
                assertTrue(failure.hint().orElse("").contains("WALARCHIVE_SWIFT_CA_FILE"), failure::toString);
            }
            try (BlobStore trusting = open(provider.caFile(server.certificate()))) {
                assertEquals(List.of(), trusting.list("", ListDepth.ALL, null).blobs());
            }
        }
        for (Path wrong : List.of(dir.resolve("absent.pem"), Files.writeString(dir.resolve("empty.pem"), ""))) {
            StoreException failure = assertThrows(
                    StoreException.class,
                    () -> open(SwiftStoreProvider.builder().caFile(wrong)));
            assertTrue(failure.getMessage().startsWith("WALARCHIVE_SWIFT_CA_FILE "), failure::getMessage);
        }
    }

    private static BlobStore open(SwiftStoreProvider.Builder provider) throws StoreException {
        return provider.build().open(StoreLocation.parse("swift://container/x"), SETTINGS);
    }
}
