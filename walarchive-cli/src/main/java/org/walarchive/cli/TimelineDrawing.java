package org.walarchive.cli;

import static org.walarchive.cli.VerifyPage.escape;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.walarchive.postgres.TimelineId;
import org.walarchive.verification.BackupReport;
import org.walarchive.verification.SegmentSpan;
import org.walarchive.verification.TimelineReport;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.WalGap;

/** Draws timelines as a tree along the WAL: what can be restored, what is of no use, what is missing, and the base backups. */
final class TimelineDrawing {

    private static final int LANE = 76;
    private static final int BAR_TOP = 34;
    private static final int BAR = 16;
    private static final int AXIS = 40;
    private static final int TICKS = 5;

    /** More than this cannot be told apart on any screen. */
    private static final int MOST = 2000;

    /** How far apart the labels of two backups are at least, in percent of the width. */
    private static final double LABEL_ROOM = 13;

    private final StringBuilder svg = new StringBuilder();
    private final VerificationReport report;
    private final Scale scale;
    private final List<TimelineReport> lanes = new ArrayList<>();
    private final Map<TimelineId, Integer> laneOf = new HashMap<>();

    private TimelineDrawing(VerificationReport report, Scale scale) {
        this.report = report;
        this.scale = scale;
        for (TimelineReport timeline : report.timelines()) {
            boolean isRoot = timeline.parent()
                    .filter(parent -> report.timelines().stream()
                            .anyMatch(other -> other.timeline().equals(parent)))
                    .isEmpty();
            if (isRoot) {
                plant(timeline);
            }
        }
    }

    static String of(VerificationReport report, Scale scale) {
        return new TimelineDrawing(report, scale).draw();
    }

    /** A timeline, then those that branch off it; a history never leads back, for timelines only grow. */
    private void plant(TimelineReport timeline) {
        laneOf.put(timeline.timeline(), lanes.size());
        lanes.add(timeline);
        report.timelines().stream()
                .filter(other -> other.parent().equals(Optional.of(timeline.timeline())))
                .forEach(this::plant);
    }

    private String draw() {
        int height = lanes.size() * LANE + AXIS;
        svg.append("<svg height=\"")
                .append(height)
                .append("\" role=\"img\" aria-label=\"timelines, their WAL and base backups\">");
        svg.append(
                "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
                        + "<rect width=\"6\" height=\"6\" fill=\"var(--bad-soft)\"/><rect width=\"2\" height=\"6\" fill=\"var(--bad)\"/>"
                        + "</pattern></defs>");
        axis(height);
        lanes.forEach(this::branch);
        lanes.forEach(this::lane);
        report.backups().forEach(this::backup);
        labels();
        return svg.append("</svg>").toString();
    }

    private void axis(int height) {
        for (int i = 0; i < TICKS; i++) {
            double percent = 100.0 * i / (TICKS - 1);
            String x = Scale.percent(percent);
            String anchor = i == 0 ? "start" : i == TICKS - 1 ? "end" : "middle";
            String hide = i % 2 == 1 ? " wide" : "";
            line("tick" + hide, x, 0, x, height - AXIS + 8);
            text(
                    "soft" + hide,
                    x,
                    height - AXIS + 24,
                    anchor,
                    scale.lsn(percent).toString());
        }
    }

    private int top(TimelineId timeline) {
        return laneOf.getOrDefault(timeline, 0) * LANE + BAR_TOP;
    }

    private void branch(TimelineReport timeline) {
        if (timeline.parent().isPresent()
                && timeline.switchPoint().isPresent()
                && laneOf.containsKey(timeline.parent().get())) {
            String x = Scale.percent(scale.at(timeline.switchPoint().get()));
            line("branch", x, top(timeline.parent().get()) + BAR, x, top(timeline.timeline()) + BAR);
        }
    }

    private void lane(TimelineReport timeline) {
        int top = top(timeline.timeline());
        double left = timeline.switchPoint().map(scale::at).orElse(0.0);
        boolean atRight = left > 60;
        String origin = timeline.parent().isPresent()
                ? " · from " + timeline.parent().get() + " at "
                        + timeline.switchPoint().map(Object::toString).orElse("?")
                : "";
        svg.append("<text class=\"name\" text-anchor=\"")
                .append(atRight ? "end" : "start")
                .append("\" x=\"")
                .append(Scale.percent(atRight ? 100 : 0))
                .append("\" y=\"")
                .append(top - 20)
                .append("\">timeline ")
                .append(timeline.timeline())
                .append("<tspan class=\"soft\">")
                .append(escape(origin + " · " + VerifyTable.number(timeline.segmentCount(), "segment")))
                .append("</tspan></text>");
        timeline.segments().stream().limit(MOST).forEach(span -> span("used", top, span, "can be restored"));
        timeline.orphans().stream().limit(MOST).forEach(span -> span("unused", top, span, "no backup can use it"));
        timeline.gaps().stream().limit(MOST).forEach(gap -> gap(top, gap));
    }

    private void span(String kind, int top, SegmentSpan span, String what) {
        svg.append("<rect class=\"")
                .append(kind)
                .append("\" rx=\"2\" y=\"")
                .append(top)
                .append("\" height=\"" + BAR + "\" ")
                .append(scale.rectangle(span))
                .append("><title>")
                .append(escape(span.first() + " to " + span.last() + ": " + what))
                .append("</title></rect>");
    }

    private void gap(int top, WalGap gap) {
        boolean stops = gap.effect() == WalGap.Effect.STOPS_RECOVERY;
        span(
                stops ? "gap" : "idlegap",
                top,
                gap.span(),
                VerifyTable.number(gap.span().count(), "segment") + " missing"
                        + (gap.damaged() > 0 ? " or damaged" : ""));
        if (stops) {
            double middle = scale.at(Scale.begin(gap.span(), scale.segmentSize()));
            text(
                    "soft",
                    Scale.percent(middle),
                    top + BAR + 14,
                    middle > 80 ? "end" : "start",
                    VerifyTable.number(gap.span().count(), "segment")
                            + (gap.damaged() == gap.span().count() ? " damaged" : " missing"));
        }
    }

    private void backup(BackupReport backup) {
        if (backup.startLsn().isEmpty()) {
            return;
        }
        svg.append("<circle class=\"mark ")
                .append(kind(backup))
                .append("\" r=\"7\" cx=\"")
                .append(Scale.percent(scale.at(backup.startLsn().get())))
                .append("\" cy=\"")
                .append(top(backup.name().segment().timeline()) + BAR / 2)
                .append("\"><title>")
                .append(escape(backup.name() + ": " + VerifyTable.word(backup.state())))
                .append("</title></circle>");
    }

    static String kind(BackupReport backup) {
        return switch (backup.state()) {
            case GOOD -> "good";
            case LACKS_WAL, INCOMPLETE, DAMAGED, UNREADABLE -> "bad";
            case NOT_READABLE_HERE, IN_PROGRESS, ABANDONED -> "idle";
        };
    }

    /** The time of a backup over it, where there is room. */
    private void labels() {
        Map<TimelineId, Double> last = new HashMap<>();
        for (BackupReport backup : report.backups()) {
            TimelineId timeline = backup.name().segment().timeline();
            double x = backup.startLsn().map(scale::at).orElse(-1.0);
            if (x >= 0 && x - last.getOrDefault(timeline, -LABEL_ROOM) >= LABEL_ROOM) {
                last.put(timeline, x);
                Instant time = backup.finished().orElse(backup.lastModified());
                String label = VerifyTable.time(time).substring(5, 16);
                text(
                        "soft wide",
                        Scale.percent(x),
                        top(timeline) - 5,
                        x > 92 ? "end" : x < 8 ? "start" : "middle",
                        label);
            }
        }
    }

    private void line(String kind, String x1, int y1, String x2, int y2) {
        svg.append("<line class=\"")
                .append(kind)
                .append("\" x1=\"")
                .append(x1)
                .append("\" y1=\"")
                .append(y1)
                .append("\" x2=\"")
                .append(x2)
                .append("\" y2=\"")
                .append(y2)
                .append("\"/>");
    }

    private void text(String kind, String x, int y, String anchor, String text) {
        svg.append("<text class=\"")
                .append(kind)
                .append("\" x=\"")
                .append(x)
                .append("\" y=\"")
                .append(y)
                .append("\" text-anchor=\"")
                .append(anchor)
                .append("\">")
                .append(escape(text))
                .append("</text>");
    }
}
