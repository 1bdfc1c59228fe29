package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.BackupName;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.verification.BackupReport;
import org.walarchive.verification.Finding;
import org.walarchive.verification.RecoveryWindow;
import org.walarchive.verification.SegmentSpan;
import org.walarchive.verification.TimelineReport;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.VerificationReport.FindingCounts;
import org.walarchive.verification.VerifyRequest;
import org.walarchive.verification.WalGap;

final class VerifyCommandTest {

    private static final String NASTY = "wal_005/<script>alert('x')</script>&\"\u001b[31m";

    private final Cli cli = new Cli();

    @TempDir
    private Path directory;

    private static SegmentSpan span(String first, String last, long count) {
        return new SegmentSpan(WalSegmentName.parse(first), WalSegmentName.parse(last), count);
    }

    private static VerificationReport report(FindingCounts counts, Finding... findings) {
        Instant time = Instant.parse("2026-11-21T10:00:00Z");
        RecoveryWindow window = new RecoveryWindow(
                new TimelineId(1),
                Lsn.parse("0/2000100"),
                time,
                WalSegmentName.parse("000000010000000000000004"),
                Lsn.parse("0/5000000"),
                Optional.of(time.plusSeconds(60)),
                RecoveryWindow.End.GAP);
        BackupReport backup = new BackupReport(
                BackupName.parse("base_000000010000000000000002_00000040"),
                BackupReport.State.GOOD,
                Optional.empty(),
                Optional.of(Lsn.parse("0/2000028")),
                Optional.of(Lsn.parse("0/2000100")),
                Optional.of(time),
                Optional.of(time),
                time,
                OptionalInt.of(170004),
                3,
                123_456_789,
                List.of(window));
        TimelineReport timeline = new TimelineReport(
                new TimelineId(1),
                Optional.empty(),
                Optional.empty(),
                List.of(
                        span("000000010000000000000001", "000000010000000000000004", 4),
                        span("000000010000000000000006", "000000010000000000000009", 4)),
                List.of(new WalGap(
                        span("000000010000000000000005", "000000010000000000000005", 1),
                        0,
                        WalGap.Effect.STOPS_RECOVERY)),
                List.of(span("000000010000000000000006", "000000010000000000000009", 4)));
        return new VerificationReport(
                "file://localhost/srv/<archive>",
                time,
                Duration.ofMillis(1234),
                VerifyRequest.of(VerifyRequest.Depth.SHALLOW),
                Optional.of(SystemIdentifier.parse("7319283746512093847")),
                Optional.of(WalSegmentSize.DEFAULT),
                List.of(timeline),
                List.of(backup),
                new VerificationReport.UnknownObjects(1, List.of(NASTY)),
                List.of(findings),
                counts,
                new VerificationReport.Read(0, 0, 0));
    }

    private static Finding finding(Finding.Severity severity) {
        return new Finding(severity, NASTY, "it is <b>damaged</b>", Optional.of("Mend it."));
    }

    @Test
    void theExitCodeTells() {
        cli.archive.report = report(new FindingCounts(0, 0, 3), finding(Finding.Severity.NOTE));
        assertEquals(0, cli.run("verify"), cli.err());
        cli.archive.report = report(new FindingCounts(0, 1, 0), finding(Finding.Severity.WARNING));
        assertEquals(20, cli.run("verify"));
        cli.archive.report = report(new FindingCounts(1, 1, 0), finding(Finding.Severity.ERROR));
        assertEquals(5, cli.run("verify"));
    }

    @Test
    void theRequestIsPassedOn() {
        cli.archive.report = report(new FindingCounts(0, 0, 0));
        assertEquals(0, cli.run("verify", "--deep", "--timeline", "2", "LATEST"), cli.err());
        assertEquals(
                "verify "
                        + VerifyRequest.of(VerifyRequest.Depth.DEEP)
                                .ofBackup("LATEST")
                                .onTimeline(new TimelineId(2)),
                cli.archive.calls.get(0));
        assertEquals(2, cli.run("verify", "base_x"));
        assertEquals(2, cli.run("verify", "--timeline", "0"));
        assertEquals(2, cli.run("verify", "--timeline", "x"));
    }

    @Test
    void theTableSaysItInFewLines() {
        cli.archive.report = report(new FindingCounts(1, 0, 0), finding(Finding.Severity.ERROR));
        cli.run("verify");
        String out = cli.out();
        assertTrue(out.contains("base_000000010000000000000002_00000040  good   1         2026-11-21 10:00:00Z"), out);
        assertTrue(out.contains("000000010000000000000004 (then a gap)"), out);
        assertTrue(out.contains("  HINT: Mend it.\n"), out);
        assertTrue(out.contains("unknown: 1 object that no archive has, the first is wal_005/"), out);
        assertTrue(out.endsWith("1 of 1 base backups can be restored; 1 error, 0 warnings, 0 notes\n"), out);
        assertFalse(out.contains("\u001b"), "an escape sequence reaches the terminal");
    }

    @Test
    void theJsonHasTheFieldsOfTheDocument() {
        cli.archive.report = report(new FindingCounts(1, 0, 0), finding(Finding.Severity.ERROR));
        cli.run("verify", "--json");
        for (String field : List.of(
                "\"format\": 1",
                "\"healthy\": false",
                "\"depth\": \"shallow\"",
                "\"elapsed_seconds\": 1.234",
                "\"wal_segment_size_bytes\": 16777216",
                "\"effect\": \"stops_recovery\"",
                "\"state\": \"good\"",
                "\"server_version\": 170004",
                "\"to_time\": \"2026-11-21T10:01:00Z\"",
                "\"end\": \"gap\"",
                "\"severity\": \"error\"")) {
            assertTrue(cli.out().contains(field), field + " is not in " + cli.out());
        }
    }

    @Test
    void thePageIsWrittenWholeAndEscaped() throws IOException {
        cli.archive.report = report(new FindingCounts(1, 0, 0), finding(Finding.Severity.ERROR));
        Path page = directory.resolve("page.html");
        Files.writeString(page, "old");
        assertEquals(5, cli.run("verify", "--html", page.toString()));
        String html = Files.readString(page);
        assertTrue(html.startsWith("<!DOCTYPE html>") && html.endsWith("</html>\n"), html);
        assertFalse(html.contains("<script") || html.contains("<b>") || html.contains("<archive>"), html);
        assertFalse(html.contains("\u001b"), html);
        assertFalse(html.contains("://") && html.replace("file://", "").contains("://"), html);
        assertTrue(html.contains("class=\"gap\""), html);
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(page), files.toList());
        }
        assertEquals(
                7, cli.run("verify", "--html", directory.resolve("no/page.html").toString()));
    }

    @Test
    void anEmptyArchiveHasAPageToo() throws IOException {
        VerificationReport full = report(new FindingCounts(1, 0, 0));
        cli.archive.report = new VerificationReport(
                full.location(),
                full.begun(),
                full.elapsed(),
                full.request(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                new VerificationReport.UnknownObjects(0, List.of()),
                List.of(),
                full.counts(),
                full.read());
        Path page = directory.resolve("page.html");
        assertEquals(5, cli.run("verify", "--html", page.toString()));
        assertTrue(Files.readString(page).contains("There are none."));
    }

    private static VerificationReport notReadableHere() {
        VerificationReport full = report(new FindingCounts(0, 1, 0), finding(Finding.Severity.WARNING));
        BackupReport good = full.backups().get(0);
        BackupReport backup = new BackupReport(
                good.name(),
                BackupReport.State.NOT_READABLE_HERE,
                Optional.of("part_00000000.tar.lzo: it is encrypted"),
                good.startLsn(),
                good.stopLsn(),
                good.started(),
                good.finished(),
                good.lastModified(),
                good.serverVersion(),
                good.partitions(),
                good.storedBytes(),
                good.windows());
        return new VerificationReport(
                full.location(),
                full.begun(),
                full.elapsed(),
                full.request(),
                full.cluster(),
                full.segmentSize(),
                List.of(),
                List.of(backup),
                full.unknown(),
                full.findings(),
                full.counts(),
                full.read());
    }

    @Test
    void whatIsNotReadableHereIsNeitherGoodNorBad() throws IOException {
        cli.archive.report = notReadableHere();
        Path page = directory.resolve("page.html");
        assertEquals(20, cli.run("verify", "--html", page.toString()));
        assertTrue(cli.out().contains("base_000000010000000000000002_00000040  not readable here  1  "), cli.out());
        assertTrue(cli.out().contains("\n0 of 1 base backups can be restored, 1 not readable here; 0 err"), cli.out());
        String html = Files.readString(page);
        assertTrue(html.contains("but not all is readable here<"), html);
        assertTrue(html.contains("<span class=\"pill idle\">not readable here</span>"), html);
        assertFalse(html.contains("can be restored, but"), html);
        Cli json = new Cli();
        json.archive.report = notReadableHere();
        assertEquals(20, json.run("verify", "--json"));
        assertTrue(json.out().contains("\"state\": \"not_readable_here\""), json.out());
        assertTrue(json.out().contains("\"reason\": \"part_00000000.tar.lzo: it is encrypted\""), json.out());
    }

    @Test
    void aMisspeltLatestIsAskedFor() {
        assertEquals(2, cli.run("verify", "LATETS"));
        assertTrue(cli.err().contains("HINT: Did you mean LATEST? See \"walarchive help verify\"."), cli.err());
    }
}
