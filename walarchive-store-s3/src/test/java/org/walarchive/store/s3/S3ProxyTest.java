package org.walarchive.store.s3;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.tck.BlobStoreContract;

/** The contract on S3Proxy. */
final class S3ProxyTest extends BlobStoreContract {

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
    protected BlobStore open() throws StoreException {
        return ProxyServer.open(ProxyServer.provider(server.port()), bucket);
    }

    @Override
    protected BlobStore openWithoutContainer() throws StoreException {
        return ProxyServer.open(ProxyServer.provider(server.port()), "never-made");
    }

    @Override
    protected Optional<String> refusesKeyBelowBlob() {
        return Optional.of("S3Proxy keeps objects as files");
    }

    @Override
    protected Map<String, String> unsupportedNames() {
        return Map.of("\ud83d\ude00 supplementary", "S3Proxy sorts by UTF-16 units, S3 by the bytes of UTF-8");
    }
}
