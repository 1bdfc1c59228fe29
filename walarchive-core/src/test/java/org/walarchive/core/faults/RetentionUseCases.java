package org.walarchive.core.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.walarchive.ArchiveException;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionPolicy;
import org.walarchive.DeletionResult;
import org.walarchive.core.faults.UseCase.Claim;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.retention.DeletionRun;
import org.walarchive.core.retention.Retention;
import org.walarchive.core.store.ArchiveStore;

/** Deletions, and marks that keep a backup from them. */
final class RetentionUseCases {

    private static final String KEEP_MARK = ArchiveLayout.keepMark(Template.MIDDLE);

    private RetentionUseCases() {}

    static Claim deleteByCount(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        return delete(scene, archive, new DeletionPolicy.Retain(1));
    }

    static Claim deleteByAge(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        return delete(scene, archive, new DeletionPolicy.RetainFor(Duration.ofDays(30)));
    }

    /** As the service does: a plan, which people look at, and its execution. */
    private static Claim delete(Scene scene, ArchiveStore archive, DeletionPolicy policy)
            throws ArchiveException, InterruptedException {
        DeletionPlan plan = archive.command(
                "plan of a deletion", context -> new Retention(context, scene.here).plan(policy, Set.of()));
        Set<String> going = new TreeSet<>();
        plan.forEach(decision -> {
            if (decision.goes()) {
                going.add(decision.key());
            }
        });
        scene.planned.addAll(going);
        DeletionResult result =
                archive.command("deletion", context -> new DeletionRun(context, scene.here).execute(plan));
        String says = "deleted " + result.deletedObjects() + ", left " + result.leftObjects() + ", failed "
                + result.failures();
        return new Claim(says, result.failures().size(), () -> {
            Set<String> left = new TreeSet<>(scene.contents().keySet());
            left.retainAll(going);
            assertTrue(left.size() <= result.leftObjects(), () -> says + ", and there is " + left);
            if (result.failures().isEmpty() && result.leftObjects() == 0) {
                assertEquals(Set.of(), left);
            }
        });
    }

    static Claim keep(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        archive.command("mark of a backup", context -> {
            new Retention(context, scene.here).keep(Template.MIDDLE);
            return true;
        });
        return new Claim("kept", 0, () -> assertTrue(scene.contents().containsKey(KEEP_MARK)));
    }

    static void prepareKept(Scene scene) {
        scene.put(KEEP_MARK, StoppedCluster.text("no policy deletes " + Template.MIDDLE + "\n"), Scene.NOW);
    }

    static Claim release(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        scene.planned.add(KEEP_MARK);
        archive.command("release of a backup", context -> {
            new Retention(context, scene.here).release(Template.MIDDLE);
            return true;
        });
        return new Claim("released", 0, () -> assertTrue(!scene.contents().containsKey(KEEP_MARK)));
    }
}
