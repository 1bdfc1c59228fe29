package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.walarchive.BackupNotFoundException;
import org.walarchive.RecoveryRequest;
import org.walarchive.RecoveryTarget;
import org.walarchive.RestorePlan;
import org.walarchive.RestoreRequest;
import org.walarchive.TargetTimeline;
import org.walarchive.core.backup.ModelArchive.Line;
import org.walarchive.core.backup.ModelArchive.Taken;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.WalSegmentName;

/** The choice of the backup and the WAL of a plan, held against a search through all of a model. */
final class RestorePlanPropertiesTest {

    private static final long SEGMENT = ModelArchive.SIZE.bytes();

    /** Something that happens to the cluster or its archive. */
    private record Step(int kind, int which, int amount) {}

    @Provide
    Arbitrary<List<Step>> lives() {
        Arbitrary<Integer> any = Arbitraries.integers().between(0, 1_000_000);
        return Combinators.combine(Arbitraries.integers().between(0, 9), any, any)
                .as(Step::new)
                .list()
                .ofMinSize(3)
                .ofMaxSize(25);
    }

    private static ModelArchive archive(List<Step> life) throws IOException {
        ModelArchive archive = new ModelArchive();
        for (Step step : life) {
            Line line = archive.line(step.which());
            switch (step.kind()) {
                case 0, 1, 2, 3 -> archive.write(line, 1 + step.amount() * 7L);
                case 4, 5 -> archive.backup(line, step.amount() * 2L, step.amount() % 4 != 0, 0, 1);
                case 6, 7 -> {
                    long back = step.amount() % 2 == 0 ? 0 : step.amount() * 3L;
                    archive.branch(line, Math.max(line.begin, line.position - back));
                }
                default -> archive.write(line, SEGMENT - line.position % SEGMENT);
            }
        }
        List<WalSegmentName> all = new ArrayList<>(archive.segments);
        for (Step step : life) {
            if (step.kind() == 9 && !all.isEmpty()) {
                archive.lose(all.get(step.amount() % all.size()));
            }
        }
        archive.putSegments();
        return archive;
    }

    private static RestorePlan plan(ModelArchive archive, RecoveryTarget target, TargetTimeline timeline)
            throws Exception {
        RestoreRequest request = RestoreRequest.builder(Path.of("target"))
                .recovery(RecoveryRequest.to(target, "false").timeline(timeline))
                .build();
        return new BackupFetch(archive.fixture().archive()).plan(request);
    }

    private static Optional<Taken> newest(ModelArchive archive, Line target, long before) {
        return archive.backups.stream()
                .filter(Taken::complete)
                .filter(backup -> ModelArchive.leadsTo(backup, target))
                .filter(backup -> Long.compareUnsigned(backup.stop(), before) <= 0)
                .max(Comparator.comparingLong(Taken::start));
    }

    private static void requireWal(ModelArchive archive, Line target, Taken backup, long last, RestorePlan plan) {
        RestorePlan.Wal wal = plan.wal().orElseThrow();
        long first = backup.start() / SEGMENT;
        Map<Long, WalSegmentName> missing = archive.missing(target, first, last);
        assertEquals(ModelArchive.read(target, first), wal.first());
        assertEquals(ModelArchive.read(target, last), wal.last());
        assertEquals(last - first + 1, wal.segments());
        assertEquals(wal.segments() - missing.size(), wal.present());
        assertEquals(ModelArchive.OBJECT.length * wal.present(), wal.storedBytes());
        assertEquals(
                missing.size(),
                wal.gaps().stream().mapToLong(RestorePlan.Gap::count).sum());
        if (!missing.isEmpty()) {
            List<WalSegmentName> names = List.copyOf(missing.values());
            assertEquals(names.get(0), wal.gaps().get(0).first());
            assertEquals(
                    names.get(names.size() - 1),
                    wal.gaps().get(wal.gaps().size() - 1).last());
        }
        assertEquals(!missing.isEmpty(), plan.obstacle().isPresent());
        assertEquals(
                List.copyOf(new java.util.LinkedHashSet<>(java.util.stream.LongStream.rangeClosed(first, last)
                        .mapToObj(place -> ModelArchive.read(target, place).timeline())
                        .toList())),
                plan.timelines());
    }

    @Property(tries = 150)
    void anLsnIsReachedFromTheNewestBackupBeforeIt(
            @ForAll @From("lives") List<Step> life, @ForAll int which, @ForAll int where) throws Exception {
        ModelArchive archive = archive(life);
        Line target = archive.line(which);
        long lsn = SEGMENT + Math.floorMod((long) where * 4093, target.position + SEGMENT);
        Optional<Taken> expected = newest(archive, target, lsn);
        RecoveryTarget to = new RecoveryTarget.LsnAt(new Lsn(lsn), RecoveryTarget.Bound.INCLUSIVE);
        TargetTimeline timeline = new TargetTimeline.Numbered(target.timeline());
        if (expected.isEmpty()) {
            assertThrows(BackupNotFoundException.class, () -> plan(archive, to, timeline));
            return;
        }
        RestorePlan plan = plan(archive, to, timeline);
        assertEquals(expected.get().name(), plan.backup());
        long last = Math.max(lsn / SEGMENT, (expected.get().stop() - 1) / SEGMENT);
        requireWal(archive, target, expected.get(), last, plan);
    }

    @Property(tries = 100)
    void theEndOfATimelineIsReachedFromItsNewestBackup(@ForAll @From("lives") List<Step> life) throws Exception {
        ModelArchive archive = archive(life);
        Line target = archive.lines.get(archive.lines.size() - 1);
        Optional<Taken> expected = newest(archive, target, Long.MAX_VALUE);
        RecoveryTarget to = new RecoveryTarget.EndOfWal();
        if (expected.isEmpty()) {
            assertThrows(BackupNotFoundException.class, () -> plan(archive, to, new TargetTimeline.Latest()));
            return;
        }
        RestorePlan plan = plan(archive, to, new TargetTimeline.Latest());
        assertEquals(expected.get().name(), plan.backup());
        long last = Math.max(
                target.parent.isPresent() ? target.begin / SEGMENT : 0,
                (expected.get().stop() - 1) / SEGMENT);
        for (WalSegmentName segment : archive.segments) {
            long place = segment.number(ModelArchive.SIZE);
            if (ModelArchive.read(target, place).equals(segment)) {
                last = Math.max(last, place);
            }
        }
        requireWal(archive, target, expected.get(), last, plan);
    }

    @Property(tries = 100)
    void consistencyNeedsNoMoreThanTheBackupsOwnWal(@ForAll @From("lives") List<Step> life, @ForAll int which)
            throws Exception {
        ModelArchive archive = archive(life);
        List<Taken> complete = archive.backups.stream().filter(Taken::complete).toList();
        if (complete.isEmpty()) {
            return;
        }
        Taken backup = complete.get(Math.floorMod(which, complete.size()));
        RestoreRequest request = RestoreRequest.builder(Path.of("target"))
                .backup(backup.name().toString())
                .recovery(RecoveryRequest.to(new RecoveryTarget.Immediate(), "false"))
                .build();
        RestorePlan plan = new BackupFetch(archive.fixture().archive()).plan(request);
        requireWal(archive, backup.line(), backup, (backup.stop() - 1) / SEGMENT, plan);
    }
}
