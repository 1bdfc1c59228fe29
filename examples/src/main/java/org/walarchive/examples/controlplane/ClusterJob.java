package org.walarchive.examples.controlplane;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import org.walarchive.ArchiveException;
import org.walarchive.examples.controlplane.ClusterStatus.Outcome;
import org.walarchive.examples.controlplane.ClusterStatus.Step;
import org.walarchive.examples.controlplane.ClusterWork.Result;

/**
 * Does what is due for one cluster, one thing after the other: a base backup, then a drill, then retention. A failure is noted and tried again later; it
 * goes no further, except that nothing is deleted while backups or drills fail: what goes might be the last backup that restores. Only one thread may
 * call {@link #run}; any may ask for the status.
 */
final class ClusterJob {

    static final Logger LOG = Logger.getLogger(ClusterJob.class.getName());

    /** A step of the work. */
    @FunctionalInterface
    private interface Call {
        Result make() throws ArchiveException, InterruptedException;
    }

    private final ClusterSettings cluster;
    private final ClusterWork work;
    private final DrillNotes notes;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<Step, Outcome> outcomes = new EnumMap<>(Step.class);

    private boolean looked;
    private boolean hasBackup;
    private Instant backupDue = Instant.MIN;
    private Instant drillDue = Instant.MIN;
    private Instant retentionDue = Instant.MAX;
    private boolean drillFailed;
    private volatile ClusterStatus status;

    ClusterJob(
            ClusterSettings cluster, ClusterWork work, DrillNotes notes, InstantSource clock, RandomGenerator random) {
        this.cluster = cluster;
        this.work = work;
        this.notes = notes;
        this.clock = clock;
        this.random = random;
        this.status = new ClusterStatus(cluster.name(), Optional.empty(), clock.instant(), Map.of());
    }

    ClusterStatus status() {
        return status;
    }

    /**
     * Does what is due.
     *
     * @return when it is to be called again
     */
    Instant run() throws InterruptedException {
        // The archive remembers for us: a process that is restarted every hour takes no backup every hour.
        if (!looked && !attempt(Step.LOOK, this::look)) {
            return sleepUntil(later());
        }
        if (isDue(backupDue)) {
            boolean taken = attempt(Step.BACKUP, work::backUp);
            backupDue = taken ? afterBackup(clock.instant()) : later();
            hasBackup |= taken;
            retentionDue = taken ? clock.instant() : Instant.MAX;
        }
        boolean drills = cluster.drillEvery().isPresent() && hasBackup;
        // Before retention: a process that is restarted forgets that a drill failed, but not that one is due.
        if (drills && isDue(drillDue)) {
            drillFailed = !attempt(Step.DRILL, this::drill);
            drillDue = drillFailed
                    ? later()
                    : clock.instant().plus(cluster.drillEvery().get());
        }
        if (!drillFailed && isDue(retentionDue)) {
            retentionDue = attempt(Step.RETENTION, work::retain) ? Instant.MAX : later();
        }
        Instant next = drills ? earlier(backupDue, drillDue) : backupDue;
        return sleepUntil(drillFailed ? next : earlier(next, retentionDue));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private Result look() throws ArchiveException, InterruptedException {
        Optional<Instant> last = work.lastBackup();
        hasBackup = last.isPresent();
        backupDue = last.map(this::afterBackup).orElse(Instant.MIN);
        drillDue = notes.last(cluster.name())
                .map(when -> when.plus(cluster.drillEvery().orElse(Duration.ZERO)))
                .orElse(Instant.MIN);
        looked = true;
        return new Result(
                true, last.map(when -> "the last backup is of " + when).orElse("there is no backup"));
    }

    private Result drill() throws ArchiveException, InterruptedException {
        Result result = work.drill();
        if (result.good()) {
            notes.write(cluster.name(), clock.instant());
        }
        return result;
    }

    private boolean isDue(Instant due) {
        return !clock.instant().isBefore(due);
    }

    private Instant later() {
        return clock.instant().plus(cluster.retryAfter());
    }

    private Instant afterBackup(Instant last) {
        long jitter = cluster.jitter().toMillis();
        return last.plus(cluster.backupEvery()).plusMillis(jitter == 0 ? 0 : random.nextLong(jitter));
    }

    /** Tells whether it worked; if not, that is noted. A bug is a failure, too: it must not end the work for the other clusters. */
    private boolean attempt(Step step, Call call) throws InterruptedException {
        status = new ClusterStatus(cluster.name(), Optional.of(step), status.next(), outcomes);
        Result result;
        try {
            result = call.make();
        } catch (ArchiveException e) {
            String hint = e.hint().map(text -> " HINT: " + text).orElse("");
            result = new Result(false, e.getMessage() + hint);
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            LOG.log(Level.SEVERE, e, () -> cluster.name() + ": a defect");
            result = new Result(false, "a defect: " + e);
        }
        LOG.log(result.good() ? Level.INFO : Level.WARNING, "{0}: {1} {2}: {3}", new Object[] {
            cluster.name(), step, result.good() ? "done" : "failed", result.message()
        });
        Outcome before = outcomes.get(step);
        int successes = (before == null ? 0 : before.successes()) + (result.good() ? 1 : 0);
        outcomes.put(step, new Outcome(clock.instant(), !result.good(), result.message(), successes));
        return result.good();
    }

    private Instant sleepUntil(Instant next) {
        status = new ClusterStatus(cluster.name(), Optional.empty(), next, outcomes);
        return next;
    }
}
