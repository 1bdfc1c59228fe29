package org.walarchive.core.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeTry;
import org.walarchive.BackupName;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineHistory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.verification.BackupReport;
import org.walarchive.verification.RecoveryWindow;
import org.walarchive.verification.SegmentSpan;
import org.walarchive.verification.TimelineReport;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.WalGap;

/** For any archive, what is reported is what one finds who asks for one segment after the other, as recovery does. */
final class RecoveryPropertyTest {

    private static final long LAST = 40;

    private final Set<WalSegmentName> segments = new TreeSet<>();
    private final Map<TimelineId, TimelineHistory> histories = new TreeMap<>();
    private final Map<BackupName, Lsn[]> backups =
            new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    private DrawnArchive archive = new DrawnArchive();

    /** A property has one instance for all its tries. */
    @BeforeTry
    void empty() {
        segments.clear();
        histories.clear();
        backups.clear();
        archive = new DrawnArchive().identity();
    }

    @Property(tries = 300)
    void windowsAreWhatRecoveryFinds(@ForAll long seed) throws Exception {
        draw(new Random(seed));
        VerificationReport report = archive.verify();
        Set<WalSegmentName> stops = new TreeSet<>();
        Set<WalSegmentName> used = new TreeSet<>();
        for (BackupReport backup : report.backups()) {
            List<String> expected = new ArrayList<>();
            for (TimelineHistory history : histories.values()) {
                walk(history, backup.name(), expected, stops, used);
            }
            assertEquals(
                    expected,
                    backup.windows().stream().map(RecoveryPropertyTest::text).toList(),
                    backup.toString());
            assertEquals(expected.isEmpty() ? BackupReport.State.LACKS_WAL : BackupReport.State.GOOD, backup.state());
        }
        report.timelines().forEach(timeline -> requireSpans(timeline, stops, used));
        assertEquals(
                report.isHealthy(),
                report.backups().stream().allMatch(backup -> backup.state() == BackupReport.State.GOOD)
                        && report.timelines().stream()
                                .flatMap(timeline -> timeline.gaps().stream())
                                .allMatch(gap -> gap.effect() == WalGap.Effect.NONE)
                        && !report.backups().isEmpty());
    }

    private static String text(RecoveryWindow window) {
        return window.timeline() + " " + window.lastSegment() + " " + window.end();
    }

    private void draw(Random random) {
        int timelines = 1 + random.nextInt(4);
        histories.put(new TimelineId(1), TimelineHistory.ofFirst(new TimelineId(1)));
        for (long id = 2; id <= timelines; id++) {
            TimelineHistory parent = histories.get(new TimelineId(1 + random.nextInt((int) id - 1)));
            long from = parent.ancestors().isEmpty()
                    ? 1
                    : parent.ancestors()
                                    .get(parent.ancestors().size() - 1)
                                    .end()
                                    .value()
                            >>> 20;
            Lsn end = DrawnArchive.lsn(from + random.nextInt((int) (LAST - from)), random.nextInt(3) * 4096L);
            if (!parent.ancestors().isEmpty()
                    && end.compareTo(parent.ancestors()
                                    .get(parent.ancestors().size() - 1)
                                    .end())
                            < 0) {
                end = parent.ancestors().get(parent.ancestors().size() - 1).end();
            }
            branch(id, parent, end);
        }
        for (TimelineHistory history : histories.values()) {
            long begin = history.ancestors().isEmpty()
                    ? 1
                    : history.ancestors()
                                    .get(history.ancestors().size() - 1)
                                    .end()
                                    .value()
                            >>> 20;
            int loss = random.nextInt(12);
            for (long number = begin; number <= LAST - random.nextInt(10); number++) {
                if (random.nextInt(12) >= loss / 4) {
                    segments.add(DrawnArchive.name(history.timeline().value(), number));
                    archive.segments(history.timeline().value(), number, number);
                }
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                long start = begin + random.nextInt((int) (LAST - begin + 1));
                Lsn first = DrawnArchive.lsn(start, 40 + 8L * random.nextInt(10));
                Lsn last = first.plus(1 + random.nextInt(3 << 20));
                backups.put(archive.backup(history.timeline().value(), first, last), new Lsn[] {first, last});
            }
        }
    }

    private void branch(long id, TimelineHistory parent, Lsn end) {
        List<TimelineHistory.Ancestor> ancestors = new ArrayList<>(parent.ancestors());
        ancestors.add(new TimelineHistory.Ancestor(parent.timeline(), end, "no reason"));
        histories.put(new TimelineId(id), new TimelineHistory(new TimelineId(id), ancestors));
        archive.history(
                id,
                ancestors.stream()
                        .map(ancestor -> ancestor.timeline() + "\t" + ancestor.end())
                        .toArray(String[]::new));
    }

    /** Recovers as PostgreSQL would: the segment that the history says, until there is none. */
    private void walk(
            TimelineHistory history,
            BackupName name,
            List<String> windows,
            Set<WalSegmentName> stops,
            Set<WalSegmentName> used) {
        Lsn[] extent = backups.get(name);
        TimelineId on = name.segment().timeline();
        if (!history.includes(on, extent[1])) {
            return;
        }
        long number = extent[0].value() >>> 20;
        List<WalSegmentName> read = new ArrayList<>();
        while (segments.contains(history.segmentAt(number, DrawnArchive.SIZE))) {
            read.add(history.segmentAt(number, DrawnArchive.SIZE));
            number++;
        }
        boolean more = false;
        for (long later = number; later <= LAST; later++) {
            more |= segments.contains(history.segmentAt(later, DrawnArchive.SIZE));
        }
        if (more) {
            stops.add(history.segmentAt(number, DrawnArchive.SIZE));
        }
        boolean consistent = number > extent[1].plus(-1).value() >>> 20;
        boolean arrives = on.equals(history.timeline())
                || read.stream().anyMatch(segment -> segment.timeline().equals(history.timeline()));
        if (consistent && arrives) {
            used.addAll(read);
            windows.add(history.timeline() + " " + read.get(read.size() - 1) + " "
                    + (more ? RecoveryWindow.End.GAP : RecoveryWindow.End.END_OF_WAL));
        }
    }

    private void requireSpans(TimelineReport timeline, Set<WalSegmentName> stops, Set<WalSegmentName> used) {
        Set<WalSegmentName> present = expand(timeline.segments());
        assertEquals(
                segments.stream()
                        .filter(segment -> segment.timeline().equals(timeline.timeline()))
                        .toList(),
                List.copyOf(present));
        Set<WalSegmentName> orphans = expand(timeline.orphans());
        present.removeAll(used);
        assertEquals(present, orphans);
        for (WalGap gap : timeline.gaps()) {
            Set<WalSegmentName> missing = expand(List.of(gap.span()));
            assertTrue(missing.stream().noneMatch(segments::contains), gap.toString());
            boolean stop = missing.stream().anyMatch(stops::contains);
            assertEquals(stop ? WalGap.Effect.STOPS_RECOVERY : WalGap.Effect.NONE, gap.effect(), gap.toString());
            stops.removeAll(missing);
        }
        // what stops recovery lies in a gap, unless all of the timeline is missing
        assertTrue(
                timeline.segments().isEmpty()
                        || stops.stream()
                                .noneMatch(segment -> segment.timeline().equals(timeline.timeline())),
                stops + " " + timeline);
    }

    private static Set<WalSegmentName> expand(List<SegmentSpan> spans) {
        Set<WalSegmentName> all = new TreeSet<>();
        for (SegmentSpan span : spans) {
            WalSegmentName next = span.first();
            for (long i = 0; i < span.count(); i++) {
                all.add(next);
                next = next.next(DrawnArchive.SIZE);
            }
            assertEquals(span.last().next(DrawnArchive.SIZE), next);
        }
        return all;
    }
}
