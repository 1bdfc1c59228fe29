package org.walarchive.core.verify;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.verify.BackupFacts.Extent;
import org.walarchive.postgres.TimelineHistory;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.BlobInfo;
import org.walarchive.verification.BackupReport;
import org.walarchive.verification.BackupReport.State;
import org.walarchive.verification.RecoveryWindow;
import org.walarchive.verification.SegmentSpan;
import org.walarchive.verification.TimelineReport;
import org.walarchive.verification.WalGap;

/** Derives from backups, timelines and WAL what can be restored, and says what is wrong with that. */
final class Recovery {

    private final List<BackupFacts> backups;
    private final Timelines timelines;
    private final WalMap wal;
    private final WalSegmentSize size;
    private final ArchiveTimes times;
    private final FindingLog findings;
    private final Gaps gaps;
    private final Reach reach;
    private final List<BackupReport> backupReports = new ArrayList<>();
    private final List<TimelineReport> timelineReports = new ArrayList<>();

    /** Tells when a segment was archived. */
    @FunctionalInterface
    interface ArchiveTimes {
        Optional<Instant> of(WalSegmentName segment);
    }

    Recovery(
            List<BackupFacts> backups,
            Timelines timelines,
            WalMap wal,
            WalSegmentSize size,
            ArchiveTimes times,
            FindingLog findings) {
        this.backups = backups;
        this.timelines = timelines;
        this.wal = wal;
        this.size = size;
        this.times = times;
        this.findings = findings;
        this.gaps = new Gaps(wal, size, timelines);
        this.reach = new Reach(wal, timelines, gaps);
        backups.forEach(backup -> backupReports.add(report(backup)));
        timelines.all().forEach(timeline -> timelineReports.add(report(timeline)));
    }

    List<BackupReport> backups() {
        return backupReports;
    }

    List<TimelineReport> timelines() {
        return timelineReports;
    }

    private BackupReport report(BackupFacts backup) {
        if (!backup.mayBeRestored() || backup.extent().isEmpty()) {
            return report(backup, List.of());
        }
        Extent extent = backup.extent().get();
        List<RecoveryWindow> windows = reach.from(extent).stream()
                .map(run -> window(backup, extent, run))
                .toList();
        if (!windows.isEmpty()) {
            return report(backup, windows);
        }
        WalSegmentName missing = WalSegmentName.at(extent.timeline(), reach.firstMissing(extent), size);
        String why = "it needs WAL from " + WalSegmentName.at(extent.timeline(), extent.firstSegment(), size) + " to "
                + WalSegmentName.at(extent.timeline(), extent.lastSegment(), size) + ", and lacks " + missing;
        findings.error(
                ArchiveLayout.wal(WalFileName.of(missing), "lzo"),
                "backup " + backup.objects().name() + " cannot be made consistent: " + why,
                "Is the segment in the pg_wal of the server, or of a standby? Archive it; else take a new backup.");
        return report(backup.bad(State.LACKS_WAL, why), List.of());
    }

    private RecoveryWindow window(BackupFacts backup, Extent extent, Reach.Run run) {
        WalSegmentName last = WalSegmentName.at(run.path().timelineAt(run.end() - 1), run.end() - 1, size);
        Instant from = backup.sentinel()
                .flatMap(Sentinel::finished)
                .orElse(backup.objects().sentinel().map(BlobInfo::lastModified).orElse(Instant.EPOCH));
        return new RecoveryWindow(
                run.path().timeline(),
                extent.stop(),
                from,
                last,
                last.startLsn(size).plus(size.bytes()),
                times.of(last),
                run.stopped() ? RecoveryWindow.End.GAP : RecoveryWindow.End.END_OF_WAL);
    }

    private static BackupReport report(BackupFacts backup, List<RecoveryWindow> windows) {
        Optional<Integer> version = backup.sentinel().flatMap(Sentinel::serverVersion);
        return new BackupReport(
                backup.objects().name(),
                backup.state(),
                backup.reason(),
                backup.extent().map(Extent::start),
                backup.extent().map(Extent::stop),
                backup.sentinel().flatMap(Sentinel::started),
                backup.sentinel().flatMap(Sentinel::finished),
                backup.objects().lastModified(),
                version.isPresent() ? OptionalInt.of(version.get()) : OptionalInt.empty(),
                backup.objects().partitions().size(),
                backup.objects().storedBytes(),
                windows);
    }

    private TimelineReport report(TimelineId timeline) {
        List<WalGap> missing = gaps.of(timeline);
        missing.forEach(this::tell);
        Optional<TimelineHistory.Ancestor> parent = timelines.parentOf(timeline);
        return new TimelineReport(
                timeline,
                parent.map(TimelineHistory.Ancestor::timeline),
                parent.map(TimelineHistory.Ancestor::end),
                spans(timeline, wal.ranges(timeline)),
                missing,
                spans(timeline, reach.unused(timeline)));
    }

    private List<SegmentSpan> spans(TimelineId timeline, List<org.walarchive.core.inventory.SegmentRange> ranges) {
        return ranges.stream().map(range -> Gaps.span(timeline, range, size)).toList();
    }

    private void tell(WalGap gap) {
        SegmentSpan span = gap.span();
        String what = (span.count() == 1
                        ? "WAL segment " + span.first()
                        : "WAL segments " + span.first() + " to " + span.last())
                + describe(gap);
        String key = ArchiveLayout.wal(WalFileName.of(span.first()), "lzo");
        if (gap.effect() == WalGap.Effect.STOPS_RECOVERY) {
            findings.error(
                    key,
                    what + ": recovery from backups before cannot get past",
                    "Is there a copy in the pg_wal of the server, or of a standby? Archive it. If not, no moment between the"
                            + " gap and the end of the next base backup can be restored; if there is none yet, take one.");
        } else {
            findings.note(key, what + "; no backup could reach " + (span.count() == 1 ? "it" : "them"), null);
        }
    }

    private static String describe(WalGap gap) {
        long count = gap.span().count();
        if (gap.damaged() == 0) {
            return count == 1 ? " is missing" : " are missing, " + count + " in all";
        } else if (gap.damaged() == count) {
            return count == 1 ? " is damaged" : " are damaged, " + count + " in all";
        }
        return " are missing or damaged, " + count + " in all";
    }
}
