package org.walarchive.core.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.core.retention.TestArchive.backup;
import static org.walarchive.core.retention.TestArchive.decisions;
import static org.walarchive.core.retention.TestArchive.left;
import static org.walarchive.core.retention.TestArchive.segment;
import static org.walarchive.core.retention.TestArchive.walKey;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.walarchive.BackupName;
import org.walarchive.BackupNotFoundException;
import org.walarchive.ConflictException;
import org.walarchive.DeletionDecision;
import org.walarchive.DeletionOverride;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionPolicy;
import org.walarchive.DeletionReason;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.wal.SegmentBuilder;

final class RetentionTest {

    private final TestArchive archive = new TestArchive();

    private static final DeletionPolicy RETAIN_1 = new DeletionPolicy.Retain(1);

    private static Map<String, DeletionReason> reasons(DeletionPlan plan) {
        return plan.backups().stream()
                .collect(Collectors.toMap(decision -> decision.name().toString(), DeletionPlan.BackupDecision::reason));
    }

    private static DeletionReason reason(DeletionPlan plan, BackupName name) {
        return reasons(plan).get(name.toString());
    }

    private static DeletionReason reason(DeletionPlan plan, String key) {
        return decisions(plan).get(key).reason();
    }

    /** Three backups, a day apart, on one timeline. */
    private List<BackupName> line() {
        archive.ago(Duration.ofDays(3)).wal(1, 1, 40);
        BackupName first = archive.ours(1, 10);
        archive.ago(Duration.ofDays(2));
        BackupName second = archive.ours(1, 20);
        archive.ago(Duration.ofDays(1));
        BackupName third = archive.ours(1, 30);
        return List.of(first, second, third);
    }

    @Test
    void retainLetsGoWhatIsOlder() throws Exception {
        List<BackupName> line = line();
        DeletionPlan plan = archive.plan(new DeletionPolicy.Retain(2));
        assertEquals(
                List.of(DeletionReason.NOT_RETAINED, DeletionReason.RETAINED, DeletionReason.RETAINED),
                plan.backups().stream().map(DeletionPlan.BackupDecision::reason).toList());
        assertEquals(DeletionReason.NOT_NEEDED, reason(plan, walKey(1, 19)));
        DeletionDecision needed = decisions(plan).get(walKey(1, 20));
        assertEquals(DeletionReason.NEEDED, needed.reason());
        assertTrue(needed.explanation().contains(line.get(1).toString()), needed.explanation());
        DeletionPlan.Totals totals = plan.totals();
        assertEquals(4 + 19, totals.goingObjects());
        assertEquals(8 + 21, totals.stayingObjects());
    }

    @Test
    void aPlanChangesNothing() throws Exception {
        line();
        Map<String, String> before = archive.everything();
        archive.plan(new DeletionPolicy.Everything());
        archive.plan(RETAIN_1);
        assertEquals(before, archive.everything());
    }

    @Test
    void brokenBackupsDoNotPushOutGoodOnes() throws Exception {
        List<BackupName> line = line();
        archive.delete(ArchiveLayout.partition(line.get(2), 1, "lzo"));
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.NOT_RETAINED, reason(plan, line.get(0)));
        assertEquals(DeletionReason.RETAINED, reason(plan, line.get(1)));
        assertEquals(DeletionReason.BROKEN, reason(plan, line.get(2)));
    }

    @Test
    void aBackupWithoutItsWalIsBroken() throws Exception {
        List<BackupName> line = line();
        archive.delete(walKey(1, 31));
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.RETAINED, reason(plan, line.get(1)));
        assertEquals(DeletionReason.BROKEN, reason(plan, line.get(2)));
    }

    @Test
    void aBackupUpToTheLastSegmentThereCanBeIsJudged() throws Exception {
        long last = (TestArchive.SIZE.segmentsPerXlogId() << 32) - 1;
        archive.ago(Duration.ofDays(3)).wal(1, last - 1, last);
        BackupName backup = archive.ours(1, last - 1);
        assertEquals(DeletionReason.RETAINED, reason(archive.plan(RETAIN_1), backup));
    }

    @Test
    void afterAReturnToTheBeginningTheNewBackupsCount() throws Exception {
        line();
        archive.at(TestArchive.NOW).history(2, left(1, 12));
        archive.wal(2, 12, 18);
        BackupName newest = archive.ours(2, 15);
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.RETAINED, reason(plan, newest));
        assertEquals(DeletionReason.RETAINED, reason(plan, backup(1, 30)), "it has the highest position");
        assertEquals(DeletionReason.NEEDED, reason(plan, walKey(2, 15)));
        assertEquals(DeletionReason.NOT_NEEDED, reason(plan, walKey(2, 14)));
        assertEquals(DeletionReason.NOT_NEEDED, reason(plan, walKey(1, 9)));
        DeletionPlan before = archive.plan(new DeletionPolicy.Before(backup(1, 30)));
        assertEquals(DeletionReason.NEWER, reason(before, newest));
        assertEquals(DeletionReason.NEEDED, reason(before, walKey(2, 15)));
    }

    @Test
    void theNewestTimelineStaysWithinReach() throws Exception {
        List<BackupName> line = line();
        archive.at(TestArchive.NOW).history(2, left(1, 12));
        archive.wal(2, 12, 18);
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.NEWEST_TIMELINE, reason(plan, line.get(0)));
        assertEquals(DeletionReason.NEEDED, reason(plan, walKey(2, 12)));
        assertEquals(DeletionReason.NEEDED, reason(plan, walKey(1, 10)));
        assertEquals(DeletionReason.NOT_NEEDED, reason(plan, walKey(1, 9)));
    }

    @Test
    void siblingsAreMeasuredByTheirOwnBackups() throws Exception {
        archive.ago(Duration.ofDays(9)).wal(1, 1, 30);
        BackupName root = archive.ours(1, 5);
        archive.history(2, left(1, 10));
        archive.wal(2, 10, 60);
        archive.ago(Duration.ofDays(5));
        BackupName abandoned = archive.ours(2, 50);
        archive.keep(abandoned);
        archive.history(3, left(1, 20));
        archive.wal(3, 20, 90);
        archive.ago(Duration.ofDays(1));
        BackupName live = archive.ours(3, 80);
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.NOT_RETAINED, reason(plan, root));
        assertEquals(DeletionReason.KEPT, reason(plan, abandoned));
        assertEquals(DeletionReason.RETAINED, reason(plan, live));
        assertEquals(DeletionReason.NOT_NEEDED, reason(plan, walKey(3, 79)), "the kept one does not reach timeline 3");
        assertEquals(DeletionReason.NEEDED, reason(plan, walKey(3, 80)));
        assertEquals(DeletionReason.NOT_NEEDED, reason(plan, walKey(2, 49)));
        assertEquals(DeletionReason.NEEDED, reason(plan, walKey(2, 50)));
        assertEquals(DeletionReason.HISTORY, reason(plan, "wal_005/00000002.history.lzo"));
    }

    @Test
    void withoutAHistoryNobodyKnows() throws Exception {
        archive.ago(Duration.ofDays(9)).wal(1, 1, 60);
        archive.ours(1, 20);
        archive.ago(Duration.ofDays(2));
        BackupName newest = archive.ours(1, 50);
        archive.wal(3, 5, 80);
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.RETAINED, reason(plan, newest));
        assertEquals(DeletionReason.HISTORY_MISSING, reason(plan, walKey(3, 5)));
        assertEquals(List.of("the history of timeline 3 is missing"), plan.notes());
    }

    @Test
    void aHistoryIsKnownFromThoseThatComeAfterIt() throws Exception {
        archive.ago(Duration.ofDays(9)).wal(1, 1, 10);
        archive.ours(1, 2);
        archive.wal(2, 10, 30);
        archive.history(3, left(1, 10) + left(2, 30));
        archive.wal(3, 30, 60);
        archive.ago(Duration.ofDays(2));
        archive.ours(3, 50);
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.NOT_NEEDED, reason(plan, walKey(2, 29)));
        assertEquals(List.of(), plan.notes());
    }

    @Test
    void theSegmentInWhichATimelineWasLeftStaysWithABackupInIt() throws Exception {
        archive.ago(Duration.ofDays(9)).wal(1, 1, 10);
        archive.put("wal_005/" + segment(1, 10) + ".partial.lzo", "");
        archive.put("wal_005/" + segment(1, 9) + ".partial.lzo", "");
        archive.ours(1, 2);
        archive.history(2, left(1, 10));
        archive.wal(2, 10, 60);
        archive.ago(Duration.ofDays(2));
        archive.ours(2, 10);
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.NEEDED, reason(plan, walKey(1, 10)));
        assertEquals(DeletionReason.NEEDED, reason(plan, "wal_005/" + segment(1, 10) + ".partial.lzo"));
        assertEquals(DeletionReason.NOT_NEEDED, reason(plan, "wal_005/" + segment(1, 9) + ".partial.lzo"));
        assertEquals(DeletionReason.NOT_NEEDED, reason(plan, walKey(1, 9)));
    }

    @Test
    void backupsInProgressStayWithTheirWal() throws Exception {
        line();
        archive.ago(Duration.ofHours(23));
        BackupName slow = archive.unfinished(1, 25);
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.IN_PROGRESS, reason(plan, slow));
        assertEquals(DeletionReason.NEEDED, reason(plan, walKey(1, 25)));
        assertEquals(DeletionReason.NOT_NEEDED, reason(plan, walKey(1, 24)));
    }

    @Test
    void everythingLeavesABackupInProgressItsWal() throws Exception {
        List<BackupName> line = line();
        archive.ago(Duration.ofHours(23));
        BackupName slow = archive.unfinished(1, 25);
        DeletionPlan plan = archive.plan(new DeletionPolicy.Everything());
        assertEquals(DeletionReason.IN_PROGRESS, reason(plan, slow));
        assertEquals(DeletionReason.EVERYTHING, reason(plan, line.get(0)));
        assertEquals(DeletionReason.NEEDED, reason(plan, walKey(1, 25)));
        assertEquals(DeletionReason.NOT_NEEDED, reason(plan, walKey(1, 24)));
        archive.delete(new DeletionPolicy.Everything());
        assertEquals(DeletionReason.IN_PROGRESS, reason(archive.plan(new DeletionPolicy.Everything()), slow));
    }

    @Test
    void abandonedBackupsGoAndLaterOnesStay() throws Exception {
        line();
        archive.ago(Duration.ofDays(2));
        BackupName old = archive.unfinished(1, 15);
        BackupName last = archive.unfinished(1, 35);
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.ABANDONED, reason(plan, old));
        assertEquals(DeletionReason.IN_PROGRESS, reason(plan, last));
    }

    @Test
    void backupsOfAnotherClusterStay() throws Exception {
        archive.put(ArchiveLayout.IDENTITY, "system_identifier=" + SegmentBuilder.CLUSTER + "\n");
        archive.ago(Duration.ofDays(9)).wal(1, 1, 50);
        BackupName foreign = archive.ours(1, 4, SegmentBuilder.OTHER_CLUSTER);
        BackupName foreignHigh = archive.ours(1, 45, SegmentBuilder.OTHER_CLUSTER);
        BackupName old = archive.ours(1, 10);
        archive.ago(Duration.ofDays(1));
        BackupName own = archive.ours(1, 30);
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.OTHER_CLUSTER, reason(plan, foreign));
        assertEquals(DeletionReason.OTHER_CLUSTER, reason(plan, foreignHigh));
        assertEquals(DeletionReason.NOT_RETAINED, reason(plan, old));
        assertEquals(DeletionReason.RETAINED, reason(plan, own));
        assertEquals(1, plan.notes().size());
        assertEquals(DeletionReason.NOT_NEEDED, reason(plan, walKey(1, 3)));
        assertEquals(DeletionReason.NEEDED, reason(plan, walKey(1, 4)));
    }

    @Test
    void twoClustersWithoutARecordAreRefused() throws Exception {
        archive.wal(1, 1, 20);
        archive.ours(1, 4, SegmentBuilder.OTHER_CLUSTER);
        archive.ours(1, 10);
        ConflictException e = assertThrows(ConflictException.class, () -> archive.plan(RETAIN_1));
        assertEquals("archive memory://m has backups of more than one cluster", e.getMessage());
        archive.plan(new DeletionPolicy.Everything());
    }

    @Test
    void whereNumbersBeganAnewTheNewestByTimeStay() throws Exception {
        archive.ago(Duration.ofDays(9)).wal(1, 1, 60);
        BackupName old = archive.walE(1, 50);
        archive.ago(Duration.ofDays(2));
        archive.walE(1, 4);
        archive.ago(Duration.ofDays(1));
        BackupName newest = archive.walE(1, 6);
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.RETAINED, reason(plan, newest));
        assertEquals(DeletionReason.RETAINED, reason(plan, old));
        assertEquals(DeletionReason.NEEDED, reason(plan, walKey(1, 6)));
        assertEquals(DeletionReason.NOT_NEEDED, reason(plan, walKey(1, 5)));
    }

    @Test
    void doubtfulOfflineNamesProtectFromTheBeginningOfTheirFourGigabytes() throws Exception {
        archive.ago(Duration.ofDays(9)).wal(1, 1, 60);
        BackupName offline = BackupName.parse("base_000000010000000000000030_00000030");
        archive.put(ArchiveLayout.partition(offline, 0, "lzo"), "partition");
        archive.put(
                ArchiveLayout.sentinel(offline),
                "{\"wal_segment_backup_stop\": \"000000010000000000000030\","
                        + " \"wal_segment_offset_backup_stop\": \"00000030\"}");
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.RETAINED, reason(plan, offline));
        assertEquals(DeletionReason.NEEDED, reason(plan, walKey(1, 3)));
    }

    @Test
    void noPolicyPassesTheFloor() throws Exception {
        List<BackupName> line = line();
        archive.config = archive.config.build().toBuilder().retentionFloor(2);
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.FLOOR, reason(plan, line.get(1)));
        assertEquals(DeletionReason.FLOOR, reason(archive.plan(new DeletionPolicy.Everything()), line.get(1)));
        assertEquals(
                DeletionReason.NOT_RETAINED, reason(archive.plan(RETAIN_1, DeletionOverride.BELOW_FLOOR), line.get(1)));
    }

    @Test
    void beforeTheEndLeavesTheNewest() throws Exception {
        List<BackupName> line = line();
        DeletionPolicy far = new DeletionPolicy.BeforeSegment(segment(1, 99));
        DeletionPlan plan = archive.plan(far);
        assertEquals(DeletionReason.FLOOR, reason(plan, line.get(2)));
        assertEquals(DeletionReason.NEEDED, reason(plan, walKey(1, 30)));
        DeletionPlan bare = archive.plan(far, DeletionOverride.BELOW_FLOOR);
        assertEquals(DeletionReason.NOT_RETAINED, reason(bare, line.get(2)));
    }

    @Test
    void beforeASegmentBetweenTwoBackups() throws Exception {
        List<BackupName> line = line();
        DeletionPlan plan = archive.plan(new DeletionPolicy.BeforeSegment(segment(1, 15)));
        assertEquals(DeletionReason.NOT_RETAINED, reason(plan, line.get(0)));
        assertEquals(DeletionReason.RETAINED, reason(plan, line.get(1)));
        assertEquals(DeletionReason.NOT_NEEDED, reason(plan, walKey(1, 14)));
        assertEquals(DeletionReason.NOT_BEFORE, reason(plan, walKey(1, 15)));
        assertEquals(DeletionReason.NEEDED, reason(plan, walKey(1, 20)));
    }

    @Test
    void retainForKeepsWhatTheTimeIsReachedFrom() throws Exception {
        List<BackupName> line = line();
        DeletionPlan plan = archive.plan(new DeletionPolicy.RetainFor(Duration.ofHours(36)));
        assertEquals(DeletionReason.NOT_RETAINED, reason(plan, line.get(0)));
        assertEquals(DeletionReason.RETAINED, reason(plan, line.get(1)));
        assertEquals(DeletionReason.RETAINED, reason(plan, line.get(2)));
    }

    @Test
    void retainByCalendarKeepsTheLastOfEachPeriod() throws Exception {
        archive.ago(Duration.ofDays(900)).wal(1, 1, 200);
        String[] times = {
            "2024-12-30T10:00:00Z",
            "2025-06-01T10:00:00Z",
            "2026-10-31T23:30:00Z",
            "2026-11-14T10:00:00Z",
            "2026-11-20T10:00:00Z",
            "2026-11-20T22:00:00Z",
            "2026-11-21T09:00:00Z"
        };
        for (int i = 0; i < times.length; i++) {
            archive.at(Instant.parse(times[i]));
            archive.ours(1, 10 + 10 * i);
        }
        DeletionPlan plan = archive.plan(new DeletionPolicy.RetainByCalendar(2, 2, 2, 3, ZoneId.of("Europe/Berlin")));
        assertEquals(
                List.of(true, true, false, true, false, true, true),
                plan.backups().stream().map(decision -> !decision.goes()).toList(),
                plan.backups()::toString);
        DeletionPlan utc = archive.plan(new DeletionPolicy.RetainByCalendar(0, 0, 2, 0, ZoneId.of("UTC")));
        assertEquals(
                List.of(false, false, true, false, false, false, true),
                utc.backups().stream().map(decision -> !decision.goes()).toList());
    }

    @Test
    void withoutAnyBackupNothingGoes() throws Exception {
        archive.wal(1, 1, 9);
        assertEquals(0, archive.plan(RETAIN_1).totals().goingObjects());
        assertEquals(
                4,
                archive.plan(new DeletionPolicy.BeforeSegment(segment(1, 5)))
                        .totals()
                        .goingObjects());
    }

    @Test
    void unknownObjectsStayButForThoseAmongPartitions() throws Exception {
        List<BackupName> line = line();
        String among = ArchiveLayout.partitions(line.get(0)) + "what.is.this";
        archive.put(among, "");
        archive.put("wal_005/core.dump", "");
        archive.put("basebackups_005/README", "");
        archive.put("elsewhere/x", "");
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertTrue(decisions(plan).get(among).goes());
        assertEquals(DeletionReason.UNKNOWN, reason(plan, "wal_005/core.dump"));
        assertEquals(DeletionReason.UNKNOWN, reason(plan, "basebackups_005/README"));
        assertFalse(decisions(plan).containsKey("elsewhere/x"));
    }

    @Test
    void everythingGoesButForKeptBackupsAndWhatTheyNeed() throws Exception {
        List<BackupName> line = line();
        archive.put("wal_005/core.dump", "");
        archive.put("elsewhere/x", "");
        archive.put(ArchiveLayout.IDENTITY, "system_identifier=" + SegmentBuilder.CLUSTER + "\n");
        archive.unfinished(1, 35);
        archive.retention().keep(line.get(1));
        archive.delete(new DeletionPolicy.Everything(), DeletionOverride.INCLUDING_UNFINISHED);
        assertEquals(4 + 21 + 4, archive.everything().size(), archive.everything()::toString);
        archive.delete(
                new DeletionPolicy.Everything(),
                DeletionOverride.INCLUDING_KEPT,
                DeletionOverride.INCLUDING_UNFINISHED);
        assertEquals(List.of("elsewhere/x"), List.copyOf(archive.everything().keySet()));
    }

    @Test
    void oldVersionsGoAlone() throws Exception {
        line();
        Map<String, String> before = archive.everything();
        archive.put("basebackups_004/base_x/part_1.tar.lzo", "");
        archive.put("wal_000/x", "");
        assertEquals(2, archive.delete(new DeletionPolicy.OldVersions()).deletedObjects());
        assertEquals(before, archive.everything());
    }

    @Test
    void marksAreKeptAndReleased() throws Exception {
        List<BackupName> line = line();
        archive.retention().keep(line.get(0));
        archive.retention().keep(line.get(0));
        assertEquals(List.of(line.get(0)), archive.retention().kept());
        assertEquals(DeletionReason.KEPT, reason(archive.plan(RETAIN_1), line.get(0)));
        archive.retention().release(line.get(0));
        archive.retention().release(line.get(0));
        assertEquals(List.of(), archive.retention().kept());
        assertThrows(BackupNotFoundException.class, () -> archive.retention().keep(backup(1, 99)));
        assertEquals(List.of(), archive.retention().kept());
        archive.at(TestArchive.NOW).put(ArchiveLayout.deletionMark(line.get(0)), "");
        assertThrows(ConflictException.class, () -> archive.retention().keep(line.get(0)));
        assertEquals(List.of(), archive.retention().kept());
    }

    @Test
    void keptBackupsGoWithEverythingOnly() {
        assertThrows(IllegalArgumentException.class, () -> archive.plan(RETAIN_1, DeletionOverride.INCLUDING_KEPT));
    }

    /** A full backup of WAL-G's, two with the changes since, one after the other, and another full one. */
    private List<BackupName> chain() {
        archive.ago(Duration.ofDays(4)).wal(1, 1, 60);
        BackupName full = archive.walG(1, 10, Optional.empty());
        archive.ago(Duration.ofDays(3));
        BackupName delta = archive.walG(1, 20, Optional.of(full));
        archive.ago(Duration.ofDays(2));
        BackupName second = archive.walG(1, 30, Optional.of(delta));
        archive.ago(Duration.ofDays(1));
        BackupName last = archive.walG(1, 40, Optional.empty());
        return List.of(full, delta, second, last);
    }

    @Test
    void whatIsOlderGoesWithAllThatWalGKeptOfIt() throws Exception {
        List<BackupName> chain = chain();
        archive.delete(RETAIN_1);
        assertEquals(
                Set.of(ArchiveLayout.sentinel(chain.get(3))),
                archive.everything().keySet().stream()
                        .filter(key -> key.startsWith("basebackups_005/"))
                        .filter(key -> !key.startsWith(ArchiveLayout.backup(chain.get(3))))
                        .collect(Collectors.toSet()));
        assertFalse(archive.everything().containsKey(walKey(1, 39)));
        assertTrue(archive.everything().containsKey(walKey(1, 40)));
    }

    @Test
    void whatADeltaThatStaysBuildsUponStays() throws Exception {
        List<BackupName> chain = chain();
        archive.ago(Duration.ofHours(12));
        BackupName newest = archive.walG(1, 50, Optional.of(chain.get(2)));
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(
                Map.of(
                        chain.get(0).toString(), DeletionReason.NEEDED,
                        chain.get(1).toString(), DeletionReason.NEEDED,
                        chain.get(2).toString(), DeletionReason.NEEDED,
                        chain.get(3).toString(), DeletionReason.RETAINED,
                        newest.toString(), DeletionReason.BROKEN),
                reasons(plan));
        archive.execute(plan);
        assertTrue(archive.everything().containsKey(ArchiveLayout.sentinel(chain.get(0))));
        assertTrue(archive.everything().containsKey(walKey(1, 10)));
    }

    /** Its sentinel may be what is damaged, or not be there yet: the name says it too. */
    @Test
    void theNameOfADeltaProtectsWhatItBuildsUpon() throws Exception {
        List<BackupName> chain = chain();
        archive.ago(Duration.ofHours(1));
        BackupName unfinished = archive.walG(1, 50, Optional.of(chain.get(0)));
        archive.put(ArchiveLayout.sentinel(unfinished), "{\"LSN\":");
        assertEquals(DeletionReason.NEEDED, reason(archive.plan(RETAIN_1), chain.get(0)));
        archive.delete(ArchiveLayout.sentinel(unfinished));
        assertEquals(DeletionReason.NEEDED, reason(archive.plan(RETAIN_1), chain.get(0)));
        assertEquals(DeletionReason.NOT_RETAINED, reason(archive.plan(RETAIN_1), chain.get(1)));
    }

    @Test
    void whatWalGMarkedAsPermanentStays() throws Exception {
        List<BackupName> chain = chain();
        archive.permanent(chain.get(1), true);
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.KEPT, reason(plan, chain.get(1)));
        assertEquals(DeletionReason.NEEDED, reason(plan, chain.get(0)));
        assertEquals(DeletionReason.NEEDED, reason(plan, walKey(1, 10)));
    }

    /** A delta alone is nothing that could be restored here. */
    @Test
    void deltasDoNotCountAsBackupsThatCanBeRestored() throws Exception {
        List<BackupName> chain = chain();
        archive.delete(ArchiveLayout.sentinel(chain.get(3)));
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.RETAINED, reason(plan, chain.get(0)));
        assertEquals(DeletionReason.BROKEN, reason(plan, chain.get(2)));
    }

    @Test
    void whatWalGMayRestoreGoesWithEverythingOnly() throws Exception {
        List<BackupName> chain = chain();
        archive.ago(Duration.ofDays(4))
                .put(ArchiveLayout.sentinel(chain.get(0)), "{\"LSN\":33554472,\"PgVersion\":\"of another time\"}");
        DeletionPlan plan = archive.plan(RETAIN_1);
        assertEquals(DeletionReason.BROKEN, reason(plan, chain.get(0)));
        assertEquals(DeletionReason.NOT_RETAINED, reason(plan, chain.get(1)));
        assertEquals(DeletionReason.NEEDED, reason(plan, walKey(1, 10)));
        archive.execute(plan);
        assertTrue(archive.everything().containsKey(ArchiveLayout.partitions(chain.get(0)) + "part_001.tar.lz4"));
        DeletionPolicy everything = new DeletionPolicy.Everything();
        assertEquals(DeletionReason.EVERYTHING, reason(archive.plan(everything), chain.get(0)));
        archive.permanent(chain.get(0), true);
        assertEquals(DeletionReason.KEPT, reason(archive.plan(everything), chain.get(0)));
    }

    @Test
    void anEmptyPartitionThatWalGDidNotRecordBreaksNothing() throws Exception {
        List<BackupName> chain = chain();
        BackupName last = chain.get(3);
        archive.put(ArchiveLayout.partitions(last) + "part_003.tar.lz4", "");
        assertEquals(DeletionReason.BROKEN, reason(archive.plan(RETAIN_1), last));
        archive.put(ArchiveLayout.walGFiles(last), "{\"TarFileSets\":{\"part_001.tar.lz4\":[]}}");
        assertEquals(DeletionReason.RETAINED, reason(archive.plan(RETAIN_1), last));
    }

    /** WAL-G names a backup by its segment alone, so that one whose deletion was begun may be taken anew. */
    @Test
    void aNameThatWalGTakesAnewIsNotLeftOver() throws Exception {
        chain();
        archive.ago(Duration.ofHours(3));
        BackupName taken = archive.walG(1, 50, Optional.empty());
        archive.delete(ArchiveLayout.sentinel(taken));
        archive.ago(Duration.ofHours(2)).put(ArchiveLayout.deletionMark(taken), "");
        assertEquals(DeletionReason.LEFT_OVER, reason(archive.plan(RETAIN_1), taken));
        archive.ago(Duration.ofHours(1)).put(ArchiveLayout.partitions(taken) + "part_001.tar.lz4", "anew");
        assertEquals(DeletionReason.IN_PROGRESS, reason(archive.plan(RETAIN_1), taken));
    }
}
