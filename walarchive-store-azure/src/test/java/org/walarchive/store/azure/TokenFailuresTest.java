package org.walarchive.store.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.store.azure.EntraFixture.ENCODED_SECRET;
import static org.walarchive.store.azure.EntraFixture.NOWHERE;
import static org.walarchive.store.azure.EntraFixture.SECRET;
import static org.walarchive.store.azure.EntraFixture.appService;
import static org.walarchive.store.azure.EntraFixture.clientSecret;
import static org.walarchive.store.azure.EntraFixture.failure;
import static org.walarchive.store.azure.EntraFixture.get;
import static org.walarchive.store.azure.EntraFixture.instance;
import static org.walarchive.store.azure.EntraFixture.settings;
import static org.walarchive.store.azure.EntraFixture.tokens;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** What is said when there is no token. */
@Timeout(120)
class TokenFailuresTest {

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
    void refusalShowsCodeAndDescriptionOnOneLine() throws Exception {
        server.answer(
                401,
                "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret provided.\\r\\nTrace"
                        + " ID: 255d\",\"error_codes\":[7000215]}");

        StoreException failure =
                failure(tokens(clientSecret(server), clock)).toStoreException("cannot get k in azure://c");

        assertEquals(Kind.ACCESS_DENIED, failure.kind());
        assertEquals(
                "cannot get k in azure://c: no token from Microsoft Entra (client secret) at " + server.url()
                        + ": 401 invalid_client: AADSTS7000215: Invalid client secret provided. Trace ID: 255d",
                failure.getMessage());
        assertTrue(failure.hint().orElse("").contains("AZURE_CLIENT_SECRET"));
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_client, ACCESS_DENIED, AZURE_CLIENT_SECRET",
        "400, unauthorized_client, ACCESS_DENIED, AZURE_CLIENT_ID",
        "403, other, ACCESS_DENIED, AZURE_CLIENT_SECRET",
        "400, invalid_request, INVALID, AZURE_TENANT_ID",
        "400, invalid_scope, INVALID, AZURE_AUTHORITY_HOST",
        "400, temporarily_unavailable, UNAVAILABLE, ''",
        "404, '', UNAVAILABLE, AZURE_AUTHORITY_HOST",
        "302, '', UNAVAILABLE, AZURE_AUTHORITY_HOST",
        "408, '', UNAVAILABLE, AZURE_AUTHORITY_HOST",
        "429, '', UNAVAILABLE, ''",
        "500, server_error, UNAVAILABLE, ''",
        "503, '', UNAVAILABLE, ''",
    })
    void answersOfEntraHaveKinds(int status, String error, Kind kind, String hinted) throws Exception {
        server.answer(status, error.isEmpty() ? "<html>x</html>" : "{\"error\":\"" + error + "\"}");

        check(failure(tokens(clientSecret(server), clock)), kind, hinted);
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_request, ACCESS_DENIED, Storage Blob Data Contributor",
        "404, '', UNAVAILABLE, machine of Azure",
        "410, '', UNAVAILABLE, ''",
        "429, '', UNAVAILABLE, ''",
        "500, unknown, UNAVAILABLE, ''",
    })
    void answersOfTheMetadataServiceHaveKinds(int status, String error, Kind kind, String hinted) throws Exception {
        server.answer(
                status,
                error.isEmpty() ? "" : "{\"error\":\"" + error + "\",\"error_description\":\"Identity not found\"}");

        check(failure(tokens(instance(server), clock)), kind, hinted);
    }

    @Test
    void appServiceWithoutIdentityIsDenied() throws Exception {
        server.answer(400, "{\"statusCode\":400,\"message\":\"No User Assigned Identity found.\"}");

        TokenException failure = failure(tokens(appService(server), clock));

        check(failure, Kind.ACCESS_DENIED, "managed identity");
        assertTrue(failure.getMessage().endsWith("400: No User Assigned Identity found."), failure.getMessage());
    }

    @Test
    void serviceSaysWhenToComeBack() throws Exception {
        server.answer(429, "", Map.of("Retry-After", "17"));

        TokenException failure = failure(tokens(instance(server), clock));

        assertEquals(Optional.of(Duration.ofSeconds(17)), failure.retryAfter());
        assertEquals(
                Optional.of(Duration.ofSeconds(17)),
                failure.toStoreException("x").retryAfter());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{}", "<html>login</html>", "[]", "''", "{\"access_token\":\"a b\"}", "{\"access_token\":[1]}"})
    void answerWithoutTokenIsNone(String body) throws Exception {
        server.answer(200, body);

        TokenException failure = failure(tokens(clientSecret(server), clock));

        check(failure, Kind.UNAVAILABLE, "proxy");
        assertTrue(failure.getMessage().endsWith("the answer holds none"));
    }

    @Test
    void noTextShowsASecret() throws Exception {
        server.answer(401, echo(SECRET + " as " + ENCODED_SECRET)).answer(401, echo("header-5ecret"));

        String texts = text(failure(tokens(clientSecret(server), clock)))
                + text(failure(tokens(appService(server), clock)))
                + tokens(clientSecret(server), clock)
                + ApplicationFlow.withSecret(URI.create(server.url()), "t", "c", SECRET)
                + ApplicationFlow.withSecret(URI.create(server.url()), "t", "c", SECRET)
                        .request("s");

        assertTrue(texts.contains("you sent *** as ***"), texts);
        assertFalse(texts.contains("s3cr"), texts);
        assertFalse(texts.contains("5ecret"), texts);
    }

    @Test
    void noTextShowsAToken() throws Exception {
        server.answer(200, "{\"access_token\":\"t0ken\" and more").answer(503, "{\"access_token\":\"t0ken\"}");

        String texts = text(failure(tokens(clientSecret(server), clock)))
                + text(failure(tokens(clientSecret(server), clock)))
                + new IssuedToken("t0ken", clock.instant(), clock.instant());

        assertFalse(texts.contains("t0ken"), texts);
    }

    private static String echo(String what) {
        return "{\"error\":\"invalid_client\",\"error_description\":\"you sent " + what + "\"}";
    }

    @Test
    void longDescriptionIsCut() throws Exception {
        server.answer(400, "{\"error\":\"invalid_scope\",\"error_description\":\"" + "x".repeat(5000) + "\"}");

        assertTrue(failure(tokens(clientSecret(server), clock)).getMessage().length() < 500);
    }

    @Test
    void redirectIsNotFollowed() throws Exception {
        server.answer(307, "", Map.of("Location", server.url() + "/elsewhere")).token("t1", 3600);

        assertEquals(
                Kind.UNAVAILABLE, failure(tokens(clientSecret(server), clock)).kind());
        assertEquals(1, server.received().size());
    }

    @Test
    void nobodyListening() throws Exception {
        Map<String, String> settings = clientSecret(server);
        settings.put("AZURE_AUTHORITY_HOST", NOWHERE);

        check(failure(tokens(settings, clock)), Kind.UNAVAILABLE, "AZURE_AUTHORITY_HOST");
    }

    @Test
    void hostWithoutAddress() throws Exception {
        Map<String, String> settings = clientSecret(server);
        settings.put("AZURE_AUTHORITY_HOST", "https://no-such-host.invalid");

        TokenException failure = failure(tokens(settings, clock));

        check(failure, Kind.UNAVAILABLE, "DNS");
        assertTrue(failure.getMessage().contains("cannot be resolved"), failure.getMessage());
    }

    @Test
    void plainServerWhereTlsIsExpected() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Thread thread = new Thread(() -> answerPlainly(plain));
            thread.start();
            Map<String, String> settings = clientSecret(server);
            settings.put("AZURE_AUTHORITY_HOST", "https://127.0.0.1:" + plain.getLocalPort());

            check(failure(tokens(settings, clock)), Kind.UNAVAILABLE, "TLS");
            thread.join();
        }
    }

    private static void answerPlainly(ServerSocket plain) {
        try (Socket socket = plain.accept()) {
            socket.getInputStream().read();
            socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            // The client has gone, as it may.
        }
    }

    @Test
    void answerThatDoesNotComeOrEndIsGivenUp() throws Exception {
        server.token("t1", 3600).stall().stallInBody();
        // What is loaded for the first request is not to be waited for below.
        get(tokens(clientSecret(server), clock));
        EntraTokens tokens = tokens(clientSecret(server), clock, Duration.ofSeconds(1));

        for (int i = 0; i < 2; i++) {
            TokenException failure = failure(tokens);
            assertEquals(Kind.UNAVAILABLE, failure.kind());
            assertTrue(failure.getMessage().endsWith("no answer within 1000 ms"), failure.getMessage());
        }
        assertEquals(3, server.received().size());
    }

    @Test
    void metadataServiceThatCannotBeReachedIsGivenUpSoon() throws Exception {
        // A queue of connections that is full takes no more: who connects hears nothing.
        try (ServerSocket full = new ServerSocket()) {
            full.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 1);
            List<Socket> queue = new ArrayList<>();
            try {
                fill(full, queue);
                Map<String, String> settings =
                        settings("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:" + full.getLocalPort());
                long soon = Duration.ofSeconds(5).toNanos();
                long shortest = Long.MAX_VALUE;
                // A machine that is busy may take longer, but not each time.
                for (int i = 0; i < 5 && shortest >= soon; i++) {
                    long begin = System.nanoTime();
                    TokenException failure = failure(tokens(settings, clock));
                    shortest = Math.min(shortest, System.nanoTime() - begin);
                    assertEquals(Kind.ACCESS_DENIED, failure.kind());
                    assertTrue(failure.getMessage().startsWith("no credential for Microsoft Entra"));
                }
                assertTrue(shortest < soon, "took " + shortest + " ns");
            } finally {
                for (Socket socket : queue) {
                    socket.close();
                }
            }
        }
    }

    private static void fill(ServerSocket full, List<Socket> queue) throws IOException {
        for (int i = 0; i < 20; i++) {
            Socket socket = new Socket();
            queue.add(socket);
            try {
                socket.connect(full.getLocalSocketAddress(), 200);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
        throw new IOException("queue of connections does not fill up");
    }

    @Test
    void metadataServiceThatHasAnsweredOnceIsOnlyAway() throws Exception {
        server.token("t1", 3600);
        EntraTokens tokens = tokens(instance(server), clock);
        get(tokens);
        server.close();
        clock.advance(Duration.ofHours(2));

        assertEquals(Kind.UNAVAILABLE, failure(tokens).kind());
    }

    private static void check(TokenException failure, Kind kind, String hinted) {
        assertEquals(kind, failure.kind(), failure.getMessage());
        assertEquals(hinted.isEmpty(), failure.hint().isEmpty(), failure.hint().toString());
        assertTrue(failure.hint().orElse("").contains(hinted), failure.hint().toString());
    }

    /** Returns all that a log may show of a failure. */
    private static String text(TokenException failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text + failure.hint().orElse("");
    }
}
