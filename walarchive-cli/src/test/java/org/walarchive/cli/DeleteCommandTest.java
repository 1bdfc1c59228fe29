package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.BackupName;
import org.walarchive.DeletionDecision;
import org.walarchive.DeletionDecision.Kind;
import org.walarchive.DeletionPlan.BackupDecision;
import org.walarchive.DeletionPolicy;
import org.walarchive.DeletionReason;
import org.walarchive.DeletionResult;
import org.walarchive.postgres.WalSegmentName;

final class DeleteCommandTest {

    private static final BackupName BACKUP = BackupName.parse("base_000000010000000000000008_00000040");

    private final Cli cli = new Cli();
    private final FakeRetention retention = cli.archive.retention;

    @BeforeEach
    void plan() {
        retention.decisions.add(
                new DeletionDecision("wal_005/a.lzo", 10, Kind.SEGMENT, DeletionReason.NOT_NEEDED, "why"));
        retention.decisions.add(new DeletionDecision("wal_005/b.lzo", 5, Kind.SEGMENT, DeletionReason.NEEDED, "why"));
        retention.decisions.add(
                new DeletionDecision("wal_005/\u00e9\"", 5, Kind.OTHER_WAL_OBJECT, DeletionReason.UNKNOWN, "odd"));
        retention.backups.add(
                new BackupDecision(BACKUP, BackupDecision.State.RESTORABLE, DeletionReason.KEPT, "marked"));
    }

    @Test
    void readsEveryPolicy() {
        Map<String, DeletionPolicy> policies = Map.of(
                "before " + BACKUP,
                new DeletionPolicy.Before(BACKUP),
                "before 000000010000000000000008",
                new DeletionPolicy.BeforeSegment(WalSegmentName.parse("000000010000000000000008")),
                "retain 3",
                new DeletionPolicy.Retain(3),
                "retain-for 36h",
                new DeletionPolicy.RetainFor(Duration.ofHours(36)),
                "retain-for 2w",
                new DeletionPolicy.RetainFor(Duration.ofDays(14)),
                "--daily 7 --weekly=4 --zone Europe/Berlin retain-by-calendar",
                new DeletionPolicy.RetainByCalendar(7, 4, 0, 0, ZoneId.of("Europe/Berlin")),
                "--monthly 1 --yearly 2 retain-by-calendar",
                new DeletionPolicy.RetainByCalendar(0, 0, 1, 2, ZoneId.of("UTC")),
                "old-versions",
                new DeletionPolicy.OldVersions(),
                "everything",
                new DeletionPolicy.Everything());
        policies.forEach((words, policy) -> {
            assertEquals(0, cli.run(("delete " + words).split(" ")), cli::err);
            assertEquals(policy, retention.policy);
        });
        assertFalse(cli.archive.calls.contains("execute"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "delete retain 0 ; retain 0 would keep no backup",
                "delete retain -1 ; retain -1 would keep no backup",
                "delete retain x ; retain: \"x\" is not a number",
                "delete retain ; delete retain needs NUMBER",
                "delete before x ; \"x\" is the name neither of a base backup nor of a WAL segment",
                "delete before ; delete before needs NAME|SEGMENT",
                "delete retain-for 0d ; retain-for: \"0d\" is not an age such as 12h, 30d or 8w",
                "delete retain-for 9 ; retain-for: \"9\" is not an age such as 12h, 30d or 8w",
                "delete retain-by-calendar ; retain-by-calendar: no day, week, month or year would keep a backup",
                "delete --daily -1 retain-by-calendar ; retain-by-calendar: of -1 days, 0 weeks, 0 months, 0 years, one is negative",
                "delete --daily 1 --zone Mars retain-by-calendar ; --zone: \"Mars\" is not a time zone such as Europe/Berlin",
                "delete --daily 1 retain 1 ; --daily goes with retain-by-calendar only",
                "delete everything now ; delete everything cannot use \"now\"",
                "delete --including-kept retain 1 ; --including-kept goes with \"delete everything\" only",
                "delete --including-unfinished retain 1 ; --including-unfinished goes with \"delete everything\" only",
                "keep nothing ; \"nothing\" is not the name of a base backup",
                "keep --release ; --release needs NAME",
            })
    void refuses(String words, String message) {
        assertEquals(2, cli.run(words.split(" ")));
        assertTrue(cli.err().contains("ERROR    MSG: " + message + "\n"), cli.err());
        assertEquals(List.of(), cli.archive.calls);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete retain 1",
                "delete -n retain 1",
                "delete --dry-run --confirm retain 1",
                "delete --confirm -n retain 1"
            })
    void aDryRunSaysWhatWouldGo(String words) {
        assertEquals(0, cli.run(words.split(" ")));
        assertFalse(cli.archive.calls.contains("execute"));
        assertTrue(cli.err().contains("DETAIL: The subcommand is \"delete retain\".\n"), cli.err());
        assertTrue(cli.err().contains("MSG: performing dry run of data deletion\n"), cli.err());
        assertTrue(cli.err().contains("""
                 MSG: deleting a wal file
                        DETAIL: The key being deleted is file://localhost/srv/a/wal_005/a.lzo.
                        HINT: This is only a dry run -- no actual data is being deleted
                """), cli.err());
        assertFalse(cli.err().contains("b.lzo"), cli.err());
        assertTrue(cli.err().contains("WARNING  MSG: skipping non-qualifying key in 'delete before'\n"), cli.err());
        assertTrue(cli.err().contains("DETAIL: " + BACKUP + " stays: marked.\n"), cli.err());
        assertTrue(cli.err().contains("MSG: 1 objects of 10 bytes would be deleted\n"), cli.err());
        assertEquals("", cli.out());
    }

    @Test
    void confirmedItIsDone() {
        assertEquals(0, cli.run("delete", "--confirm", "--below-floor", "everything"));
        assertEquals(List.of("plan [BELOW_FLOOR]", "execute", "close"), cli.archive.calls);
        assertTrue(cli.err().contains("MSG: deleting data in the store\n"), cli.err());
        assertFalse(cli.err().contains("dry run"), cli.err());
    }

    @Test
    void aKeyThatCouldNotBeDeletedIsAFailure() {
        retention.result = new DeletionResult(1, 1, List.of(new DeletionResult.Failure("wal_005/a.lzo", "locked")), 1);
        assertEquals(4, cli.run("delete", "--confirm", "everything"));
        assertTrue(
                cli.err()
                        .contains("ERROR    MSG: could not delete file://localhost/srv/a/wal_005/a.lzo\n"
                                + "        DETAIL: locked\n"),
                cli.err());
    }

    @Test
    void thePlanIsData() {
        retention.notes.add("a note");
        assertEquals(0, cli.run("delete", "--json", "--confirm", "retain", "1"));
        assertEquals("""
                {"format": 1, "going": {"objects": 1, "bytes": 10}, "staying": {"objects": 2, "bytes": 5},
                "notes": ["a note"],
                "backups": [
                {"name": "base_000000010000000000000008_00000040", "state": "restorable", "goes": false, "reason": "kept", "explanation": "marked"}],
                "objects": [
                {"key": "wal_005/a.lzo", "bytes": 10, "kind": "segment", "goes": true, "reason": "not_needed", "explanation": "why"},
                {"key": "wal_005/b.lzo", "bytes": 5, "kind": "segment", "goes": false, "reason": "needed", "explanation": "why"},
                {"key": "wal_005/\u00e9\\"", "bytes": 5, "kind": "other_wal_object", "goes": false, "reason": "unknown", "explanation": "odd"}],
                "result": {"deleted_objects": 0, "deleted_bytes": 0, "left_objects": 0, "failures": []}}
                """, cli.out());
    }

    @Test
    void retainSaysHowMany() {
        retention.backups.clear();
        retained("Not deleting any data.", "No existing base backups.");
        retention.backups.add(
                new BackupDecision(BACKUP, BackupDecision.State.RESTORABLE, DeletionReason.RETAINED, "newest"));
        retained(
                "Retaining existing base backup.",
                "HINT: Deleting keys older than file://localhost/srv/a/basebackups_005/" + BACKUP
                        + "_backup_stop_sentinel.json.");
        retention.backups.add(
                new BackupDecision(BACKUP, BackupDecision.State.RESTORABLE, DeletionReason.RETAINED, "newest"));
        retained("Retaining all 2 base backups.", "HINT: Deleting keys older than ");
        retention.backups.add(
                new BackupDecision(BACKUP, BackupDecision.State.BROKEN, DeletionReason.NOT_RETAINED, "old"));
        retained("Deleting 1 oldest base backups.", "DETAIL: Found 3 total base backups.");
    }

    private void retained(String message, String more) {
        Cli once = new Cli();
        once.archive.retention.backups.addAll(retention.backups);
        assertEquals(0, once.run("delete", "retain", "2"));
        assertTrue(once.err().contains("INFO     MSG: " + message + "\n"), once.err());
        assertTrue(once.err().contains(more), once.err());
    }

    @Test
    void keepMarksReleasesAndPrints() {
        assertEquals(0, cli.run("keep", BACKUP.toString()));
        assertEquals(0, cli.run("keep", "--release", BACKUP.toString()));
        assertEquals("", cli.out());
        assertEquals(0, cli.run("keep"));
        assertEquals(BACKUP + "\n", cli.out());
        assertEquals(
                List.of("keep " + BACKUP, "close", "release " + BACKUP, "close", "kept", "close"), cli.archive.calls);
    }
}
