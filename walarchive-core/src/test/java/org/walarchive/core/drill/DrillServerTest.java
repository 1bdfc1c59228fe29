package org.walarchive.core.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class DrillServerTest {

    @Test
    void serverKnowsNoCredentials() {
        Map<String, String> environment = new TreeMap<>(Map.of(
                "PATH", "/usr/bin",
                "TZ", "UTC",
                "LC_TIME", "de_DE",
                "PGPASSWORD", "secret",
                "WALARCHIVE_PGP_PASSPHRASE", "secret",
                "AWS_SECRET_ACCESS_KEY", "secret",
                "SWIFT_PASSWORD", "secret"));
        DrillServer.clean(environment);
        assertEquals(Map.of("PATH", "/usr/bin", "TZ", "UTC", "LC_ALL", "C"), environment);
    }
}
