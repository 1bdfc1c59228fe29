package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.walarchive.check.CheckReport;
import org.walarchive.check.CheckRequest;
import org.walarchive.check.CheckResult;
import org.walarchive.check.CheckResult.Status;

final class CheckCommandTest {

    private final Cli cli = new Cli();

    private static CheckReport report(CheckResult... results) {
        return new CheckReport(
                "file://localhost/srv/archive",
                Instant.parse("2026-03-01T11:00:00Z"),
                Duration.ofMillis(1234),
                List.of(results));
    }

    private static CheckResult result(String name, Status status) {
        return new CheckResult(
                name, status, "found \u001b[2J", status == Status.OK ? Optional.empty() : Optional.of("Mend it."));
    }

    @Test
    void theExitCodesAreThoseOfNagios() {
        cli.archive.checkReport = report(result("store", Status.OK), result("queue", Status.SKIPPED));
        assertEquals(0, cli.run("check"), cli.err());
        cli.archive.checkReport = report(result("store", Status.OK), result("queue", Status.WARN));
        assertEquals(1, cli.run("check"));
        cli.archive.checkReport = report(result("store", Status.FAIL), result("queue", Status.WARN));
        assertEquals(2, cli.run("check"));
        assertEquals(3, cli.run("check", "--timeout", "0"));
        assertEquals(3, cli.run("check", "--max-backup-age", "8"));
        assertEquals(3, cli.run("check", "--no-such-option"));
    }

    @Test
    void theRequestIsPassedOn() {
        cli.archive.checkReport = report();
        assertEquals(
                0, cli.run("check", "--no-switch", "--timeout", "7", "--max-backup-age", "2w", "/srv/pg"), cli.err());
        CheckRequest request = cli.archive.checkRequest;
        assertEquals(CheckRequest.RoundTrip.NONE, request.roundTrip());
        assertEquals(Duration.ofSeconds(7), request.archiveTimeout());
        assertEquals(Duration.ofDays(14), request.maxBackupAge());
        assertEquals(Optional.of(Path.of("/srv/pg")), request.dataDirectory());
    }

    @Test
    void theFirstLineSumsUpAndEachOtherHasOneCheck() {
        cli.archive.checkReport = report(
                result("store", Status.OK), result("queue-of-files", Status.WARN), result("disk", Status.SKIPPED));
        cli.run("check");
        assertEquals("""
                WARN: archiving to file://localhost/srv/archive: 1 ok, 1 warning, 0 failures
                OK    store           found \\u001b[2J
                WARN  queue-of-files  found \\u001b[2J
                      HINT: Mend it.
                --    disk            found \\u001b[2J
                      HINT: Mend it.
                """, cli.out());
    }

    @Test
    void asJson() {
        cli.archive.checkReport = report(result("store", Status.OK), result("queue", Status.FAIL));
        assertEquals(2, cli.run("check", "--json"));
        assertTrue(cli.out().contains("\"status\": \"fail\""), cli.out());
        assertTrue(cli.out().contains("\"hint\": \"Mend it.\""), cli.out());
        assertFalse(cli.out().contains("\u001b"), cli.out());
    }
}
