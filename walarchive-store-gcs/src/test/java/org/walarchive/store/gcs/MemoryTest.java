package org.walarchive.store.gcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

/** A put of more than there is memory: the tests of this module run with 160 MB of it. */
@Timeout(60)
final class MemoryTest {

    private static final long SIZE = 300L << 20;

    private final CRC32C crc32c = new CRC32C();
    private long received;

    @Test
    void aBlobLargerThanTheHeapIsPut() throws IOException {
        assertTrue(Runtime.getRuntime().maxMemory() < SIZE, "there is so much memory that this tests nothing");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        server.setExecutor(thread);
        server.createContext("/", this::serve);
        server.start();
        try (BlobStore store = GcsStoreProvider.builder()
                .emulator("http://localhost:" + server.getAddress().getPort())
                .build()
                .open(StoreLocation.parse("gs://bucket"), StoreSettings.none())) {
            assertEquals(PutResult.WRITTEN, store.put("k", zeros(), PutMode.OVERWRITE));
            assertEquals(SIZE, received);
        } finally {
            server.stop(0);
            thread.shutdownNow();
        }
    }

    private static BlobSource zeros() {
        return new BlobSource() {
            @Override
            public InputStream open() {
                return new InputStream() {
                    private long left = SIZE;

                    @Override
                    public int read() {
                        return left-- > 0 ? 0 : -1;
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) {
                        int n = (int) Math.min(left, length);
                        left -= n;
                        return n == 0 && length > 0 ? -1 : n;
                    }
                };
            }

            @Override
            public OptionalLong sizeBytes() {
                return OptionalLong.empty();
            }
        };
    }

    private void serve(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders()
                    .set("Location", "http://" + exchange.getRequestHeaders().getFirst("Host") + "/session");
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        byte[] buffer = new byte[1 << 16];
        InputStream in = exchange.getRequestBody();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            crc32c.update(buffer, 0, n);
            received += n;
        }
        if (exchange.getRequestHeaders().getFirst("Content-Range").endsWith("/*")) {
            exchange.getResponseHeaders().set("Range", "bytes=0-" + (received - 1));
            exchange.sendResponseHeaders(308, -1);
        } else {
            byte[] answer =
                    TestContent.stored(received, Checksum.text(crc32c)).body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
        exchange.close();
    }
}
