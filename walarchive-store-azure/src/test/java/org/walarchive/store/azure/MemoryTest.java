package org.walarchive.store.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

/** A blob of more than there is memory: the tests of this module run with 160 MB of it. */
@Timeout(240)
final class MemoryTest {

    private static final long SIZE = 300L << 20;

    private final AtomicLong received = new AtomicLong();

    @Test
    void aBlobLargerThanTheHeapIsPutAndRead() throws IOException {
        assertTrue(Runtime.getRuntime().maxMemory() < SIZE, "there is so much memory that this tests nothing");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        ExecutorService threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
        try (BlobStore store = AzureStoreProvider.builder()
                .account("account")
                .accessKey("c2VzYW1l")
                .endpoint("http://localhost:" + server.getAddress().getPort())
                .build()
                .open(StoreLocation.parse("wabs://container"), StoreSettings.none())) {
            assertEquals(PutResult.WRITTEN, store.put("k", zeros(), PutMode.OVERWRITE));
            assertTrue(received.get() >= SIZE, () -> received + " bytes came");
            try (BlobContent content = store.get("k")) {
                byte[] buffer = new byte[1 << 16];
                long read = 0;
                for (int n = content.stream().read(buffer);
                        n >= 0;
                        n = content.stream().read(buffer)) {
                    read += n;
                }
                assertEquals(SIZE, read);
            }
        } finally {
            server.stop(0);
            threads.shutdownNow();
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
        byte[] buffer = new byte[1 << 16];
        InputStream in = exchange.getRequestBody();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            received.addAndGet(n);
        }
        exchange.getResponseHeaders().set("x-ms-request-id", "x");
        exchange.getResponseHeaders().set("ETag", "\"x\"");
        exchange.getResponseHeaders().set("Last-Modified", "Sat, 21 Nov 2026 08:00:00 GMT");
        if (exchange.getRequestMethod().equals("PUT")) {
            exchange.sendResponseHeaders(201, -1);
        } else {
            exchange.sendResponseHeaders(200, SIZE);
            for (long left = SIZE; left > 0; left -= buffer.length) {
                exchange.getResponseBody().write(buffer);
            }
        }
        exchange.close();
    }
}
