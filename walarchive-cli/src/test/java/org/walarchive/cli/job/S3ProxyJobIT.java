package org.walarchive.cli.job;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

@DisplayName("on S3Proxy")
class S3ProxyJobIT extends StoreJob {

    private static S3ProxyProcess proxy;

    @BeforeAll
    static void start() {
        proxy = new S3ProxyProcess();
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @Override
    Map<String, String> newArchive() {
        return proxy.server().environment(proxy.server().newBucket());
    }

    @Override
    Map<String, String> elsewhere() {
        return Map.of("WALE_S3_PREFIX", "s3://bucket-never-made/some/dir");
    }
}
