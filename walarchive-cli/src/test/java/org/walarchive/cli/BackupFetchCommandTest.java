package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.BackupName;
import org.walarchive.ConfigurationException;
import org.walarchive.LocalFileException;
import org.walarchive.RecoveryRequest;
import org.walarchive.RecoveryTarget;
import org.walarchive.RecoveryTarget.Bound;
import org.walarchive.RestorePlan;
import org.walarchive.RestoreRequest;
import org.walarchive.TablespacePlacement;
import org.walarchive.TargetTimeline;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;

final class BackupFetchCommandTest {

    private static final String NAME = "base_000000010000000000000008_00000040";

    private final Cli cli = new Cli();

    static RestorePlan plan() {
        WalSegmentName first = WalSegmentName.parse("000000010000000000000008");
        WalSegmentName gap = WalSegmentName.parse("00000002000000000000000A");
        return new RestorePlan(
                BackupName.parse(NAME),
                Path.of("/srv/new"),
                OptionalInt.of(906),
                Instant.parse("2026-03-01T11:00:00Z"),
                Optional.of(new Lsn(0x8000100)),
                2,
                30,
                OptionalLong.of(100),
                OptionalLong.of(70),
                List.of(new TimelineId(1), new TimelineId(2)),
                Optional.of(new RestorePlan.Wal(
                        first,
                        WalSegmentName.parse("00000002000000000000000B"),
                        RestorePlan.LastSegment.NEWEST_IN_ARCHIVE,
                        4,
                        3,
                        48,
                        List.of(new RestorePlan.Gap(gap, gap, 1)),
                        Optional.of(Instant.parse("2026-03-01T12:00:00Z")))),
                Optional.of("One is missing."),
                Optional.empty());
    }

    private RestoreRequest request(String... arguments) {
        List<String> words = new ArrayList<>(List.of("backup-fetch", "/srv/new"));
        words.addAll(List.of(arguments));
        assertEquals(0, cli.run(words.toArray(String[]::new)), cli.err());
        return cli.archive.restoreRequest;
    }

    private RecoveryRequest recovery(String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        words.addAll(List.of("--restore-command", "fetch %f %p"));
        return request(words.toArray(String[]::new)).recovery().orElseThrow();
    }

    @Test
    void withoutOptionsAsWalEHasIt() {
        RestoreRequest request = request("LATEST");
        assertEquals(Path.of("/srv/new"), request.directory());
        assertEquals("LATEST", request.backup());
        assertEquals(Optional.empty(), request.recovery());
        assertEquals(new TablespacePlacement.ExistingLinks(), request.tablespaces());
        assertEquals(RestoreRequest.ExistingFiles.REFUSE, request.existingFiles());
        assertEquals(RestoreRequest.Archiving.AS_BACKED_UP, request.archiving());
        assertEquals(RestoreRequest.MissingWal.REFUSE, request.missingWal());
    }

    @Test
    void targets() {
        assertEquals(
                new RecoveryTarget.Time(Instant.parse("2026-03-01T11:00:00Z"), Bound.INCLUSIVE),
                recovery("--target-time", "2026-03-01 12:00:00+01").target());
        assertEquals(
                new RecoveryTarget.LsnAt(new Lsn(0x100000028L), Bound.EXCLUSIVE),
                recovery("--target-lsn", "1/28", "--target-exclusive").target());
        assertEquals(
                new RecoveryTarget.Name("a b"), recovery("--target-name=a b").target());
        assertEquals(
                new RecoveryTarget.Xid(700, Bound.INCLUSIVE),
                recovery("--target-xid", "700").target());
        assertEquals(
                new RecoveryTarget.Immediate(), recovery("--target-immediate").target());
        assertEquals(new RecoveryTarget.EndOfWal(), recovery("--recover").target());
    }

    @Test
    void theRestOfARecovery() {
        RecoveryRequest request =
                recovery(NAME, "--target-xid", "700", "--target-timeline", "3", "--target-action", "shutdown");
        assertEquals(NAME, cli.archive.restoreRequest.backup());
        assertEquals(new TargetTimeline.Numbered(new TimelineId(3)), request.timeline());
        assertEquals(RecoveryRequest.TargetAction.SHUTDOWN, request.action());
        assertEquals("fetch %f %p", request.restoreCommand());
        assertEquals(new TargetTimeline.Latest(), recovery("--recover").timeline());
        assertEquals(
                new TargetTimeline.Current(), recovery("--target-immediate").timeline());
        assertEquals(
                new TargetTimeline.Current(),
                recovery("--recover", "--target-timeline", "current").timeline());
    }

    @Test
    void places() {
        assertEquals(
                new TablespacePlacement.Blind(),
                request("LATEST", "--blind-restore").tablespaces());
        assertEquals(
                new TablespacePlacement.Located(Map.of()),
                request("LATEST", "--restore-spec", "SOURCE").tablespaces());
        assertEquals(
                new TablespacePlacement.Specification(Path.of("spec.json")),
                request("LATEST", "--restore-spec", "spec.json").tablespaces());
        RestoreRequest request = request("LATEST", "--replace", "--clone");
        assertEquals(RestoreRequest.ExistingFiles.REPLACE, request.existingFiles());
        assertEquals(RestoreRequest.Archiving.OFF, request.archiving());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/d | , or a recovery target",
                "/d --target-lsn 1/2 --target-immediate | --target-lsn and --target-immediate exclude each other",
                "/d --target-lsn x --restore-command c | --target-lsn: \"x\" is not an LSN",
                "/d --target-xid x --restore-command c | --target-xid: \"x\" is not a number",
                "/d --target-xid 2 --restore-command c | --target-xid: there is no transaction 2",
                "/d --target-time 2026-03-01T11:00:00 --restore-command c | has no zone",
                "/d --recover --target-timeline x --restore-command c | --target-timeline: \"x\" is not a number",
                "/d --recover --target-timeline 0 --restore-command c | --target-timeline: ",
                "/d --target-immediate --target-action x --restore-command c | is none of pause, promote, shutdown",
                "/d --target-immediate --target-exclusive | --target-immediate cannot be exclusive",
                "/d --recover --target-action pause | --target-action means nothing",
                "/d LATEST --target-action pause | --target-action means nothing",
                "/d LATEST --allow-missing-wal | --allow-missing-wal means nothing",
                "/d LATEST --json | --json means nothing",
                "/d LATEST --blind-restore --restore-spec SOURCE | exclude each other",
                "/d --recover | it is not known how this program is started",
            })
    void wrongCommandLinesAreRefused(String words, String message) {
        assertEquals(2, cli.run(("backup-fetch " + words).split(" ")));
        assertTrue(cli.err().contains(message), cli.err());
        assertEquals(List.of(), cli.archive.calls);
    }

    @Test
    void aPlanIsDataAndNothingIsRestored() {
        cli.archive.plan = plan();
        request("LATEST", "--plan");
        assertEquals("""
                backup:         base_000000010000000000000008_00000040
                directory:      /srv/new
                PostgreSQL:     9.6
                complete since: 2026-03-01T11:00:00Z
                consistent at:  0/8000100
                partitions:     2, 30 bytes stored
                files:          100 bytes
                free:           70 bytes, less than the files
                timelines:      1 > 2
                WAL from:       000000010000000000000008
                WAL to:         00000002000000000000000B, the newest in the archive, put 2026-03-01T12:00:00Z
                WAL segments:   3 of 4 are in the archive, 48 bytes stored
                missing:        00000002000000000000000A
                obstacle:       One is missing.
                refused:        no
                """, cli.out());
        assertEquals(List.of("plan LATEST /srv/new", "close"), cli.archive.calls);
    }

    @Test
    void aPlanAsJson() {
        cli.archive.plan = plan();
        request("LATEST", "--dry-run", "--json");
        assertTrue(cli.out().contains("\"postgresql\": \"9.6\""), cli.out());
        assertTrue(cli.out().contains("\"free_bytes\": 70"), cli.out());
        assertTrue(cli.out().contains("\"last_is\": \"newest_in_archive\""), cli.out());
        assertTrue(cli.out().contains("\"obstacle\": \"One is missing.\""), cli.out());
        assertTrue(cli.out().startsWith("{") && cli.out().endsWith("}\n"), cli.out());
    }

    /** The whole plan is worth its while: what is in the way of it may be cleared away. */
    @Test
    void aPlanThatWouldBeRefusedIsShownAndFailsAsTheRestoreWould() {
        cli.archive.plan =
                plan().refusedFor(new LocalFileException("directory /srv/new is not empty", "There is x.", "Do."));
        assertEquals(7, cli.run("backup-fetch", "/srv/new", "LATEST", "--plan"));
        assertTrue(cli.out().contains("WAL from: "), cli.out());
        assertTrue(cli.out().endsWith("refused:        directory /srv/new is not empty\n"), cli.out());
        assertTrue(cli.err().contains("There is x."), cli.err());
        assertTrue(cli.err().contains("HINT: Do."), cli.err());
    }

    @Test
    void aRefusalAsJson() {
        cli.archive.plan = plan().refusedFor(new ConfigurationException("no key", null, "Set it."));
        assertEquals(2, cli.run("backup-fetch", "/srv/new", "LATEST", "--plan", "--json"));
        assertTrue(
                cli.out()
                        .replaceAll("\\s+", " ")
                        .contains("\"refused\": { \"message\": \"no key\", \"detail\": null, \"hint\": \"Set it.\" }"),
                cli.out());
    }
}
