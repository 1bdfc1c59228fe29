package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.BackupName;
import org.walarchive.CorruptArchiveException;
import org.walarchive.RecoveryTarget;
import org.walarchive.TargetTimeline;
import org.walarchive.drill.DrillReport;
import org.walarchive.drill.DrillReport.Step;
import org.walarchive.drill.DrillRequest;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;

final class DrillCommandTest {

    private static final DrillReport GOOD = new DrillReport(
            BackupName.parse("base_000000010000000000000008_00000040"),
            Optional.empty(),
            Instant.parse("2026-11-21T10:00:00Z"),
            Map.of(Step.RESTORE, Duration.ofMillis(1500), Step.RECOVER, Duration.ofSeconds(2)),
            Optional.of("17.11"),
            Optional.of(new SystemIdentifier(7)),
            1000,
            3,
            Optional.of(WalSegmentName.parse("00000001000000000000000A")),
            Optional.of(new DrillReport.Reached(
                    new TimelineId(1), Lsn.parse("0/B000000"), Optional.of(Instant.parse("2026-11-21T09:59:00Z")))),
            Optional.of(new DrillReport.QueryResult(List.of("n"), List.of(Arrays.asList("1", null)), false)),
            Optional.empty());

    private static final DrillReport BAD = new DrillReport(
            GOOD.backup(),
            Optional.of(new DrillReport.Failure(
                    Step.RESTORE, new CorruptArchiveException("it is damaged", "The detail.", null), List.of())),
            GOOD.begun(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            0,
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Path.of("/tmp/left")));

    private final Cli cli = new Cli();

    @BeforeEach
    void report() {
        cli.archive.drillReport = GOOD;
    }

    @Test
    void byDefault() {
        assertEquals(0, cli.run("drill"));
        DrillRequest request = cli.archive.drillRequest;
        assertEquals("LATEST", request.backup());
        assertEquals(Optional.empty(), request.programs());
        assertEquals(Optional.empty(), request.query());
        assertEquals(Path.of(System.getProperty("java.io.tmpdir")), request.parentDirectory());
        assertEquals(DrillRequest.DEFAULT_TIMEOUT, request.timeout());
        assertEquals(DrillRequest.Keep.NEVER, request.keep());
        assertEquals("postgres postgres", request.user() + " " + request.database());
    }

    @Test
    void withEveryOption() {
        String[] words = {
            "drill", "base_00000001", "--query", "SELECT 1", "--user", "u", "--database", "d", "--bin-dir", "/b",
            "--settings", "/s", "--directory", "/p", "--keep-directory", "failed", "--timeout", "9", "--pool-size", "2"
        };
        assertEquals(0, cli.run(words));
        DrillRequest request = cli.archive.drillRequest;
        assertEquals("base_00000001", request.backup());
        assertEquals(Optional.of("SELECT 1"), request.query());
        assertEquals("u d", request.user() + " " + request.database());
        assertEquals(Optional.of(Path.of("/b")), request.programs());
        assertEquals(Optional.of(Path.of("/s")), request.settings());
        assertEquals(Path.of("/p"), request.parentDirectory());
        assertEquals(DrillRequest.Keep.FAILED, request.keep());
        assertEquals(Duration.ofSeconds(9), request.timeout());
        assertEquals(2, cli.archive.config.poolSize());
    }

    @ParameterizedTest
    @CsvSource({
        "--timeout 0,--timeout: 0 is less than 1",
        "--target-timeline 2,--target-timeline means nothing without a recovery target",
        "--target-name a --target-xid 9,--target-name and --target-xid exclude each other",
        "--keep-directory never,'--keep-directory: \"never\" is none of failed, always'",
    })
    void refuses(String options, String message) {
        assertEquals(2, cli.run(("drill " + options).split(" ")));
        assertTrue(cli.err().contains("MSG: " + message + "\n"), cli.err());
        assertEquals(List.of(), cli.archive.calls);
    }

    @Test
    void toATarget() {
        assertEquals(0, cli.run("drill", "--target-lsn", "0/9000000", "--target-exclusive", "--target-timeline", "2"));
        DrillRequest request = cli.archive.drillRequest;
        assertEquals(
                Optional.of(new RecoveryTarget.LsnAt(Lsn.parse("0/9000000"), RecoveryTarget.Bound.EXCLUSIVE)),
                request.target());
        assertEquals(Optional.of(new TargetTimeline.Numbered(new TimelineId(2))), request.timeline());
    }

    @Test
    void reportsSuccess() {
        assertEquals(0, cli.run("drill"));
        assertEquals("""
                {
                  "success": true,
                  "backup": "base_000000010000000000000008_00000040",
                  "failure": null,
                  "begun": "2026-11-21T10:00:00Z",
                  "elapsed_seconds": {
                    "restore": 1.5,
                    "recover": 2.0,
                    "query": null,
                    "clean_up": null
                  },
                  "server_version": "17.11",
                  "system_identifier": "7",
                  "restored_bytes": 1000,
                  "wal_segments": 3,
                  "last_segment": "00000001000000000000000A",
                  "reached": {
                    "timeline": 1,
                    "lsn": "0/B000000",
                    "last_transaction": "2026-11-21T09:59:00Z"
                  },
                  "result": {
                    "columns": [
                      "n"
                    ],
                    "rows": [
                      [
                        "1",
                        null
                      ]
                    ],
                    "has_more": false
                  },
                  "directory": null
                }
                """, cli.out());
    }

    @Test
    void reportsFailureWithTheCodeOfItsCause() {
        cli.archive.drillReport = BAD;
        assertEquals(5, cli.run("drill"));
        assertTrue(cli.out().startsWith("""
                {
                  "success": false,
                  "backup": "base_000000010000000000000008_00000040",
                  "failure": {
                    "step": "restore",
                    "message": "it is damaged",
                    "detail": "The detail.",
                    "hint": null,
                    "server_log": []
                  },
                """), cli.out());
        assertTrue(cli.out().contains("\"directory\": \"/tmp/left\"\n"), cli.out());
        assertTrue(
                cli.err()
                        .contains(
                                "ERROR    MSG: drill of base_000000010000000000000008_00000040 failed: it is damaged\n"
                                        + "        DETAIL: The detail.\n"),
                cli.err());
    }
}
