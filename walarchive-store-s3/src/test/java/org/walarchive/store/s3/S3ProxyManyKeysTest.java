package org.walarchive.store.s3;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;

/** Ten thousand keys on S3Proxy. */
final class S3ProxyManyKeysTest extends ManyKeysContract {

    private ProxyServer server;

    @BeforeEach
    void start() throws Exception {
        server = ProxyServer.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Override
    BlobStore open() throws StoreException {
        return ProxyServer.open(
                ProxyServer.provider(server.port())
                        .set(SettingsReader.PAGE_SIZE, String.valueOf(SettingsReader.DEFAULT_PAGE_SIZE)),
                server.makeBucket());
    }
}
