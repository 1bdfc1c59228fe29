package org.walarchive.store.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.function.Executable;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/**
 * The store through a network that Toxiproxy makes bad: a proxy that knows nothing of HTTP and is not ours. The service is MinIO
 * where its variable is set, else S3Proxy in this JVM.
 */
@Timeout(300)
@EnabledIfEnvironmentVariable(named = ToxiproxyIT.VARIABLE, matches = ".+", disabledReason = S3Server.HOW_TO_START)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class ToxiproxyIT {

    static final String VARIABLE = "WALARCHIVE_TEST_TOXIPROXY";

    /** Where all is swallowed. */
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(1);

    /** Where something is cut. */
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(2);

    /**
     * Where everything works: what the buffers of the proxy and of the system hold has left the store, but takes its time to arrive, and a
     * service may be slow on a machine that is busy.
     */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final int PART = 5 << 20;
    private static final byte[] SMALL = bytes(300_000);
    private static final byte[] LARGE = bytes(4 * PART + 17);
    private static final Set<Kind> BROKEN = Set.of(Kind.UNAVAILABLE, Kind.CORRUPT);

    private static S3Server minio;
    private static ProxyServer s3proxy;

    private String bucket;
    private Toxiproxy network;
    private BlobStore store;
    private BlobStore direct;

    @BeforeAll
    static void start() throws Exception {
        if (System.getenv(S3Server.MINIO) == null) {
            s3proxy = ProxyServer.start();
        } else {
            minio = S3Server.at(S3Server.MINIO);
            minio.beforeAll(null);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (minio == null) {
            s3proxy.stop();
        } else {
            minio.afterAll(null);
        }
    }

    @BeforeEach
    void open() throws Exception {
        int port = minio == null ? s3proxy.port() : minio.port();
        bucket = minio == null ? s3proxy.makeBucket() : minio.makeBucket();
        network = new Toxiproxy(System.getenv(VARIABLE), port);
        store = openAt(network.port(), READ_TIMEOUT);
        direct = openAt(port, PATIENCE);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        direct.close();
        network.close();
    }

    private BlobStore openAt(int port, Duration readTimeout) throws StoreException {
        S3StoreProvider.Builder builder = minio == null ? ProxyServer.provider(port) : minio.provider();
        return S3Server.open(
                builder.endpoint("http+path://127.0.0.1:" + port)
                        .connectTimeout(Duration.ofSeconds(10))
                        .readTimeout(readTimeout)
                        .set(SettingsReader.PART_SIZE, String.valueOf(PART)),
                bucket);
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static BlobSource unknown(byte[] content) {
        return new BlobSource() {
            @Override
            public InputStream open() {
                return new ByteArrayInputStream(content);
            }

            @Override
            public OptionalLong sizeBytes() {
                return OptionalLong.empty();
            }
        };
    }

    private static void assertContent(BlobStore from, String key, byte[] expected) throws IOException {
        try (BlobContent content = from.get(key)) {
            assertArrayEquals(expected, content.stream().readAllBytes());
        }
    }

    private static List<String> keys(BlobStore from) throws StoreException {
        return from.list("", ListDepth.ALL, null).blobs().stream()
                .map(BlobInfo::key)
                .toList();
    }

    private static void assertFails(Set<Kind> kinds, Executable call) {
        StoreException failure = assertThrows(StoreException.class, call);
        assertTrue(kinds.contains(failure.kind()), failure::toString);
    }

    /** All calls fail in time, and what was there stays as it was. */
    private void assertAllFail(Duration atLeast, Duration atMost) throws IOException {
        direct.put("there", BlobSource.of(SMALL), PutMode.OVERWRITE);
        List<Executable> calls = List.of(
                () -> store.put("there", BlobSource.of(LARGE), PutMode.OVERWRITE),
                () -> store.put("new", BlobSource.of(SMALL), PutMode.IF_ABSENT),
                () -> store.put("new", unknown(LARGE), PutMode.IF_ABSENT),
                () -> assertContent(store, "there", SMALL),
                () -> store.list("", ListDepth.ALL, null),
                () -> store.delete(List.of("new")),
                () -> store.delete(List.of("new", "newer")));
        for (Executable call : calls) {
            long start = System.nanoTime();
            assertFails(Set.of(Kind.UNAVAILABLE), call);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(took.compareTo(atLeast) >= 0 && took.compareTo(atMost) <= 0, () -> "took " + took);
        }
        assertContent(direct, "there", SMALL);
        assertEquals(List.of("there"), keys(direct));
    }

    private void assertWorks() throws IOException {
        assertEquals(PutResult.WRITTEN, store.put("works/small", BlobSource.of(SMALL), PutMode.IF_ABSENT));
        assertEquals(PutResult.WRITTEN, store.put("works/large", unknown(LARGE), PutMode.IF_ABSENT));
        assertContent(store, "works/small", SMALL);
        assertContent(store, "works/large", LARGE);
        assertEquals(
                List.of("works/large", "works/small"),
                store.list("works/", ListDepth.ALL, null).blobs().stream()
                        .map(BlobInfo::key)
                        .toList());
        store.delete(List.of("works/small", "works/large"));
        assertEquals(List.of(), store.list("works/", ListDepth.ALL, null).blobs());
    }

    @Test
    @DisplayName("latency, slicer, bandwidth: everything works, only slower")
    void slow() throws Exception {
        store.close();
        store = openAt(network.port(), PATIENCE);
        network.poison("latency", "downstream", "\"latency\": 150, \"jitter\": 50");
        assertWorks();
        network.cure("latency", "downstream");
        for (String stream : List.of("upstream", "downstream")) {
            network.poison("slicer", stream, "\"average_size\": 20000, \"size_variation\": 9000, \"delay\": 100");
        }
        assertWorks();
        for (String stream : List.of("upstream", "downstream")) {
            network.cure("slicer", stream);
            network.poison("bandwidth", stream, "\"rate\": 8000");
        }
        long start = System.nanoTime();
        assertWorks();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        // Four parts are sent at once at the most, each at this rate; what is read comes through one connection.
        assertTrue(took.compareTo(Duration.ofSeconds(LARGE.length / 8_000_000)) > 0, () -> "took only " + took);
    }

    @Test
    @DisplayName("timeout: a network that swallows all, in either direction, is UNAVAILABLE when the time-out is over")
    void stalled() throws Exception {
        for (String stream : List.of("upstream", "downstream")) {
            store.close();
            store = openAt(network.port(), STALL_TIMEOUT);
            network.poison("timeout", stream, "\"timeout\": 0");
            assertAllFail(Duration.ofMillis(900), Duration.ofSeconds(15));
            network.cure("timeout", stream);
            store.close();
            store = openAt(network.port(), PATIENCE);
            direct.delete(List.of("there"));
            assertWorks();
        }
    }

    @Test
    @DisplayName(
            "reset_peer: a connection that is reset, in either direction, is UNAVAILABLE, and later everything works")
    void reset() throws Exception {
        for (String stream : List.of("upstream", "downstream")) {
            network.poison("reset_peer", stream, "\"timeout\": 0");
            if (stream.equals("upstream")) {
                assertAllFail(Duration.ZERO, Duration.ofSeconds(15));
            } else {
                // What is sent may arrive: only the replies are lost.
                direct.put("there", BlobSource.of(SMALL), PutMode.OVERWRITE);
                assertFails(Set.of(Kind.UNAVAILABLE), () -> assertContent(store, "there", SMALL));
                assertFails(Set.of(Kind.UNAVAILABLE), () -> keys(store));
                assertFails(Set.of(Kind.UNAVAILABLE), () -> store.put("k", BlobSource.of(SMALL), PutMode.IF_ABSENT));
                assertFails(Set.of(Kind.UNAVAILABLE), () -> store.delete(List.of("there")));
            }
            network.cure("reset_peer", stream);
            direct.delete(List.of("there", "k"));
            assertWorks();
        }
    }

    @Test
    @DisplayName("limit_data upstream: a put that is cut leaves nothing or the old content, and a repeat works")
    void putLimited() throws Exception {
        direct.put("old", BlobSource.of(SMALL), PutMode.OVERWRITE);
        for (int limit : new int[] {100, 100_000, 2 * PART}) {
            network.poison("limit_data", "upstream", "\"bytes\": " + limit);
            if (limit < SMALL.length) {
                assertFails(BROKEN, () -> store.put("new", BlobSource.of(SMALL), PutMode.IF_ABSENT));
            }
            assertFails(BROKEN, () -> store.put("old", BlobSource.of(LARGE), PutMode.OVERWRITE));
            assertEquals(List.of("old"), keys(direct));
            assertContent(direct, "old", SMALL);
            network.cure("limit_data", "upstream");
            assertWorks();
        }
    }

    @Test
    @DisplayName("limit_data downstream: what is read is a beginning of the blob and then a failure, never a clean end")
    void getLimited() throws Exception {
        direct.put("cut", unknown(LARGE), PutMode.OVERWRITE);
        for (int limit : new int[] {10, 300, 50_000, PART, LARGE.length}) {
            network.poison("limit_data", "downstream", "\"bytes\": " + limit);
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            assertFails(BROKEN, () -> {
                try (BlobContent content = store.get("cut")) {
                    content.stream().transferTo(got);
                }
            });
            assertArrayEquals(Arrays.copyOf(LARGE, got.size()), got.toByteArray());
            if (limit < 1000) {
                assertFails(BROKEN, () -> keys(store));
            }
            network.cure("limit_data", "downstream");
            assertContent(store, "cut", LARGE);
        }
    }

    @Test
    @DisplayName(
            "proxy disabled: refused connections are UNAVAILABLE at once, and the store works when it is enabled again")
    void disabled() throws Exception {
        assertWorks();
        network.disable();
        assertAllFail(Duration.ZERO, Duration.ofSeconds(15));
        network.enable();
        direct.delete(List.of("there"));
        assertWorks();
    }
}
