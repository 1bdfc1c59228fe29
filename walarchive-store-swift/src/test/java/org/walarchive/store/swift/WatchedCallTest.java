package org.walarchive.store.swift;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.store.support.CertificateFile;
import org.walarchive.store.support.RequestWatch;

/** Over TLS, where a socket that was closed below it may look open. */
final class WatchedCallTest {

    private static final byte[] BODY = {'w', 'a', 'l'};

    /** A connection that is used again although it was closed keeps silent for ever. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final RequestWatch watch = new RequestWatch("watch");
    private TlsServer server;
    private OkHttpClient client;

    @BeforeEach
    void start(@TempDir Path dir) throws Exception {
        server = TlsServer.in(dir);
        server.start(exchange -> {
            exchange.sendResponseHeaders(200, BODY.length);
            exchange.getResponseBody().write(BODY);
            exchange.close();
        });
        CertificateFile trusted = CertificateFile.read("the test", server.certificate());
        client = new OkHttpClient.Builder()
                .connectTimeout(PATIENCE)
                .readTimeout(PATIENCE)
                .sslSocketFactory(trusted.sslContext().getSocketFactory(), trusted.x509TrustManager())
                .addNetworkInterceptor(chain -> {
                    WatchedCall.connected(chain);
                    return chain.proceed(chain.request());
                })
                .build();
    }

    @AfterEach
    void stop() {
        client.connectionPool().evictAll();
        watch.close();
        server.close();
    }

    @Test
    void theConnectionOfACancelledCallIsNotUsedAgainAlthoughItsAnswerCameWhole() throws Exception {
        WatchedCall cancelled = call();
        Response response = cancelled.execute();
        cancelled.abort();
        response.close();
        assertEquals(0, client.connectionPool().idleConnectionCount());
        Assertions.assertTimeoutPreemptively(PATIENCE.multipliedBy(2), this::requireAnswer);
    }

    @Test
    void aShortAnswerThatNobodyReadsLeavesItsConnectionForTheNextCall() throws Exception {
        for (int i = 0; i < 3; i++) {
            WatchedCall call = call();
            call.body(call.execute()).close();
            assertEquals(1, client.connectionPool().connectionCount());
        }
        requireAnswer();
    }

    private WatchedCall call() {
        return new WatchedCall(
                watch, client, new Request.Builder().url(server.address()).build());
    }

    private void requireAnswer() throws Exception {
        WatchedCall call = call();
        try (Response response = call.execute()) {
            assertArrayEquals(BODY, call.body(response).readAllBytes());
        }
    }
}
