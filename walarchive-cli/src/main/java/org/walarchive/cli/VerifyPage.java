package org.walarchive.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.walarchive.cli.log.Printable;
import org.walarchive.verification.BackupReport;
import org.walarchive.verification.Finding;
import org.walarchive.verification.RecoveryWindow;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.VerifyRequest;
import org.walarchive.verification.WalGap;

/** A verification as one page of HTML that needs nothing else: no script, no font, no picture from elsewhere. */
final class VerifyPage {

    /** How many backups, and how many findings, a page shows; the JSON has all. */
    private static final int MOST = 500;

    private final StringBuilder html = new StringBuilder();
    private final VerificationReport report;
    private final Optional<Scale> scale;

    private VerifyPage(VerificationReport report) {
        this.report = report;
        this.scale = Scale.of(report);
    }

    static String of(VerificationReport report) {
        return new VerifyPage(report).page();
    }

    /** Returns a text that means itself in HTML, between tags and in quotes. */
    static String escape(String text) {
        return Printable.of(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String style() {
        try (InputStream resource = VerifyPage.class.getResourceAsStream("verify.css")) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String page() {
        html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                .append(
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">")
                .append("<title>")
                .append(escape("Archive " + report.location()))
                .append("</title>\n<style>\n")
                .append(style())
                .append("</style></head>\n<body><main>\n<h1>")
                .append(escape(report.location()))
                .append("</h1>\n");
        verdict();
        scale.ifPresent(this::drawing);
        backups();
        findings();
        html.append("<footer>Made by <code>walarchive verify</code> at ")
                .append(VerifyTable.time(report.begun()))
                .append(". Times are UTC.</footer>\n</main></body></html>\n");
        return html.toString();
    }

    private void verdict() {
        long bad = report.backups().stream()
                .filter(backup -> TimelineDrawing.kind(backup).equals("bad"))
                .count();
        boolean warned = report.counts().warnings() > 0;
        String kind = !report.isHealthy() ? " bad" : warned ? " warn" : "";
        String headline = headline(bad, warned);
        html.append("<section class=\"verdict")
                .append(kind)
                .append("\"><p>")
                .append(headline)
                .append("</p><p class=\"more\">")
                .append(escape(VerifyTable.verdict(report)))
                .append("</p>\n<dl>");
        fact("Can be restored until", latest().map(VerifyTable::time).orElse("–"));
        fact("Looked at", VerifyTable.time(report.begun()));
        fact("Depth", depth());
        fact("Cluster", report.cluster().map(Object::toString).orElse("not known"));
        fact(
                "WAL segments",
                report.segmentSize().map(size -> (size.bytes() >> 20) + " MiB").orElse("none"));
        html.append("</dl></section>\n");
    }

    private String headline(long bad, boolean warned) {
        boolean gap = report.timelines().stream()
                .flatMap(timeline -> timeline.gaps().stream())
                .anyMatch(candidate -> candidate.effect() == WalGap.Effect.STOPS_RECOVERY);
        if (bad > 0) {
            return bad == 1 ? "A base backup cannot be restored" : bad + " base backups cannot be restored";
        } else if (gap) {
            return "WAL is missing or damaged: not every moment can be restored";
        } else if (!report.isHealthy()) {
            return "Not all is as it should be";
        } else if (VerifyTable.count(report, BackupReport.State.NOT_READABLE_HERE) > 0) {
            return "What was looked into is as it should be, but not all is readable here";
        }
        return warned ? "What was looked into can be restored, but have a look" : "Everything can be restored";
    }

    private Optional<Instant> latest() {
        return report.backups().stream()
                .flatMap(backup -> backup.windows().stream())
                .flatMap(window -> window.toTime().stream())
                .max(Comparator.naturalOrder());
    }

    private String depth() {
        if (report.request().depth() == VerifyRequest.Depth.SHALLOW) {
            return "lists, sentinels and histories";
        }
        return "everything: " + VerifyTable.number(report.read().objects(), "object") + ", "
                + bytes(report.read().storedBytes());
    }

    private static String bytes(long bytes) {
        return bytes < 10L << 20
                ? (bytes + 1023) / 1024 + " KiB"
                : bytes < 10L << 30 ? (bytes >> 20) + " MiB" : (bytes >> 30) + " GiB";
    }

    private void fact(String name, String value) {
        html.append("<div><dt>")
                .append(name)
                .append("</dt><dd>")
                .append(escape(value))
                .append("</dd></div>");
    }

    private void drawing(Scale given) {
        html.append("<section><h2>Timelines</h2>\n")
                .append(TimelineDrawing.of(report, given))
                .append("\n<div class=\"legend\"><span class=\"l-used\">WAL that a backup can use</span>")
                .append("<span class=\"l-gap\">missing or damaged: recovery stops</span>")
                .append("<span class=\"l-unused\">WAL that no backup can use</span>")
                .append(
                        "<span class=\"l-mark\">base backup</span><span class=\"l-bad\">one that cannot be restored</span></div></section>\n");
    }

    private void backups() {
        html.append("<section><h2>Base backups and to when they restore</h2>\n");
        List<BackupReport> all = report.backups();
        if (all.isEmpty()) {
            html.append("<p class=\"soft\">There are none.</p>");
        }
        if (all.size() > MOST) {
            html.append("<p class=\"soft\">The newest ")
                    .append(MOST)
                    .append(" of ")
                    .append(all.size())
                    .append(".</p>");
        }
        all.subList(Math.max(0, all.size() - MOST), all.size()).forEach(this::backup);
        html.append("</section>\n");
    }

    private void backup(BackupReport backup) {
        html.append("<div class=\"backup\"><div><code>")
                .append(escape(backup.name().toString()))
                .append("</code><div class=\"about\"><span class=\"pill ")
                .append(TimelineDrawing.kind(backup))
                .append("\">")
                .append(VerifyTable.word(backup.state()))
                .append("</span>")
                .append(escape(about(backup)))
                .append("</div></div><div>");
        backup.reason()
                .ifPresent(reason -> html.append("<p class=\"reason\">")
                        .append(escape(reason))
                        .append("</p>"));
        backup.windows().forEach(window -> window(backup, window));
        html.append("</div></div>\n");
    }

    private static String about(BackupReport backup) {
        return VerifyTable.number(backup.partitions(), "partition") + ", " + bytes(backup.storedBytes())
                + (backup.serverVersion().isPresent()
                        ? ", PostgreSQL " + backup.serverVersion().getAsInt() / 10_000
                        : "");
    }

    private void window(BackupReport backup, RecoveryWindow window) {
        html.append("<div class=\"window\"><span class=\"soft\">TL ")
                .append(window.timeline())
                .append(
                        "</span><div class=\"strip\"><svg height=\"8\" aria-hidden=\"true\"><rect class=\"track\" rx=\"4\" width=\"100%\" height=\"8\"/>")
                .append("<rect class=\"used\" rx=\"4\" height=\"8\" ")
                .append(scale.orElseThrow().rectangle(window.from(), window.to()))
                .append("/></svg></div><div class=\"when\">")
                .append(VerifyTable.time(window.fromTime()))
                .append(" <span class=\"soft\">to</span> ")
                .append(window.toTime().map(VerifyTable::time).orElse("?"))
                .append(window.end() == RecoveryWindow.End.GAP ? " <span class=\"pill bad\">then a gap</span>" : "")
                .append("<div class=\"soft\">")
                .append(escape(window.from() + " to " + window.to()))
                .append("</div></div></div>");
    }

    private void findings() {
        html.append("<section><h2>Findings</h2>\n");
        if (report.findings().isEmpty()) {
            html.append("<p class=\"soft\">None.</p>");
        } else {
            html.append("<table><thead><tr><th>Severity</th><th>What</th></tr></thead><tbody>\n");
            report.findings().stream().limit(MOST).forEach(this::finding);
            html.append("</tbody></table>");
        }
        long total = report.counts().errors()
                + report.counts().warnings()
                + report.counts().notes();
        long more = total - Math.min(MOST, report.findings().size());
        if (more > 0) {
            html.append("<p class=\"soft\">And ").append(more).append(" more.</p>");
        }
        if (report.unknown().count() > 0) {
            html.append("<p class=\"soft\">")
                    .append(escape(VerifyTable.number(report.unknown().count(), "object")
                            + " that no archive has; the first is "
                            + report.unknown().keys().get(0)))
                    .append("</p>");
        }
        html.append("</section>\n");
    }

    private void finding(Finding finding) {
        String kind = switch (finding.severity()) {
            case ERROR -> "bad";
            case WARNING -> "warn";
            case NOTE -> "idle";
        };
        html.append("<tr class=\"finding\"><td><span class=\"pill ")
                .append(kind)
                .append("\">")
                .append(finding.severity().name().toLowerCase(Locale.ROOT))
                .append("</span></td><td><p>")
                .append(escape(finding.message()))
                .append("</p><p><code>")
                .append(escape(finding.subject()))
                .append("</code></p>");
        finding.hint()
                .ifPresent(hint ->
                        html.append("<p class=\"soft\">").append(escape(hint)).append("</p>"));
        html.append("</td></tr>\n");
    }
}
