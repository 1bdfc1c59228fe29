package org.walarchive.core.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.DeletionOverride.INCLUDING_UNFINISHED;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.walarchive.BackupName;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionPlan.BackupDecision;
import org.walarchive.DeletionPlan.BackupDecision.State;
import org.walarchive.DeletionPolicy;
import org.walarchive.DeletionResult;
import org.walarchive.StoreAccessException;
import org.walarchive.core.layout.ArchiveLayout;

/** What holds for every archive and every policy. */
final class DeletionPropertyTest {

    private static final int TRIES = 400;

    private static String text(DeletionPlan plan) {
        StringBuilder text = new StringBuilder(plan.policy() + "\n");
        plan.backups().forEach(backup -> text.append(backup).append('\n'));
        return text.toString();
    }

    /** Fails unless whatever is offered for a restore is as good as it was. */
    private static void requireIntact(
            AnyArchive any, Map<String, String> before, Map<String, String> after, String why) {
        for (BackupName backup : any.backups.keySet()) {
            AnyArchive.Made made = any.backups.get(backup);
            if (after.containsKey(ArchiveLayout.sentinel(backup)) || made == AnyArchive.Made.YOUNG) {
                assertEquals(objects(backup, before), objects(backup, after), () -> backup + " of " + why);
                assertEquals(
                        any.reach(backup, before.keySet()),
                        any.reach(backup, after.keySet()),
                        () -> "WAL of " + backup + " in " + why);
            }
            if (made == AnyArchive.Made.KEPT || made == AnyArchive.Made.FOREIGN) {
                assertTrue(after.containsKey(ArchiveLayout.sentinel(backup)), () -> backup + " of " + why);
            }
        }
        for (String key : before.keySet()) {
            if (key.contains(".history.") || key.endsWith("core.dump")) {
                assertTrue(after.containsKey(key), key);
            }
        }
    }

    private static Set<String> objects(BackupName backup, Map<String, String> all) {
        Set<String> objects = new TreeSet<>();
        for (String key : all.keySet()) {
            if (key.startsWith(ArchiveLayout.BASE_BACKUPS + backup)) {
                objects.add(key);
            }
        }
        return objects;
    }

    private static Map<String, String> withoutMarks(Map<String, String> all) {
        Map<String, String> rest = new TreeMap<>(all);
        rest.keySet().removeIf(key -> ArchiveLayout.parseDeletionMark(key).isPresent());
        return rest;
    }

    @Property(tries = TRIES)
    void everyBackupThatStaysCanBeRestoredToTheEndOfItsWindow(@ForAll long seed, @ForAll AnyArchive.Segments segments)
            throws Exception {
        AnyArchive any = new AnyArchive(seed, segments);
        Map<String, String> before = any.archive.everything();
        DeletionPlan plan = any.archive.plan(any.policy());
        DeletionResult result = any.archive.execute(plan);
        Map<String, String> after = any.archive.everything();
        requireIntact(any, before, after, text(plan));
        assertEquals(plan.totals().goingObjects(), result.deletedObjects());
        assertEquals(plan.totals().goingObjects(), before.size() - after.size());
        assertEquals(plan.totals().stayingObjects(), withoutOwn(after));
    }

    private static long withoutOwn(Map<String, String> all) {
        return all.keySet().stream()
                .filter(key -> !key.startsWith("walarchive/"))
                .count();
    }

    @Property(tries = TRIES)
    void theNewestThatCanBeRestoredStay(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int count)
            throws Exception {
        AnyArchive any = new AnyArchive(seed);
        DeletionPlan plan = any.archive.plan(new DeletionPolicy.Retain(count));
        List<BackupDecision> restorable = plan.backups().stream()
                .filter(backup ->
                        backup.state() == State.RESTORABLE && any.backups.get(backup.name()) != AnyArchive.Made.FOREIGN)
                .toList();
        assertTrue(
                restorable.stream().filter(backup -> !backup.goes()).count() >= Math.min(count, restorable.size()),
                () -> text(plan));
        restorable.stream()
                .max(Comparator.comparing(backup -> backup.name().segment()))
                .ifPresent(highest -> assertTrue(!highest.goes(), () -> text(plan)));
    }

    @Property(tries = TRIES)
    void deletingTwiceIsDeletingOnce(@ForAll long seed) throws Exception {
        AnyArchive any = new AnyArchive(seed);
        DeletionPolicy policy = any.policy();
        any.archive.delete(policy);
        Map<String, String> once = any.archive.everything();
        assertEquals(0, any.archive.delete(policy).deletedObjects());
        assertEquals(once, any.archive.everything());
    }

    @Property(tries = TRIES)
    void whatWasStoppedGoesOn(@ForAll long seed, @ForAll @IntRange(max = 120) int changes) throws Exception {
        AnyArchive once = new AnyArchive(seed);
        DeletionPolicy policy = once.policy();
        once.archive.delete(policy);

        AnyArchive stopped = new AnyArchive(seed);
        Map<String, String> before = stopped.archive.everything();
        DeletionPlan plan = stopped.archive.plan(stopped.policy());
        StoppingStore store = new StoppingStore(stopped.archive.store, changes);
        try {
            stopped.archive.execute(plan, store);
        } catch (StoreAccessException e) {
            assertTrue(store.hasStopped(), e::toString);
        }
        requireIntact(stopped, before, stopped.archive.everything(), "stopped after " + changes + ": " + text(plan));
        stopped.archive.delete(policy);
        assertEquals(once.archive.everything(), stopped.archive.everything(), () -> text(plan));
    }

    @Property(tries = TRIES / 4)
    void everythingLeavesNothingHalf(@ForAll long seed, @ForAll @IntRange(max = 120) int changes) throws Exception {
        AnyArchive any = new AnyArchive(seed);
        Map<String, String> before = any.archive.everything();
        DeletionPlan plan = any.archive.plan(new DeletionPolicy.Everything(), INCLUDING_UNFINISHED);
        try {
            any.archive.execute(plan, new StoppingStore(any.archive.store, changes));
        } catch (StoreAccessException e) {
            any.backups.keySet().removeIf(name -> any.backups.get(name) == AnyArchive.Made.YOUNG);
        }
        any.archive.delete(new DeletionPolicy.Everything(), INCLUDING_UNFINISHED);
        boolean keptAny = any.backups.containsValue(AnyArchive.Made.KEPT);
        Map<String, String> after = any.archive.everything();
        assertEquals(withoutMarks(after), after);
        if (keptAny) {
            for (BackupName backup : any.backups.keySet()) {
                if (any.backups.get(backup) == AnyArchive.Made.KEPT) {
                    assertEquals(objects(backup, before), objects(backup, after));
                    assertEquals(any.reach(backup, before.keySet()), any.reach(backup, after.keySet()));
                }
            }
        } else {
            assertEquals(Set.of(), after.keySet());
        }
    }
}
