package org.walarchive.examples.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.DeletionPolicy;

final class ControlPlaneSettingsTest {

    private static final Path EXAMPLE = Path.of("control-plane", "control-plane.properties");

    private @TempDir Path directory;

    @Test
    void theExampleIsRead() throws IOException {
        ControlPlaneSettings settings = ControlPlaneSettings.read(EXAMPLE, Map.of("AWS_REGION", "eu-central-1"));
        assertEquals(2, settings.parallel());
        assertEquals(9188, settings.statusPort());
        ClusterSettings orders = settings.clusters().get(0);
        assertEquals("orders", orders.name());
        assertEquals(Duration.ofDays(1), orders.backupEvery());
        assertEquals(Optional.of(new DeletionPolicy.Retain(7)), orders.retention());
        assertEquals(Optional.of(Duration.ofDays(7)), orders.drillEvery());
        ClusterSettings billing = settings.clusters().get(1);
        assertEquals(Optional.of(new DeletionPolicy.RetainFor(Duration.ofDays(30))), billing.retention());
        assertEquals(
                Optional.of("eu-central-1"), billing.archive().storeSettings().get("AWS_REGION"));
        assertEquals(
                Optional.of("https+path://minio.example:443"),
                billing.archive().storeSettings().get("WALE_S3_ENDPOINT"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders.retian = 3",
                "orders.retain = 0",
                "orders.retain = 3\norders.retain-for = P1D",
                "orders.backup-every = daily",
                "orders.backup-every = PT0S",
                "orders.archive = /srv",
                "orders.data-directory =",
                "clusters = orders, orders",
                "clusters = a/b",
                "parallel = 0",
                "parallel = two",
            })
    void mistakesAreNamed(String lines) throws IOException {
        String good = """
                state-directory = /var/lib/x
                clusters = orders
                orders.data-directory = /srv/pg
                orders.archive = file://localhost/srv/archive
                """;
        Path file = directory.resolve("control-plane.properties");
        ControlPlaneSettings.read(Files.writeString(file, good), Map.of());
        Files.writeString(file, good + lines);
        String message = assertThrows(IllegalArgumentException.class, () -> ControlPlaneSettings.read(file, Map.of()))
                .getMessage();
        assertTrue(message.contains(lines.split("[ .]")[0]), message);
    }

    @ParameterizedTest
    @CsvSource({
        "archive, file://localhost/srv/archive/orders/",
        "archive, file://localhost/srv/archive/orders/billing",
        "archive, file://localhost/srv/archive",
        "data-directory, /srv/pg/billing/../orders/",
    })
    void twoClustersShareNothing(String name, String value) throws IOException {
        String message = assertThrows(IllegalArgumentException.class, () -> billing(name, value))
                .getMessage();
        assertTrue(message.contains("billing." + name), message);
    }

    @Test
    void namesThatBeginAlikeAreTwo() throws IOException {
        assertEquals(
                2,
                billing("archive", "file://localhost/srv/archive/orders2")
                        .clusters()
                        .size());
    }

    private ControlPlaneSettings billing(String name, String value) throws IOException {
        String text = Files.readString(EXAMPLE).replaceAll("(billing." + name + " = ).*", "$1" + value);
        Path file = Files.writeString(directory.resolve("x.properties"), text);
        return ControlPlaneSettings.read(file, Map.of());
    }

    @Test
    void keysAndTheFloorOfRetentionAreThoseOfTheEnvironment() throws IOException {
        Map<String, String> environment = Map.of(
                "WALE_GPG_KEY_ID",
                "0123456789ABCDEF",
                "WALARCHIVE_RETENTION_FLOOR",
                "5",
                "WALE_S3_PREFIX",
                "s3://no/no");
        for (ClusterSettings cluster :
                ControlPlaneSettings.read(EXAMPLE, environment).clusters()) {
            assertEquals(OptionalInt.of(5), cluster.archive().retentionFloor());
            assertFalse(cluster.archive().encryption().recipients().isEmpty());
            assertFalse(cluster.archive().location().toString().contains("no/no"));
        }
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> ControlPlaneSettings.read(EXAMPLE, Map.of("WALARCHIVE_RETENTION_FLOOR", "few")))
                .getMessage();
        assertTrue(message.contains("orders.archive is wrong: WALARCHIVE_RETENTION_FLOOR"), message);
    }
}
