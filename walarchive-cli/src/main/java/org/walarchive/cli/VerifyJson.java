package org.walarchive.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.walarchive.postgres.TimelineId;
import org.walarchive.verification.BackupReport;
import org.walarchive.verification.Finding;
import org.walarchive.verification.RecoveryWindow;
import org.walarchive.verification.SegmentSpan;
import org.walarchive.verification.TimelineReport;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.WalGap;

/** A verification as JSON. {@code docs/verify.md} has the fields: they stay, and more may come. */
final class VerifyJson {

    private static final int FORMAT = 1;

    private VerifyJson() {}

    static String of(VerificationReport report) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("format", FORMAT);
        members.put("healthy", report.isHealthy());
        members.put("location", report.location());
        members.put("begun", report.begun());
        members.put("elapsed_seconds", report.elapsed().toMillis() / 1000.0);
        members.put("depth", Json.word(report.request().depth()));
        members.put("backup", report.request().backup());
        members.put("timeline", report.request().timeline().map(TimelineId::value));
        members.put("system_identifier", report.cluster());
        members.put("wal_segment_size_bytes", report.segmentSize().map(size -> size.bytes()));
        members.put(
                "timelines",
                report.timelines().stream().map(VerifyJson::timeline).toList());
        members.put("backups", report.backups().stream().map(VerifyJson::backup).toList());
        Map<String, @Nullable Object> unknown = new LinkedHashMap<>();
        unknown.put("count", report.unknown().count());
        unknown.put("keys", report.unknown().keys());
        members.put("unknown_objects", unknown);
        Map<String, @Nullable Object> counts = new LinkedHashMap<>();
        counts.put("error", report.counts().errors());
        counts.put("warning", report.counts().warnings());
        counts.put("note", report.counts().notes());
        members.put("finding_counts", counts);
        members.put(
                "findings", report.findings().stream().map(VerifyJson::finding).toList());
        Map<String, @Nullable Object> read = new LinkedHashMap<>();
        read.put("objects", report.read().objects());
        read.put("stored_bytes", report.read().storedBytes());
        read.put("expanded_bytes", report.read().expandedBytes());
        members.put("read", read);
        return Json.of(members);
    }

    private static Map<String, @Nullable Object> timeline(TimelineReport timeline) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("timeline", timeline.timeline().value());
        members.put("parent", timeline.parent().map(TimelineId::value));
        members.put("switch_lsn", timeline.switchPoint());
        members.put("segments", spans(timeline.segments()));
        members.put("gaps", timeline.gaps().stream().map(VerifyJson::gap).toList());
        members.put("orphans", spans(timeline.orphans()));
        return members;
    }

    private static List<Map<String, @Nullable Object>> spans(List<SegmentSpan> spans) {
        return spans.stream().map(VerifyJson::span).toList();
    }

    private static Map<String, @Nullable Object> span(SegmentSpan span) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("first", span.first());
        members.put("last", span.last());
        members.put("count", span.count());
        return members;
    }

    private static Map<String, @Nullable Object> gap(WalGap gap) {
        Map<String, @Nullable Object> members = span(gap.span());
        members.put("damaged", gap.damaged());
        members.put("effect", Json.word(gap.effect()));
        return members;
    }

    private static Map<String, @Nullable Object> backup(BackupReport backup) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", backup.name());
        members.put("state", Json.word(backup.state()));
        members.put("reason", backup.reason());
        members.put("timeline", backup.name().segment().timeline().value());
        members.put("start_lsn", backup.startLsn());
        members.put("stop_lsn", backup.stopLsn());
        members.put("started", backup.started());
        members.put("finished", backup.finished());
        members.put("last_modified", backup.lastModified());
        members.put("server_version", number(backup.serverVersion()));
        members.put("partitions", backup.partitions());
        members.put("stored_size_bytes", backup.storedBytes());
        members.put("windows", backup.windows().stream().map(VerifyJson::window).toList());
        return members;
    }

    private static @Nullable Integer number(OptionalInt number) {
        return number.isPresent() ? number.getAsInt() : null;
    }

    private static Map<String, @Nullable Object> window(RecoveryWindow window) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("timeline", window.timeline().value());
        members.put("from_lsn", window.from());
        members.put("from_time", window.fromTime());
        members.put("last_segment", window.lastSegment());
        members.put("to_lsn", window.to());
        members.put("to_time", window.toTime());
        members.put("end", Json.word(window.end()));
        return members;
    }

    private static Map<String, @Nullable Object> finding(Finding finding) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("severity", Json.word(finding.severity()));
        members.put("subject", finding.subject());
        members.put("message", finding.message());
        members.put("hint", finding.hint());
        return members;
    }
}
