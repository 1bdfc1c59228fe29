package org.walarchive.cli.versions;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.walarchive.core.testing.PostgresVersion;

/**
 * The main job with everything that a cluster may have: here for releases that no other test takes backups of, by
 * {@code ci/versions.sh} for all.
 */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class VersionsIT {

    static Stream<Cluster> primaries() {
        return Cluster.chosen("12");
    }

    /** To 9.5 standbys cannot be backed up. */
    static Stream<Cluster> standbys() {
        return Cluster.chosen("16").filter(each -> each.version().isAtLeast(PostgresVersion.V9_6));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("primaries")
    @EnabledIfSystemProperty(named = "walarchive.versions", matches = ".+", disabledReason = "by hand: ci/versions.sh")
    @DisplayName("a primary that changes while it is backed up is restored to a time and to the end")
    void primary(Cluster cluster) {
        take("primary", cluster, Journey::ofAPrimary);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("standbys")
    @DisplayName("a standby that replays while it is backed up is restored")
    void standby(Cluster cluster) {
        take("standby", cluster, Journey::ofAStandby);
    }

    private static void take(String what, Cluster cluster, Consumer<Journey> way) {
        long begun = System.nanoTime();
        try (Journey journey = new Journey(cluster)) {
            way.accept(journey);
        }
        System.out.printf(
                "versions: %s, %s: %d s%n",
                cluster, what, Duration.ofNanos(System.nanoTime() - begun).toSeconds());
    }
}
