package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ArchiveException;
import org.walarchive.BackupNotFoundException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.RecoveryRequest;
import org.walarchive.RecoveryTarget;
import org.walarchive.RecoveryTarget.Bound;
import org.walarchive.RestorePlan;
import org.walarchive.RestorePlan.LastSegment;
import org.walarchive.RestoreRequest;
import org.walarchive.TargetTimeline;
import org.walarchive.WalNotArchivedException;
import org.walarchive.core.backup.ModelArchive.Line;
import org.walarchive.core.backup.ModelArchive.Taken;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.StoreOperation;

final class RestorePlannerTest {

    private static final long SEGMENT = ModelArchive.SIZE.bytes();

    @TempDir
    Path directory;

    private final ModelArchive archive = new ModelArchive();
    private final Line first = archive.lines.get(0);

    private static Instant second(long number) {
        return Instant.ofEpochSecond(1_000_000_000 + number);
    }

    private RestoreRequest.Builder to(RecoveryTarget target) {
        return RestoreRequest.builder(directory.resolve("target")).recovery(RecoveryRequest.to(target, "false"));
    }

    private RestoreRequest.Builder to(RecoveryTarget target, TargetTimeline timeline) {
        return to(target).recovery(RecoveryRequest.to(target, "false").timeline(timeline));
    }

    private RestorePlan plan(RestoreRequest.Builder request) throws ArchiveException, InterruptedException {
        return new BackupFetch(archive.fixture().archive()).plan(request.build());
    }

    private static RecoveryTarget time(long number) {
        return new RecoveryTarget.Time(second(number), Bound.INCLUSIVE);
    }

    @Test
    void aTimeIsReachedFromTheNewestBackupThatWasCompleteByThen() throws Exception {
        Taken early = archive.backup(first, 0, true, 100, 50);
        Taken late = archive.backup(first, 2 * SEGMENT, true, 200, 50);
        archive.write(first, 2 * SEGMENT);
        archive.putSegments();
        assertEquals(early.name(), plan(to(time(150))).backup());
        assertEquals(early.name(), plan(to(time(249))).backup());
        assertEquals(late.name(), plan(to(time(250))).backup());
        assertThrows(BackupNotFoundException.class, () -> plan(to(time(149))));
    }

    @Test
    void anLsnIsReachedFromABackupThatEndsThere() throws Exception {
        Taken early = archive.backup(first, 0, true, 1, 1);
        Taken late = archive.backup(first, 0, true, 3, 1);
        archive.write(first, 2 * SEGMENT);
        archive.putSegments();
        assertEquals(
                late.name(),
                plan(to(new RecoveryTarget.LsnAt(new Lsn(late.stop()), Bound.INCLUSIVE)))
                        .backup());
        assertEquals(
                early.name(),
                plan(to(new RecoveryTarget.LsnAt(new Lsn(late.stop() - 1), Bound.INCLUSIVE)))
                        .backup());
    }

    /** A backup that was begun after the time ends the search for it, so that a gap after it is no obstacle. */
    @Test
    void aLaterBackupBoundsWhereATimeIs() throws Exception {
        Taken early = archive.backup(first, 0, true, 100, 50);
        archive.write(first, 3 * SEGMENT);
        Taken late = archive.backup(first, 0, true, 200, 50);
        archive.write(first, 5 * SEGMENT);
        archive.lose(WalSegmentName.at(new TimelineId(1), late.start() / SEGMENT + 2, ModelArchive.SIZE));
        archive.putSegments();

        RestorePlan bounded = plan(to(time(199)));
        assertEquals(early.name(), bounded.backup());
        assertEquals(LastSegment.AT_MOST, bounded.wal().orElseThrow().lastSegment());
        assertEquals(late.name().segment(), bounded.wal().orElseThrow().last());
        assertEquals(Optional.empty(), bounded.obstacle());

        RestorePlan open = plan(to(time(200)));
        assertEquals(early.name(), open.backup());
        assertEquals(LastSegment.NEWEST_IN_ARCHIVE, open.wal().orElseThrow().lastSegment());
        assertTrue(
                open.obstacle().orElseThrow().contains("1 is not in the archive"),
                open.obstacle().get());
    }

    @Test
    void aTimeThatTheArchiveDoesNotReachIsAnObstacle() throws Exception {
        archive.backup(first, 0, true, 1, 1);
        archive.write(first, 3 * SEGMENT);
        archive.putSegments();
        Instant put = plan(to(time(1000))).wal().orElseThrow().newestPut().orElseThrow();
        long last = put.getEpochSecond() - 1_000_000_000;
        assertEquals(Optional.empty(), plan(to(time(last + 60))).obstacle());
        RestorePlan beyond = plan(to(time(last + 61)));
        assertTrue(beyond.obstacle().orElseThrow().contains("was put at " + put));
        assertInstanceOf(WalNotArchivedException.class, beyond.refusal().orElseThrow());
    }

    @Test
    void missingWalIsRefusedBeforeAnythingIsWritten() throws Exception {
        Taken backup = archive.backup(first, 0, true, 1, 1);
        archive.write(first, 6 * SEGMENT);
        WalSegmentName lost = backup.name().segment().next(ModelArchive.SIZE);
        WalSegmentName alsoLost = lost.next(ModelArchive.SIZE).next(ModelArchive.SIZE);
        archive.lose(lost);
        archive.lose(alsoLost);
        archive.putSegments();
        RestoreRequest request = to(new RecoveryTarget.EndOfWal()).build();
        WalNotArchivedException e = assertThrows(
                WalNotArchivedException.class,
                () -> new BackupFetch(archive.fixture().archive()).fetch(request));
        assertTrue(e.getMessage().contains(lost.toString()), e.getMessage());
        assertTrue(e.detail().orElse("").contains("2 are not"), e.detail().orElse(""));
        assertTrue(
                e.detail().orElse("").contains(alsoLost.toString()), e.detail().orElse(""));
        assertTrue(e.hint().isPresent());
        assertFalse(Files.exists(directory.resolve("target")));

        // the partition of the model is no tar archive: the restore goes on to it
        RestoreRequest allowed = to(new RecoveryTarget.EndOfWal())
                .missingWal(RestoreRequest.MissingWal.ALLOW)
                .build();
        assertThrows(
                CorruptArchiveException.class,
                () -> new BackupFetch(archive.fixture().archive()).fetch(allowed));
    }

    @Test
    void brokenBackupsArePassedOverButNotWhenNamed() throws Exception {
        Taken good = archive.backup(first, 0, true, 1, 1);
        Taken broken = archive.backup(first, 0, false, 2, 1);
        archive.write(first, SEGMENT);
        archive.putSegments();
        assertEquals(good.name(), plan(to(new RecoveryTarget.EndOfWal())).backup());
        assertThrows(
                CorruptArchiveException.class,
                () -> plan(
                        to(new RecoveryTarget.EndOfWal()).backup(broken.name().toString())));
    }

    @Test
    void aNamedBackupHasToLeadToTheTarget() throws Exception {
        archive.backup(first, 0, true, 1, 1);
        archive.write(first, SEGMENT);
        long branch = first.position;
        archive.write(first, SEGMENT);
        Taken after = archive.backup(first, 0, true, 100, 1);
        archive.write(first, SEGMENT);
        Line second = archive.branch(first, branch);
        archive.write(second, 2 * SEGMENT);
        archive.putSegments();
        RecoveryTarget early = new RecoveryTarget.LsnAt(new Lsn(after.stop() - 1), Bound.INCLUSIVE);
        TargetTimeline current = new TargetTimeline.Current();
        RestoreRequest.Builder named = to(early, current).backup(after.name().toString());
        assertTrue(assertThrows(BackupNotFoundException.class, () -> plan(named))
                .detail()
                .orElse("")
                .contains("ends at"));
        RestoreRequest.Builder abandoned =
                to(new RecoveryTarget.EndOfWal()).backup(after.name().toString());
        assertTrue(assertThrows(BackupNotFoundException.class, () -> plan(abandoned))
                .detail()
                .orElse("")
                .contains("left at"));
        assertEquals(
                after.name(), plan(to(new RecoveryTarget.EndOfWal(), current)).backup());
    }

    @Test
    void aHistoryThatCannotBeReadIsNotGuessed() throws Exception {
        archive.backup(first, 0, true, 1, 1);
        archive.write(first, SEGMENT);
        archive.putSegments();
        archive.fixture().put("wal_005/00000002.history.lzo", new byte[] {1, 2, 3});
        CorruptArchiveException e =
                assertThrows(CorruptArchiveException.class, () -> plan(to(new RecoveryTarget.EndOfWal())));
        assertTrue(e.getMessage().contains("timeline 2"), e.getMessage());
        plan(to(new RecoveryTarget.EndOfWal(), new TargetTimeline.Numbered(new TimelineId(1))));
    }

    /** A restore without a recovery reads neither WAL nor histories, and so nothing of them is in the way of its plan. */
    @ParameterizedTest
    @ValueSource(strings = {"a damaged history", "a WAL that may not be listed", "histories that may not be read"})
    void whatIsWrongWithTheWalDoesNotFailThePlanOfARestoreWithoutARecovery(String what) throws Exception {
        archive.write(first, 2 * SEGMENT);
        Line second = archive.branch(first, first.position);
        Taken backup = archive.backup(second, 0, true, 1, 1);
        archive.write(second, SEGMENT);
        archive.putSegments();
        String history = "wal_005/00000002.history.lzo";
        FaultRule rule = switch (what) {
            case "a damaged history" ->
                FaultRule.on(StoreOperation.GET)
                        .keys(history::equals)
                        .everyNth(1)
                        .flipBitAt(40);
            case "a WAL that may not be listed" ->
                FaultRule.on(StoreOperation.LIST)
                        .keys(key -> key.startsWith("wal_005/"))
                        .everyNth(1)
                        .fail(Kind.ACCESS_DENIED);
            default ->
                FaultRule.on(StoreOperation.GET)
                        .keys(history::equals)
                        .everyNth(1)
                        .fail(Kind.ACCESS_DENIED);
        };
        RestorePlan plan = new BackupFetch(archive.fixture().archive(rule))
                .plan(RestoreRequest.builder(directory.resolve("target")).build());
        assertEquals(backup.name(), plan.backup());
        assertEquals(List.of(new TimelineId(2)), plan.timelines());
        assertEquals(Optional.empty(), plan.refusal());
        assertEquals(what.equals("a damaged history"), plan.wal().isPresent());
        assertEquals(1, plan.partitions());
    }

    @Test
    void aBackupThatIsNotCompleteFailsAPlanAsItFailsTheRestore() throws Exception {
        Taken good = archive.backup(first, 0, true, 1, 1);
        archive.backup(first, 0, false, 2, 1);
        RestoreRequest request =
                RestoreRequest.builder(directory.resolve("target")).build();
        BackupFetch use = new BackupFetch(archive.fixture().archive());
        CorruptArchiveException fetch = assertThrows(CorruptArchiveException.class, () -> use.fetch(request));
        CorruptArchiveException plan = assertThrows(CorruptArchiveException.class, () -> use.plan(request));
        assertEquals(fetch.getMessage(), plan.getMessage());
        assertEquals(fetch.detail(), plan.detail());
        assertEquals(fetch.hint(), plan.hint());
        assertTrue(plan.hint().orElseThrow().contains(good.name().toString()), plan::toString);
    }

    @Test
    void timelinesThatAreNotThereAreNamed() throws Exception {
        archive.backup(first, 0, true, 1, 1);
        archive.putSegments();
        BackupNotFoundException e = assertThrows(
                BackupNotFoundException.class,
                () -> plan(to(new RecoveryTarget.EndOfWal(), new TargetTimeline.Numbered(new TimelineId(9)))));
        assertTrue(e.getMessage().contains("timeline 9"), e.getMessage());
    }
}
