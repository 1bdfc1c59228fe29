package org.walarchive.core.retention;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.ConflictException;
import org.walarchive.DeletionDecision;
import org.walarchive.DeletionDecision.Kind;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionResult;
import org.walarchive.RetentionService;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;

/**
 * Executes a plan. Before the first sentinel goes, each backup that goes gets a mark; a later run knows by it what this one
 * left, which would look like a backup that is being taken.
 */
public final class DeletionRun {

    /** How far this machine's clock and the store's may be apart where ages decide. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofHours(1);

    /** How often marks that are put while a deletion begins make it begin anew. */
    private static final int ATTEMPTS = 5;

    private final ArchiveStore archive;
    private final InstantSource clock;

    /**
     * Makes the use case for an archive.
     *
     * @param clock what ages are measured by
     */
    public DeletionRun(ArchiveStore archive, InstantSource clock) {
        this.archive = archive;
        this.clock = clock;
    }

    /** See {@link RetentionService#execute}. */
    public DeletionResult execute(DeletionPlan plan) throws ArchiveException, InterruptedException {
        if (!(plan instanceof ArchivePlan reviewed)) {
            throw new IllegalArgumentException("plan " + plan + " was not made by this service");
        }
        long begin = System.nanoTime();
        try {
            ArchivePlan current = markAndPlanAgain(reviewed);
            DeletionResult result = delete(reviewed, current);
            archive.tell(new ArchiveEvent.DeletionCompleted(result, Duration.ofNanos(System.nanoTime() - begin)));
            return result;
        } catch (StoreException e) {
            throw ArchiveStore.failure("deletion in " + archive.config().location(), e);
        } catch (IOException e) {
            throw new IllegalStateException("a source in memory failed", e);
        }
    }

    /** Puts the marks, and returns a plan that heeds every keep mark that was put before them. */
    private ArchivePlan markAndPlanAgain(ArchivePlan reviewed)
            throws IOException, ArchiveException, InterruptedException {
        Set<BackupName> marked = new HashSet<>();
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                ArchivePlan current = new Retention(archive, clock).prepare(reviewed.policy(), reviewed.overrides());
                requireKnown(reviewed, current);
                if (mark(reviewed, current, marked)) {
                    return current;
                }
            }
            throw new ConflictException(
                    "archive " + archive.config().location() + " changes faster than a deletion can be begun",
                    "Each time it was looked at, marks had come or gone, or its list lacked a backup or a mark that is there.",
                    "Is there another deletion under way, or do the store's lists lag behind? Nothing was deleted.");
        } catch (ConflictException e) {
            unmark(List.copyOf(marked));
            throw e;
        }
    }

    /** Marks what goes and was not marked before; tells whether no backup got a keep mark meanwhile. */
    private boolean mark(ArchivePlan reviewed, ArchivePlan current, Set<BackupName> marked)
            throws IOException, ConflictException {
        Set<BackupName> both = both(reviewed, current);
        unmark(marked.stream().filter(name -> !both.contains(name)).toList());
        marked.retainAll(both);
        both.removeAll(current.leftOver());
        for (BackupName name : both) {
            if (marked.add(name)) {
                mark(name);
            }
        }
        if (both.isEmpty()) {
            return !isListBehind(reviewed, current);
        }
        Marks marks = Marks.read(archive);
        if (current.agesAt().isPresent()
                && !isClockRight(marks, marked, current.agesAt().get())) {
            return false;
        }
        return marks.kept().keySet().equals(current.kept()) && !isListBehind(reviewed, current);
    }

    private static Set<BackupName> both(ArchivePlan reviewed, ArchivePlan current) {
        Set<BackupName> both = new HashSet<>(reviewed.goingBackups());
        both.retainAll(new HashSet<>(current.goingBackups()));
        return both;
    }

    /** A backup that came since and goes at once was never reviewed, and neither plan protects the WAL it needs. */
    private static void requireKnown(ArchivePlan reviewed, ArchivePlan current) throws ConflictException {
        Set<BackupName> planned = reviewed.backups().stream()
                .map(DeletionPlan.BackupDecision::name)
                .collect(Collectors.toSet());
        for (BackupName name : current.goingBackups()) {
            if (!planned.contains(name)) {
                throw new ConflictException(
                        "the plan does not know backup " + name,
                        "It came into the archive since the plan was made, and the policy would delete it.",
                        "Plan again.");
            }
        }
    }

    /** A list may lag behind. A backup that it lacks goes whole or not at all, and one that is kept does not go. */
    private boolean isListBehind(ArchivePlan reviewed, ArchivePlan current) throws StoreException {
        Set<BackupName> finished = current.backups().stream()
                .filter(backup -> backup.state() != DeletionPlan.BackupDecision.State.UNFINISHED)
                .map(DeletionPlan.BackupDecision::name)
                .collect(Collectors.toSet());
        Set<BackupName> going = both(reviewed, current);
        for (BackupName name : reviewed.goingBackups()) {
            boolean unlisted = !finished.contains(name) && archive.isThere(ArchiveLayout.sentinel(name));
            boolean kept = going.contains(name)
                    && !current.kept().contains(name.toString())
                    && archive.isThere(ArchiveLayout.keepMark(name));
            if (unlisted || kept) {
                return true;
            }
        }
        return false;
    }

    private void mark(BackupName name) throws IOException {
        byte[] text = ("the deletion of " + name + " was begun\n").getBytes(StandardCharsets.US_ASCII);
        archive.store().put(ArchiveLayout.deletionMark(name), BlobSource.of(text), PutMode.OVERWRITE);
    }

    private void unmark(List<BackupName> names) throws StoreException {
        for (int from = 0; from < names.size(); from += Batches.SIZE) {
            archive.store()
                    .delete(names.subList(from, Math.min(names.size(), from + Batches.SIZE)).stream()
                            .map(ArchiveLayout::deletionMark)
                            .toList());
        }
    }

    /** The marks have the store's time, so that a clock that is wrong, or was when the plan was made, shows before it does harm. */
    private boolean isClockRight(Marks marks, Set<BackupName> marked, Instant planned) throws ConflictException {
        Instant here = clock.instant();
        for (BackupName name : marked) {
            BlobInfo mark = marks.deletionMarks().get(name.toString());
            if (mark == null) {
                // Another deletion has done the work and taken it away, or the store's list lags behind and tells no
                // time.
                return false;
            }
            requireNear(mark.lastModified(), here);
            requireNear(mark.lastModified(), planned);
        }
        return true;
    }

    private static void requireNear(Instant there, Instant here) throws ConflictException {
        if (Duration.between(there, here).abs().compareTo(CLOCK_TOLERANCE) > 0) {
            throw new ConflictException(
                    "the clocks of this machine and of the store are too far apart to go by age",
                    "Here it is " + here + "; there it was " + there + " a moment ago.",
                    "Set this machine's clock. Nothing was deleted.");
        }
    }

    private DeletionResult delete(ArchivePlan reviewed, ArchivePlan current)
            throws ArchiveException, InterruptedException, StoreException {
        Predicate<DeletionDecision> both = reviewed.deletes();
        Batches batches = new Batches(archive);
        long[] left = new long[1];
        run(current, decision -> decision.kind() == Kind.SENTINEL && both.test(decision), batches);
        boolean allGone = batches.failures().isEmpty();
        Set<String> offered = new HashSet<>();
        batches.failures().forEach(failure -> offered.add(failure.key()));
        // A backup whose sentinel is still there needs its objects, and all WAL from its start on.
        run(
                current,
                decision -> decision.kind() != Kind.SENTINEL
                        && both.test(decision)
                        && (allGone || isOfBackup(decision, offered)),
                batches);
        reviewed.forEach(decision -> left[0] += decision.goes() ? 1 : 0);
        if (batches.failures().isEmpty()) {
            List<BackupName> done = new ArrayList<>(both(reviewed, current));
            done.addAll(current.staleDeletions());
            unmark(done);
        }
        return new DeletionResult(
                batches.deletedObjects(),
                batches.deletedBytes(),
                batches.failures(),
                Math.max(0, left[0] - batches.deletedObjects()));
    }

    private static boolean isOfBackup(DeletionDecision decision, Set<String> offered) {
        return ArchiveLayout.parseBackup(decision.key())
                .filter(name -> !offered.contains(ArchiveLayout.sentinel(name)))
                .isPresent();
    }

    private static void run(ArchivePlan plan, Predicate<DeletionDecision> wanted, Batches batches)
            throws StoreException {
        batches.begin();
        plan.forEach(decision -> {
            if (decision.goes() && wanted.test(decision)) {
                batches.add(decision);
            }
        });
        batches.finish();
    }
}
