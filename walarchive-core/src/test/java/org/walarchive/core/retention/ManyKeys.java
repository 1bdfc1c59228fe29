package org.walarchive.core.retention;

import java.time.Duration;
import java.util.Set;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionPolicy;
import org.walarchive.DeletionResult;
import org.walarchive.core.store.ArchiveStore;

/** Plans and executes a deletion of very many objects; the heap is what the virtual machine is given. */
public final class ManyKeys {

    private static final int BACKUPS = 100;

    private ManyKeys() {}

    /**
     * Prints how long it took, and how much memory was in use at most after a collection.
     *
     * @param arguments how many objects
     */
    public static void main(String[] arguments) throws Exception {
        int segments = Integer.parseInt(arguments[0]);
        TestArchive backups = new TestArchive();
        for (int i = 1; i <= BACKUPS; i++) {
            backups.ago(Duration.ofDays(BACKUPS - i));
            backups.ours(1, (long) segments * i / (BACKUPS + 1));
        }
        ListingStore store = new ListingStore(segments, backups.store);
        ArchiveStore archive = new ArchiveStore(backups.config.build(), store, event -> {});
        long begin = System.nanoTime();
        DeletionPlan plan = new Retention(archive, () -> TestArchive.NOW).plan(new DeletionPolicy.Retain(1), Set.of());
        long planned = System.nanoTime();
        backups.at(TestArchive.NOW);
        DeletionResult result = new DeletionRun(archive, () -> TestArchive.NOW).execute(plan);
        long end = System.nanoTime();
        System.out.println("objects=" + segments + " going=" + plan.totals().goingObjects() + " deleted="
                + result.deletedObjects() + " left=" + store.segmentsLeft() + " plan_ms="
                + (planned - begin) / 1_000_000
                + " execute_ms=" + (end - planned) / 1_000_000 + " max_heap_mib="
                + Runtime.getRuntime().maxMemory() / (1 << 20));
    }
}
