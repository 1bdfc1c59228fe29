package org.walarchive.examples.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.logging.Level;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.DeletionPolicy;
import org.walarchive.ServerConnection;
import org.walarchive.ServerException;
import org.walarchive.examples.controlplane.ClusterStatus.Step;

final class ClusterJobTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration RETRY = Duration.ofMinutes(5);

    /** Work that takes no time unless it is told, and fails as often as it is told. */
    private final class FakeWork implements ClusterWork {
        final List<String> done = new ArrayList<>();
        Duration time = Duration.ZERO;
        Optional<Instant> last = Optional.empty();
        String failing = "";

        @Override
        public Optional<Instant> lastBackup() throws ArchiveException {
            call("look");
            return last;
        }

        @Override
        public Result backUp() throws ArchiveException {
            return call("backup");
        }

        @Override
        public Result retain() throws ArchiveException {
            return call("retain");
        }

        @Override
        public Result drill() throws ArchiveException {
            return call("drill");
        }

        private Result call(String what) throws ArchiveException {
            done.add(what);
            now = now.plus(time);
            if (failing.equals(what)) {
                throw new ServerException("no " + what, null, "Look.");
            }
            if (failing.equals("defect " + what)) {
                throw new IllegalStateException("a bug");
            }
            if (failing.equals("error " + what)) {
                throw new NoClassDefFoundError("a bug");
            }
            return new Result(!failing.equals("bad " + what), what);
        }

        List<String> take() {
            List<String> copy = List.copyOf(done);
            done.clear();
            return copy;
        }
    }

    private @TempDir Path directory;
    private final FakeWork work = new FakeWork();
    private Instant now = NOON;

    @BeforeAll
    static void beQuiet() {
        ClusterJob.LOG.setLevel(Level.OFF);
    }

    private ClusterJob job(Duration jitter) throws IOException {
        ClusterSettings cluster = new ClusterSettings(
                "orders",
                Path.of("/nowhere"),
                ServerConnection.builder().build(),
                ArchiveConfig.builder("file://localhost/nowhere").build(),
                DAY,
                jitter,
                RETRY,
                Optional.of(new DeletionPolicy.Retain(7)),
                jitter.isZero() ? Optional.of(WEEK) : Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new ClusterJob(cluster, work, new DrillNotes(directory), () -> now, new Random(1));
    }

    @Test
    void aNewArchiveGetsItsFirstBackupAndADrillOfItAtOnce() throws Exception {
        ClusterJob job = job(Duration.ZERO);
        assertEquals(NOON.plus(DAY), job.run());
        assertEquals(List.of("look", "backup", "drill", "retain"), work.take());
        for (int day = 1; day <= 6; day++) {
            now = NOON.plus(DAY.multipliedBy(day));
            assertEquals(now.plus(DAY), job.run());
            assertEquals(List.of("backup", "retain"), work.take());
        }
        now = NOON.plus(WEEK);
        job.run();
        assertEquals(List.of("backup", "drill", "retain"), work.take());
        assertFalse(job.status().isInTrouble());
        assertEquals(8, job.status().last().get(Step.BACKUP).successes());
    }

    @Test
    void whatWasDoneBeforeARestartIsNotDoneAgain() throws Exception {
        job(Duration.ZERO).run();
        work.take();
        work.last = Optional.of(NOON);
        now = NOON.plus(Duration.ofHours(1));
        assertEquals(NOON.plus(DAY), job(Duration.ZERO).run());
        assertEquals(List.of("look"), work.take());
    }

    @Test
    void theNextBackupIsLaterByNoMoreThanTheJitter() throws Exception {
        ClusterJob job = job(Duration.ofHours(1));
        boolean moved = false;
        for (int i = 0; i < 50; i++) {
            Instant next = job.run();
            Duration wait = Duration.between(now, next);
            assertTrue(wait.compareTo(DAY) >= 0 && wait.compareTo(DAY.plusHours(1)) < 0, wait.toString());
            moved |= !wait.equals(DAY);
            now = next;
        }
        assertTrue(moved);
    }

    @Test
    void aBackupThatFailedIsTriedAgainSoonAndNothingIsDeletedMeanwhile() throws Exception {
        for (String failure : List.of("backup", "defect backup", "error backup", "bad backup")) {
            ClusterJob job = job(Duration.ZERO);
            work.failing = failure;
            assertEquals(now.plus(RETRY), job.run());
            assertEquals(List.of("look", "backup"), work.take());
            assertTrue(job.status().isInTrouble());
            work.failing = "";
            now = now.plus(RETRY);
            job.run();
            assertFalse(job.status().isInTrouble());
            assertEquals(List.of("backup", "drill", "retain"), work.take());
            work.last = Optional.empty();
            now = now.plus(WEEK);
        }
    }

    @Test
    void anArchiveThatCannotBeReadIsLookedAtAgain() throws Exception {
        ClusterJob job = job(Duration.ZERO);
        work.failing = "look";
        assertEquals(NOON.plus(RETRY), job.run());
        assertEquals(List.of("look"), work.take());
        assertEquals("no look HINT: Look.", job.status().last().get(Step.LOOK).message());
        work.failing = "";
        job.run();
        assertEquals(List.of("look", "backup", "drill", "retain"), work.take());
    }

    @Test
    void aDrillThatFailedIsRepeatedWithoutABackup() throws Exception {
        ClusterJob job = job(Duration.ZERO);
        work.failing = "bad drill";
        assertEquals(NOON.plus(RETRY), job.run());
        work.take();
        now = NOON.plus(RETRY);
        assertEquals(now.plus(RETRY), job.run());
        assertEquals(List.of("drill"), work.take());
        assertTrue(job.status().isInTrouble());
    }

    @Test
    void nothingIsDeletedWhileDrillsFail() throws Exception {
        ClusterJob job = job(Duration.ZERO);
        job.run();
        work.take();
        work.failing = "bad drill";
        now = NOON.plus(WEEK);
        assertEquals(now.plus(RETRY), job.run());
        assertEquals(List.of("backup", "drill"), work.take());
        work.last = Optional.of(now.minus(DAY));
        assertEquals(now.plus(RETRY), job(Duration.ZERO).run());
        assertEquals(List.of("look", "backup", "drill"), work.take(), "a restart forgets nothing");
        work.failing = "";
        now = now.plus(RETRY);
        job.run();
        assertEquals(List.of("drill", "retain"), work.take());
    }

    @Test
    void aRetentionThatFailedIsTriedAgainUnlessABackupFails() throws Exception {
        ClusterJob job = job(Duration.ZERO);
        work.failing = "retain";
        assertEquals(NOON.plus(RETRY), job.run());
        work.take();
        now = NOON.plus(RETRY);
        assertEquals(now.plus(RETRY), job.run());
        assertEquals(List.of("retain"), work.take());
        work.failing = "backup";
        now = NOON.plus(DAY);
        assertEquals(now.plus(RETRY), job.run());
        assertEquals(List.of("backup"), work.take());
        work.failing = "";
        now = now.plus(RETRY);
        assertEquals(now.plus(DAY), job.run());
        assertEquals(List.of("backup", "retain"), work.take());
    }

    @Test
    void theTimeThatTheWorkTakesIsNotWaitedForAgain() throws Exception {
        work.time = Duration.ofHours(1);
        // Due a day after the backup, behind which a drill and retention took an hour each.
        assertEquals(Duration.ofHours(22), ControlPlane.runAndWait(job(Duration.ZERO), () -> now));
        work.last = Optional.of(now);
        work.time = DAY.multipliedBy(2);
        assertEquals(Duration.ZERO, ControlPlane.runAndWait(job(Duration.ZERO), () -> now));
    }

    @Test
    void anInterruptEndsTheJob() throws Exception {
        ClusterWork interrupted = new ClusterWork() {
            @Override
            public Optional<Instant> lastBackup() throws InterruptedException {
                throw new InterruptedException();
            }

            @Override
            public Result backUp() {
                throw new AssertionError();
            }

            @Override
            public Result retain() {
                throw new AssertionError();
            }

            @Override
            public Result drill() {
                throw new AssertionError();
            }
        };
        ClusterSettings cluster = ControlPlaneSettings.read(
                        Path.of("control-plane", "control-plane.properties"), Map.of())
                .clusters()
                .get(0);
        ClusterJob job = new ClusterJob(cluster, interrupted, new DrillNotes(directory), () -> now, new Random(1));
        assertThrows(InterruptedException.class, job::run);
    }
}
