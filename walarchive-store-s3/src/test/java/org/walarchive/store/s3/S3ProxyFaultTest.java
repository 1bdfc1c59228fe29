package org.walarchive.store.s3;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.tck.NetworkFault.Answer;
import org.walarchive.store.tck.NetworkFaultContract;
import org.walarchive.store.tck.ProxiedRequest;

/** The contract with a bad network, on S3Proxy. */
final class S3ProxyFaultTest extends NetworkFaultContract {

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
        return ProxyServer.open(
                ProxyServer.provider(port)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .readTimeout(readTimeout)
                        .set(SettingsReader.PART_SIZE, String.valueOf(5 << 20)),
                bucket);
    }

    @Override
    protected boolean makesVisible(ProxiedRequest request) {
        return request.is("POST", "?uploadId=")
                || (request.method().equals("PUT") && !request.target().contains("partNumber="));
    }

    @Override
    protected boolean cleansUp(ProxiedRequest request) {
        return request.is("DELETE", "uploadId=");
    }

    @Override
    protected Optional<String> replyHasNoChecksum(long sizeBytes) {
        return sizeBytes < largeSizeBytes()
                ? Optional.empty()
                : Optional.of("of an object of parts S3 gives a checksum of checksums, which the SDK does not compare");
    }

    @Override
    protected Answer error(int status, Map<String, String> headers) {
        String code = switch (status) {
            case 429, 503 -> "SlowDown";
            default -> "InternalError";
        };
        return new Answer(status, headers, "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code></Error>");
    }
}
