package org.walarchive.examples.controlplane;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
    private final StatusPage page;

    private ControlPlane(ControlPlaneSettings settings, InstantSource clock, RandomGenerator random)
            throws IOException {
        this.clock = clock;
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
        ControlPlane plane = new ControlPlane(settings, InstantSource.system(), RandomGenerator.of("L64X128MixRandom"));
        Runtime.getRuntime().addShutdownHook(new Thread(plane::close, "shutdown"));
        System.out.println("status: http://127.0.0.1:" + plane.page.port() + "/status");
        plane.jobs.forEach(job -> plane.schedule(job, Duration.ZERO));
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
            Duration delay = Duration.between(clock.instant(), job.run());
            schedule(job, delay.isNegative() ? Duration.ZERO : delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
