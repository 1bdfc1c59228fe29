package org.walarchive.examples.controlplane;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.random.RandomGenerator;

/**
 * Schedules base backups, retention and drills of several clusters. Each cluster has one job, which is scheduled anew when it has run: so nothing ever
 * runs twice at once for a cluster, and no more clusters are worked for at once than there are threads.
 */
public final class ControlPlane implements AutoCloseable {

    /** How long what is under way may take to undo itself: a backup ends itself on its server, and deletes what it uploaded. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final ScheduledThreadPoolExecutor threads;
    private final List<ClusterJob> jobs;
    private final InstantSource clock;
    private final Runnable halt;
    private final StatusPage page;

    /**
     * Makes one that does nothing yet.
     *
     * @param halt ends the process, when nobody can know what still works in it
     */
    ControlPlane(ControlPlaneSettings settings, InstantSource clock, RandomGenerator random, Runnable halt)
            throws IOException {
        this.clock = clock;
        this.halt = halt;
        DrillNotes notes = new DrillNotes(settings.stateDirectory());
        jobs = new ArrayList<>();
        for (ClusterSettings cluster : settings.clusters()) {
            jobs.add(new ClusterJob(cluster, new ArchiveWork(cluster), notes, clock, random));
        }
        threads = new ScheduledThreadPoolExecutor(settings.parallel());
        threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        page = new StatusPage(
                settings.statusPort(),
                () -> jobs.stream().map(ClusterJob::status).toList());
    }

    /**
     * Runs until the process is told to end.
     *
     * @param arguments the file of settings: {@code examples/control-plane/control-plane.properties} is one
     * @throws IOException when the file cannot be read, or the port of the status page is taken
     */
    public static void main(String[] arguments) throws IOException {
        ControlPlaneSettings settings = ControlPlaneSettings.read(Path.of(arguments[0]), System.getenv());
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        ControlPlane plane = new ControlPlane(
                settings,
                InstantSource.system(),
                random,
                () -> Runtime.getRuntime().halt(1));
        Runtime.getRuntime().addShutdownHook(new Thread(plane::close, "shutdown"));
        System.out.println("status: http://127.0.0.1:" + plane.page.port() + "/status");
        plane.start();
    }

    void start() {
        jobs.forEach(job -> schedule(job, Duration.ZERO));
    }

    private void schedule(ClusterJob job, Duration delay) {
        try {
            threads.schedule(() -> run(job), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // This is the end.
        }
    }

    private void run(ClusterJob job) {
        try {
            schedule(job, runAndWait(job, clock));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // The executor would keep it to itself, and the cluster's schedule would end unnoticed.
            try {
                ClusterJob.LOG.log(Level.SEVERE, "the control plane ends, for what no job may throw", e);
            } finally {
                halt.run();
            }
        }
    }

    /** Runs a job, and tells how long to wait from its end. */
    static Duration runAndWait(ClusterJob job, InstantSource clock) throws InterruptedException {
        Instant next = job.run();
        Duration delay = Duration.between(clock.instant(), next);
        return delay.isNegative() ? Duration.ZERO : delay;
    }

    /** Interrupts what is under way, and waits until it has undone itself. */
    @Override
    public void close() {
        page.close();
        threads.shutdownNow();
        try {
            threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
