package org.walarchive.cli.job;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@DisplayName("on versitygw")
@EnabledIfEnvironmentVariable(named = VersitygwJobIT.ADDRESS, matches = ".+", disabledReason = S3Server.HOW_TO_START)
class VersitygwJobIT extends StoreJob {

    static final String ADDRESS = "WALARCHIVE_TEST_VERSITYGW";

    private final S3Server server = S3Server.ofVariable(ADDRESS);

    @Override
    Map<String, String> newArchive() {
        return server.environment(server.newBucket());
    }

    @Override
    Map<String, String> elsewhere() {
        return Map.of("WALE_S3_PREFIX", "s3://bucket-never-made/some/dir");
    }
}
