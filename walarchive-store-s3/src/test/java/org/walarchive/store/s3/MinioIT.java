package org.walarchive.store.s3;

import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on MinIO as {@code ci/stores/up} starts it. */
@EnabledIfEnvironmentVariable(named = S3Server.MINIO, matches = ".+", disabledReason = S3Server.HOW_TO_START)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class MinioIT extends MinioContract {

    @RegisterExtension
    static final S3Server SERVER = S3Server.at(S3Server.MINIO);

    MinioIT() {
        super(SERVER);
    }
}
