package org.walarchive.store.s3;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;

/** The contract with a bad network, on S3Proxy. */
final class S3ProxyFaultTest extends S3NetworkFaultContract {

    private static ProxyServer server;

    private final String bucket = server.makeBucket();

    @BeforeAll
    static void start() throws Exception {
        server = ProxyServer.start();
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
