package org.walarchive.store.s3;

import java.time.Duration;
import java.util.Map;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.tck.NetworkFault.Answer;
import org.walarchive.store.tck.NetworkFaultContract;
import org.walarchive.store.tck.ProxiedRequest;

/** The contract with a bad network, on any service that works like S3. */
abstract class S3NetworkFaultContract extends NetworkFaultContract {

    /** Opens a store by a provider that is made already, but for what this contract sets. */
    static BlobStore open(S3StoreProvider.Builder provider, int port, Duration readTimeout, String bucket)
            throws StoreException {
        return ProxyServer.open(
                provider.endpoint("http+path://127.0.0.1:" + port)
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
    protected Answer error(int status, Map<String, String> headers) {
        String code = switch (status) {
            case 429, 503 -> "SlowDown";
            default -> "InternalError";
        };
        return new Answer(status, headers, "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code></Error>");
    }
}
