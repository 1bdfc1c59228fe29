package org.walarchive.core.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.core.retention.TestArchive.NOW;
import static org.walarchive.core.retention.TestArchive.walKey;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.walarchive.ArchiveEvent;
import org.walarchive.BackupName;
import org.walarchive.ConflictException;
import org.walarchive.DeletionDecision;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionPolicy;
import org.walarchive.DeletionResult;
import org.walarchive.StoreAccessException;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.StoreOperation;

final class DeletionRunTest {

    private static final DeletionPolicy RETAIN_1 = new DeletionPolicy.Retain(1);

    private final TestArchive archive = new TestArchive();
    private BackupName first;
    private BackupName second;
    private BackupName third;

    @BeforeEach
    void fill() {
        archive.ago(Duration.ofDays(3)).wal(1, 1, 40);
        first = archive.ours(1, 10);
        archive.ago(Duration.ofDays(2));
        second = archive.ours(1, 20);
        archive.ago(Duration.ofDays(1));
        third = archive.ours(1, 30);
    }

    private BlobStore faulty(FaultRule... rules) {
        return new FaultyBlobStore(archive.store, rules);
    }

    private boolean isThere(String key) {
        return archive.everything().containsKey(key);
    }

    @Test
    void tellsOfEveryObjectInOrder() throws Exception {
        DeletionResult result = archive.delete(RETAIN_1);
        List<DeletionDecision> told = new ArrayList<>();
        for (ArchiveEvent event : archive.events) {
            if (event instanceof ArchiveEvent.DeletionStarted started) {
                told.add(started.decision());
            }
        }
        assertEquals(8 + 29, told.size());
        assertEquals(ArchiveLayout.sentinel(first), told.get(0).key());
        assertEquals(ArchiveLayout.sentinel(second), told.get(1).key());
        assertEquals(walKey(1, 29), told.get(told.size() - 1).key());
        assertEquals(
                new DeletionResult(37, archive.plan(RETAIN_1).totals().goingBytes() + bytes(told), List.of(), 0),
                result);
        assertTrue(archive.events.get(archive.events.size() - 1) instanceof ArchiveEvent.DeletionCompleted);
        assertEquals(0, archive.plan(RETAIN_1).totals().goingObjects());
    }

    private static long bytes(List<DeletionDecision> decisions) {
        return decisions.stream().mapToLong(DeletionDecision::sizeBytes).sum();
    }

    @Test
    void aKeyThatCannotBeDeletedIsReportedAndTheOthersGo() throws Exception {
        DeletionResult result = archive.execute(
                archive.plan(RETAIN_1),
                faulty(FaultRule.on(StoreOperation.DELETE)
                        .keys(walKey(1, 7)::equals)
                        .fail(Kind.ACCESS_DENIED)));
        assertEquals(
                List.of(walKey(1, 7)),
                result.failures().stream().map(DeletionResult.Failure::key).toList());
        assertEquals(36, result.deletedObjects());
        assertEquals(1, result.leftObjects());
        assertTrue(isThere(walKey(1, 7)) && !isThere(walKey(1, 8)));
        assertEquals(1, archive.delete(RETAIN_1).deletedObjects());
        assertTrue(archive.retention().kept().isEmpty()
                && archive.everything().keySet().stream().noneMatch(key -> key.startsWith(ArchiveLayout.OWN)));
    }

    @Test
    void aBackupWhoseSentinelCannotBeDeletedStaysWholeWithItsWal() throws Exception {
        DeletionResult result = archive.execute(
                archive.plan(RETAIN_1),
                faulty(FaultRule.on(StoreOperation.DELETE)
                        .keys(ArchiveLayout.sentinel(second)::equals)
                        .fail(Kind.ACCESS_DENIED)));
        assertEquals(1, result.failures().size());
        assertEquals(4, result.deletedObjects());
        assertEquals(37 - 4, result.leftObjects());
        assertTrue(isThere(ArchiveLayout.partition(second, 1, "lzo")) && isThere(walKey(1, 1)));
        assertFalse(isThere(ArchiveLayout.partition(first, 0, "lzo")));
    }

    @Test
    void aStoreThatCannotBeReachedEndsTheDeletion() throws Exception {
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertThrows(
                StoreAccessException.class,
                () -> archive.execute(
                        plan, faulty(FaultRule.on(StoreOperation.DELETE).fail(Kind.UNAVAILABLE))));
        assertTrue(isThere(ArchiveLayout.sentinel(first)));
        archive.execute(plan);
        assertEquals(0, archive.plan(RETAIN_1).totals().goingObjects());
    }

    @Test
    void anInterruptEndsTheDeletion() throws Exception {
        DeletionPlan plan = archive.plan(RETAIN_1);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> archive.execute(plan));
        assertFalse(Thread.interrupted());
    }

    @Test
    void whatWasMarkedSinceStays() throws Exception {
        DeletionPlan plan = archive.plan(RETAIN_1);
        archive.retention().keep(second);
        DeletionResult result = archive.execute(plan);
        assertEquals(4 + 19, result.deletedObjects());
        assertEquals(4 + 10, result.leftObjects());
        assertTrue(isThere(ArchiveLayout.sentinel(second)) && isThere(walKey(1, 20)));
        assertFalse(isThere(ArchiveLayout.deletionMark(second)));
    }

    /** The worst moment: the deletion has planned again, and not yet said so. */
    @Test
    void whatIsMarkedWhileTheDeletionBeginsStays() throws Exception {
        DeletionPlan plan = archive.plan(RETAIN_1);
        Runnable keep = () -> archive.keep(second);
        archive.execute(
                plan,
                faulty(FaultRule.on(StoreOperation.PUT)
                        .keys(ArchiveLayout.deletionMark(first)::equals)
                        .call(1)
                        .runBefore(keep)));
        assertTrue(isThere(ArchiveLayout.sentinel(second)) && isThere(walKey(1, 20)));
        assertFalse(isThere(ArchiveLayout.sentinel(first)) || isThere(ArchiveLayout.deletionMark(second)));
    }

    @Test
    void whatWasReleasedSinceStays() throws Exception {
        archive.retention().keep(second);
        DeletionPlan plan = archive.plan(RETAIN_1);
        archive.retention().release(second);
        archive.execute(plan);
        assertTrue(isThere(ArchiveLayout.sentinel(second)) && isThere(walKey(1, 20)));
    }

    @Test
    void aBackupThatBeganSinceStaysWithItsWal() throws Exception {
        DeletionPlan plan = archive.plan(RETAIN_1);
        archive.at(NOW);
        BackupName slow = archive.unfinished(1, 25);
        archive.execute(plan);
        assertTrue(isThere(ArchiveLayout.version(slow)) && isThere(walKey(1, 25)) && !isThere(walKey(1, 24)));
    }

    @Test
    void aNewerBackupDoesNotMakeMoreGo() throws Exception {
        DeletionPlan plan = archive.plan(new DeletionPolicy.Retain(2));
        archive.at(NOW);
        archive.ours(1, 38);
        archive.execute(plan);
        assertTrue(isThere(ArchiveLayout.sentinel(second)) && isThere(walKey(1, 20)));
        assertFalse(isThere(ArchiveLayout.sentinel(first)));
    }

    @Test
    void aBackupThatCameSinceAndWouldGoIsAConflict() throws Exception {
        DeletionPlan plan = archive.plan(RETAIN_1);
        archive.ago(Duration.ofDays(5));
        archive.ours(1, 5);
        Map<String, String> before = archive.everything();
        assertThrows(ConflictException.class, () -> archive.execute(plan));
        assertEquals(before, archive.everything());
    }

    @Test
    void clocksThatDisagreeAreNoticedWhereAgesDecide() throws Exception {
        DeletionPlan plan = archive.plan(new DeletionPolicy.RetainFor(Duration.ofHours(30)));
        archive.at(NOW.minus(Duration.ofDays(200)));
        Map<String, String> before = archive.everything();
        ConflictException e = assertThrows(
                ConflictException.class, () -> new DeletionRun(archive.archive(), () -> NOW).execute(plan));
        assertTrue(e.getMessage().contains("clocks"), e.getMessage());
        assertEquals(before, archive.everything());
        new DeletionRun(archive.archive(), () -> NOW).execute(archive.plan(RETAIN_1));
    }

    @Test
    void whatAnInterruptedDeletionLeftGoesAtOnce() throws Exception {
        archive.at(NOW);
        archive.put(ArchiveLayout.deletionMark(second), "");
        archive.delete(ArchiveLayout.sentinel(second));
        archive.ago(Duration.ofHours(1));
        archive.put(ArchiveLayout.version(second), "PostgreSQL 17.0");
        archive.delete(RETAIN_1);
        assertFalse(isThere(ArchiveLayout.version(second)));
        assertEquals(
                Set.of(),
                Set.copyOf(archive.everything().keySet().stream()
                        .filter(key -> key.startsWith(ArchiveLayout.OWN))
                        .toList()));
    }

    @Test
    void aBackupThatTakesAHalfDeletedOnesNameIsInProgress() throws Exception {
        archive.ago(Duration.ofHours(2));
        archive.put(ArchiveLayout.deletionMark(second), "");
        archive.delete(ArchiveLayout.sentinel(second));
        archive.ago(Duration.ofHours(1));
        archive.put(ArchiveLayout.version(second), "PostgreSQL 17.0");
        archive.delete(RETAIN_1);
        assertTrue(isThere(ArchiveLayout.version(second)));
    }

    @Test
    void batchesAreOfAThousandAtMost() throws Exception {
        archive.ago(Duration.ofDays(9)).wal(1, 41, 2600);
        archive.at(NOW);
        archive.ours(1, 2590);
        FaultyBlobStore counting = new FaultyBlobStore(archive.store);
        archive.execute(archive.plan(new DeletionPolicy.BeforeSegment(TestArchive.segment(1, 2590))), counting);
        // Sentinels, then 9 other objects of backups and 2589 segments in three batches, then the marks.
        assertEquals(5, counting.calls(StoreOperation.DELETE));
    }
}
