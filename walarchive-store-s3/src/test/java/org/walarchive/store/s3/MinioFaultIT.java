package org.walarchive.store.s3;

import java.time.Duration;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;

/** The contract with a bad network, on MinIO. */
@EnabledIfEnvironmentVariable(named = S3Server.MINIO, matches = ".+", disabledReason = S3Server.HOW_TO_START)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class MinioFaultIT extends S3NetworkFaultContract {

    @RegisterExtension
    static final S3Server SERVER = S3Server.at(S3Server.MINIO);

    private final String bucket = SERVER.makeBucket();

    @Override
    protected String upstream() {
        return "127.0.0.1:" + SERVER.port();
    }

    @Override
    protected BlobStore open(int port, Duration readTimeout) throws StoreException {
        return open(SERVER.provider(), port, readTimeout, bucket);
    }
}
