package org.walarchive.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.verification.SegmentSpan;
import org.walarchive.verification.VerificationReport;

/** Where a position is between the left and the right of a drawing, in percent of its width, so that it fits every screen. */
final class Scale {

    private final double from;
    private final double to;
    private final WalSegmentSize size;

    private Scale(double from, double to, WalSegmentSize size) {
        this.from = from;
        this.to = to;
        this.size = size;
    }

    /** Takes the positions from the first to the last that an archive knows of; empty if there are none. */
    static Optional<Scale> of(VerificationReport report) {
        WalSegmentSize size = report.segmentSize().orElse(WalSegmentSize.DEFAULT);
        List<Lsn> positions = Stream.concat(
                        report.timelines().stream()
                                .flatMap(timeline -> Stream.concat(
                                        timeline.segments().stream(),
                                        timeline.gaps().stream().map(gap -> gap.span())))
                                .flatMap(span -> Stream.of(begin(span, size), end(span, size))),
                        report.backups().stream().flatMap(backup -> backup.startLsn().stream()))
                .toList();
        return positions.stream()
                .min(Comparator.naturalOrder())
                .map(first -> new Scale(
                        number(first),
                        number(positions.stream().max(Comparator.naturalOrder()).orElseThrow()),
                        size));
    }

    static Lsn begin(SegmentSpan span, WalSegmentSize size) {
        return start(span.first(), size);
    }

    static Lsn end(SegmentSpan span, WalSegmentSize size) {
        return start(span.last(), size).plus(size.bytes());
    }

    private static Lsn start(WalSegmentName name, WalSegmentSize size) {
        return new Lsn(name.xlogId() << 32 | name.segment() * size.bytes());
    }

    private static double number(Lsn lsn) {
        return (lsn.value() >>> 1) * 2.0;
    }

    WalSegmentSize segmentSize() {
        return size;
    }

    /** Returns the place of a position, 0 to 100. */
    double at(Lsn lsn) {
        return to > from ? Math.max(0, Math.min(100, (number(lsn) - from) / (to - from) * 100)) : 0;
    }

    /** Returns the position at a place, 0 to 100. */
    Lsn lsn(double percent) {
        return new Lsn((long) (from + (to - from) * percent / 100));
    }

    /** Returns the begin and the width of a span as attributes of a rectangle. */
    String rectangle(Lsn begin, Lsn end) {
        double left = at(begin);
        return "x=\"" + percent(left) + "\" width=\"" + percent(Math.max(0.2, at(end) - left)) + "\"";
    }

    String rectangle(SegmentSpan span) {
        return rectangle(begin(span, size), end(span, size));
    }

    static String percent(double value) {
        return String.format(Locale.ROOT, "%.3f%%", value);
    }
}
