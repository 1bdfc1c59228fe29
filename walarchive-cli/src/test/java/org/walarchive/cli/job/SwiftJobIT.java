package org.walarchive.cli.job;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@DisplayName("on Swift, with Keystone's version 3")
@EnabledIfEnvironmentVariable(named = SwiftJobIT.URL, matches = ".+", disabledReason = SwiftCluster.HOW_TO_START)
class SwiftJobIT extends StoreJob {

    static final String URL = "WALARCHIVE_TEST_SWIFT_V3_URL";

    private final SwiftCluster cluster = new SwiftCluster(URI.create(System.getenv(URL)));

    @Override
    Map<String, String> newArchive() {
        return cluster.environment(cluster.newContainer());
    }

    @Override
    Map<String, String> elsewhere() {
        return Map.of("WALE_SWIFT_PREFIX", "swift://container-never-made/some/dir");
    }
}
