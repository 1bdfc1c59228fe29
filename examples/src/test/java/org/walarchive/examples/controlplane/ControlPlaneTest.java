package org.walarchive.examples.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlPlaneTest {

    @Test
    void whatNoJobMayThrowEndsTheProcess(@TempDir Path directory) throws Exception {
        ClusterJob.LOG.setLevel(Level.OFF);
        Path file = Files.writeString(
                directory.resolve("settings"),
                "status-port = 0\nstate-directory = " + directory + "\nclusters = orders\norders.data-directory = "
                        + directory + "\norders.archive = file://localhost" + directory.resolve("none") + "\n");
        AtomicBoolean broken = new AtomicBoolean();
        InstantSource clock = () -> {
            if (broken.get()) {
                throw new OutOfMemoryError("a test");
            }
            return Instant.EPOCH;
        };
        CountDownLatch halted = new CountDownLatch(1);
        ControlPlaneSettings settings = ControlPlaneSettings.read(file, Map.of());
        assertEquals(1, settings.clusters().size());
        try (ControlPlane plane = new ControlPlane(settings, clock, new Random(1), halted::countDown)) {
            broken.set(true);
            plane.start();
            assertTrue(halted.await(30, TimeUnit.SECONDS));
        }
    }
}
