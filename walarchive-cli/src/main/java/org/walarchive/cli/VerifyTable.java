package org.walarchive.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.walarchive.cli.log.Printable;
import org.walarchive.verification.BackupReport;
import org.walarchive.verification.Finding;
import org.walarchive.verification.RecoveryWindow;
import org.walarchive.verification.SegmentSpan;
import org.walarchive.verification.TimelineReport;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.VerificationReport.FindingCounts;

/** A verification for people: the backups and their windows, the timelines, what was found, and the verdict. */
final class VerifyTable {

    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** How many findings of a severity are printed; the JSON has more. */
    private static final int MOST = 50;

    private final StringBuilder text = new StringBuilder();

    private final Colours colours;

    private VerifyTable(Colours colours) {
        this.colours = colours;
    }

    static String of(VerificationReport report, Colours colours) {
        VerifyTable table = new VerifyTable(colours);
        table.backups(report.backups());
        table.timelines(report.timelines());
        for (Finding.Severity severity : Finding.Severity.values()) {
            table.findings(report, severity);
        }
        table.unknown(report.unknown());
        table.text.append(verdict(report)).append('\n');
        return table.text.toString();
    }

    /** Returns the last line: what all comes to. */
    static String verdict(VerificationReport report) {
        long good = count(report, BackupReport.State.GOOD);
        long notReadable = count(report, BackupReport.State.NOT_READABLE_HERE);
        FindingCounts counts = report.counts();
        return good + " of " + report.backups().size() + " base backups can be restored"
                + (notReadable > 0 ? ", " + notReadable + " not readable here; " : "; ")
                + number(counts.errors(), "error") + ", " + number(counts.warnings(), "warning") + ", "
                + number(counts.notes(), "note");
    }

    static long count(VerificationReport report, BackupReport.State state) {
        return report.backups().stream()
                .filter(backup -> backup.state() == state)
                .count();
    }

    static String number(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    static String time(Instant time) {
        return TIME.format(time);
    }

    static String word(BackupReport.State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ').replace("wal", "WAL");
    }

    private void backups(List<BackupReport> backups) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("BASE BACKUP", "STATE", "TIMELINE", "RESTORES FROM", "TO", "LAST SEGMENT"));
        for (BackupReport backup : backups) {
            String name = backup.name().toString();
            String state = word(backup.state());
            for (RecoveryWindow window : backup.windows()) {
                rows.add(row(name, state, window));
                name = "";
                state = "";
            }
            if (backup.windows().isEmpty()) {
                rows.add(List.of(name, state, backup.reason().map(Printable::of).orElse("")));
            }
        }
        print(rows);
    }

    private static List<String> row(String name, String state, RecoveryWindow window) {
        return List.of(
                name,
                state,
                window.timeline().toString(),
                time(window.fromTime()),
                window.toTime().map(VerifyTable::time).orElse("?"),
                window.lastSegment() + (window.end() == RecoveryWindow.End.GAP ? " (then a gap)" : ""));
    }

    private void timelines(List<TimelineReport> timelines) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("TIMELINE", "FROM", "AT", "SEGMENTS", "FIRST", "LAST"));
        for (TimelineReport timeline : timelines) {
            List<SegmentSpan> spans = timeline.segments();
            rows.add(List.of(
                    timeline.timeline().toString(),
                    timeline.parent().map(Object::toString).orElse("-"),
                    timeline.switchPoint().map(Object::toString).orElse("-"),
                    Long.toString(timeline.segmentCount()),
                    spans.isEmpty() ? "-" : spans.get(0).first().toString(),
                    spans.isEmpty() ? "-" : spans.get(spans.size() - 1).last().toString()));
        }
        print(rows);
    }

    private void print(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            // the last field of a row may be as long as it likes
            for (int column = 0; column < row.size() - 1; column++) {
                int width = row.get(column).length();
                if (column == widths.size()) {
                    widths.add(width);
                }
                widths.set(column, Math.max(widths.get(column), width));
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String field = row.get(column);
                int width = column < row.size() - 1 ? widths.get(column) + 2 : 0;
                line.append(field).append(" ".repeat(Math.max(0, width - field.length())));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        text.append('\n');
    }

    private void findings(VerificationReport report, Finding.Severity severity) {
        List<Finding> findings = report.findings().stream()
                .filter(finding -> finding.severity() == severity)
                .toList();
        String word = Json.word(severity);
        String head = (severity == Finding.Severity.ERROR ? colours.bad(word) : word) + ": ";
        for (Finding finding : findings.subList(0, Math.min(MOST, findings.size()))) {
            text.append(head)
                    .append(Printable.of(finding.subject()))
                    .append(": ")
                    .append(Printable.of(finding.message()))
                    .append('\n');
            finding.hint()
                    .ifPresent(hint ->
                            text.append("  HINT: ").append(Printable.of(hint)).append('\n'));
        }
        long more = count(report.counts(), severity) - Math.min(MOST, findings.size());
        if (more > 0) {
            text.append(head).append("and ").append(more).append(" more, see --json\n");
        }
        if (!findings.isEmpty()) {
            text.append('\n');
        }
    }

    static long count(FindingCounts counts, Finding.Severity severity) {
        return switch (severity) {
            case ERROR -> counts.errors();
            case WARNING -> counts.warnings();
            case NOTE -> counts.notes();
        };
    }

    private void unknown(VerificationReport.UnknownObjects unknown) {
        if (unknown.count() > 0) {
            text.append("unknown: ")
                    .append(number(unknown.count(), "object"))
                    .append(" that no archive has, the first is ")
                    .append(Printable.of(unknown.keys().get(0)))
                    .append("\n\n");
        }
    }
}
