package org.walarchive.store.s3;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;

/** The contract with a bad network, on S3Proxy. */
final class S3ProxyFaultTest extends S3NetworkFaultContract {

    private static ProxyServer server;

    private final String bucket = server.makeBucket();

    @BeforeAll
    static void start() throws Exception {
        server = ProxyServer.start();
        warmUp();
    }

    /** Server and client load their classes when they are first used, for longer than the tests' stores wait where the machine is busy. */
    private static void warmUp() throws IOException {
        try (BlobStore store =
                open(ProxyServer.provider(server.port()), server.port(), Duration.ofMinutes(1), server.makeBucket())) {
            for (int bytes : new int[] {1, 6 << 20}) {
                String key = "warm/" + bytes;
                store.put(key, BlobSource.of(new byte[bytes]), PutMode.OVERWRITE);
                try (BlobContent content = store.get(key)) {
                    content.stream().transferTo(OutputStream.nullOutputStream());
                }
                store.list("warm/", ListDepth.ALL, null);
                store.delete(List.of(key));
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop();
    }

    @Override
    protected String upstream() {
        return "127.0.0.1:" + server.port();
    }

    @Override
    protected BlobStore open(int port, Duration readTimeout) throws StoreException {
        return open(ProxyServer.provider(port), port, readTimeout, bucket);
    }
}
