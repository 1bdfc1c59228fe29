package org.walarchive.store.swift;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** Large blobs on Swift: what is in the container beside them, and how much memory they take. */
@EnabledIfEnvironmentVariable(named = SwiftServer.V1_URL, matches = ".+", disabledReason = SwiftServer.WHERE)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class SwiftSegmentsIT {

    private static final byte[] SMALL = {1, 2, 3};
    private static final int SEGMENTS = 4;

    private final byte[] large = new byte[SEGMENTS * 1_000_000];
    private SwiftServer server;
    private String container;
    private BlobStore store;

    @BeforeEach
    void open() throws IOException {
        new Random(4711).nextBytes(large);
        server = SwiftServer.v1();
        container = server.makeContainer();
        store = SwiftServer.open(server.provider().segmentSizeBytes(1 << 20), container);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static BlobSource source(InputStream in) {
        return new BlobSource() {
            @Override
            public InputStream open() {
                return in;
            }

            @Override
            public OptionalLong sizeBytes() {
                return OptionalLong.empty();
            }
        };
    }

    private List<String> segments() throws IOException {
        return server.names(container).stream()
                .filter(name -> !name.startsWith("/"))
                .toList();
    }

    /** A put that fails waits for the end of its segments, but not for ever. */
    private void assertNothingIsLeft() throws IOException {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!server.names(container).isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(100_000_000);
        }
        assertEquals(List.of(), server.names(container));
    }

    private List<String> keys() throws IOException {
        return store.list("", ListDepth.ALL, null).blobs().stream()
                .map(BlobInfo::key)
                .toList();
    }

    @Test
    void aLargeBlobComesAndGoesWithItsSegments() throws IOException {
        assertEquals(PutResult.WRITTEN, store.put("a/b", BlobSource.of(large), PutMode.OVERWRITE));
        assertEquals(PutResult.WRITTEN, store.put("a/b/c", BlobSource.of(large), PutMode.IF_ABSENT));
        assertEquals(PutResult.ALREADY_PRESENT, store.put("a/b", BlobSource.of(large), PutMode.IF_ABSENT));
        assertEquals(2 * SEGMENTS, segments().size());
        assertTrue(segments().get(0).startsWith("walarchive-segments/some/dir/a/b//"), segments()::toString);
        assertEquals(List.of("a/b", "a/b/c"), keys());
        assertEquals(
                large.length,
                store.list("a/b", ListDepth.ALL, null).blobs().get(0).sizeBytes());
        store.delete(List.of("a/b"));
        assertEquals(SEGMENTS, segments().size());
        try (BlobContent content = store.get("a/b/c")) {
            assertArrayEquals(large, content.stream().readAllBytes());
        }
        store.delete(List.of("a/b", "a/b/c", "a"));
        assertEquals(List.of(), server.names(container));
    }

    @Test
    void aBlobThatIsReplacedTakesItsSegmentsWithIt() throws IOException {
        for (int round = 0; round < 2; round++) {
            store.put("k", BlobSource.of(large), PutMode.OVERWRITE);
            assertEquals(SEGMENTS, segments().size());
        }
        store.put("k", BlobSource.of(SMALL), PutMode.OVERWRITE);
        assertEquals(List.of("/some/dir/k"), server.names(container));
    }

    @Test
    void aPutThatFailsLeavesNoSegments() throws IOException {
        IOException failure = new IOException("the source fails");
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }
        };
        BlobSource source = source(new SequenceInputStream(new ByteArrayInputStream(large), failing));
        assertSame(failure, assertThrows(IOException.class, () -> store.put("k", source, PutMode.OVERWRITE)));
        assertNothingIsLeft();
    }

    @Test
    void aQuotaIsNoSpace() throws IOException {
        try (Reply reply = server.send(server.request(container, "")
                .header("X-Container-Meta-Quota-Bytes", "100")
                .post(RequestBody.create(null, new byte[0])))) {
            assertTrue(reply.isSuccess());
        }
        StoreException small = assertThrows(
                StoreException.class, () -> store.put("k", BlobSource.of(new byte[200]), PutMode.OVERWRITE));
        assertEquals(Kind.NO_SPACE, small.kind(), small::toString);
        StoreException segments =
                assertThrows(StoreException.class, () -> store.put("k", BlobSource.of(large), PutMode.OVERWRITE));
        assertEquals(Kind.NO_SPACE, segments.kind(), segments::toString);
        assertNothingIsLeft();
    }

    @Test
    void aBlobMayBeLargerThanTheHeap() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Large.class.getName(),
                container));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
    }

    /** Puts and reads 200 MB, with segments of the default size. */
    static final class Large {

        private static final long BYTES = 200_000_000;

        private Large() {}

        public static void main(String[] arguments) throws IOException {
            SwiftStoreProvider.Builder provider = SwiftServer.v1().provider();
            try (BlobStore store = SwiftServer.open(provider, arguments[0])) {
                store.put("k", source(new Noise()), PutMode.IF_ABSENT);
                try (BlobContent content = store.get("k")) {
                    InputStream expected = new Noise();
                    byte[] buffer = new byte[1 << 16];
                    int n;
                    while ((n = content.stream().read(buffer)) > 0) {
                        byte[] same = expected.readNBytes(n);
                        if (!Arrays.equals(same, 0, same.length, buffer, 0, n)) {
                            throw new IOException("another content came back");
                        }
                    }
                    if (expected.read() >= 0) {
                        throw new IOException("less came back");
                    }
                }
            }
        }

        /** Bytes that are not equal. */
        private static final class Noise extends InputStream {

            private long position;

            @Override
            public int read() {
                return position == BYTES ? -1 : (int) ((position++ * 31) >> 7) & 0xff;
            }
        }
    }
}
