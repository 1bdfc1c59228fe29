package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.Backup;
import org.walarchive.BackupDetails;
import org.walarchive.BackupName;
import org.walarchive.BackupState;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;

/** What people, and programs other than WAL-E's, are shown of backups. */
final class BackupOverviewTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private static BackupState state(BackupState.Kind kind, Optional<String> reason, long stored) {
        return new BackupState(kind, reason, 2, stored, new TreeSet<>(List.of("lzo")));
    }

    private static final Backup OURS = new Backup(
            BackupName.parse("base_000000010000000000000008_00000040"),
            Instant.parse("2026-11-21T10:30:01Z"),
            Optional.of(new BackupDetails(
                    OptionalLong.of(25_375_737),
                    Optional.of("000000010000000000000009"),
                    Optional.of("00000256"),
                    Optional.of(Lsn.parse("0/8000028")),
                    Optional.of(Lsn.parse("0/9000100")),
                    Optional.of(new SystemIdentifier(7_000_000_000_000_000_001L)),
                    Optional.of(170_011),
                    Optional.of(BackupDetails.Source.PRIMARY),
                    Optional.of(Instant.parse("2026-11-21T10:29:00Z")),
                    Optional.of(Instant.parse("2026-11-21T10:30:00Z")),
                    List.of(new BackupDetails.Tablespace("16385", "/srv/fast")))),
            Optional.of(state(BackupState.Kind.COMPLETE, Optional.empty(), 4_000_000)));

    private static final Backup WAL_E = new Backup(
            BackupName.parse("base_00000002000000000000000A_00000040"),
            Instant.parse("2026-11-19T11:00:00Z"),
            Optional.of(BackupTableTest.ofWalE(
                    OptionalLong.empty(), Optional.of("00000002000000000000000B"), Optional.of("00000256"))),
            Optional.of(state(BackupState.Kind.BROKEN, Optional.of("Partition 1 is missing."), 900)));

    private static final Backup RUNNING = new Backup(
            BackupName.parse("base_00000002000000000000000F_00000040"),
            Instant.parse("2026-11-21T11:59:30Z"),
            Optional.empty(),
            Optional.of(state(BackupState.Kind.IN_PROGRESS, Optional.empty(), 5L << 30)));

    @Test
    void namesDoNotMoveTheCursor() {
        Backup hostile = new Backup(
                WAL_E.name(),
                WAL_E.lastModified(),
                Optional.of(BackupTableTest.ofWalE(OptionalLong.empty(), Optional.of("\u001b[1A"), Optional.empty())),
                Optional.of(state(BackupState.Kind.BROKEN, Optional.of("key \u009b2J\r"), 900)));
        String text = new BackupOverview(Clock.fixed(NOW, ZoneOffset.UTC)).of(List.of(hostile));
        assertEquals(
                0,
                text.chars().filter(c -> c != '\n' && Character.isISOControl(c)).count(),
                text);
        assertTrue(text.contains("\\u001b[1A") && text.contains("key \\u009b2J\\u000d"), text);
    }

    @AfterEach
    void noTerminal() {
        System.clearProperty(Terminal.OUTPUT_PROPERTY);
    }

    @Test
    void aligned() {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        assertEquals("""
                NAME                                    STATE               AGE      SIZE   STORED  SERVER  WAL
                base_000000010000000000000008_00000040  complete     1 h 30 min  24.2 MiB  3.8 MiB  17.11   timeline 1, 0/8000028 to 0/9000100
                base_00000002000000000000000A_00000040  BROKEN          2 d 1 h         -    900 B  -       timeline 2, 00000002000000000000000A to 00000002000000000000000B
                base_00000002000000000000000F_00000040  in progress       0 min         -  5.0 GiB  -       timeline 2, 00000002000000000000000F to ?

                base_00000002000000000000000A_00000040 is broken: Partition 1 is missing.
                """, new BackupOverview(clock).of(List.of(OURS, WAL_E, RUNNING)));
    }

    @Test
    void json() {
        Cli cli = new Cli();
        cli.archive.backups = List.of(OURS, RUNNING);
        assertEquals(0, cli.run("backup-list", "--json"));
        assertEquals(List.of("list OBJECTS", "close"), cli.archive.calls);
        assertEquals("""
                [
                  {
                    "name": "base_000000010000000000000008_00000040",
                    "state": "complete",
                    "reason": null,
                    "last_modified": "2026-11-21T10:30:01Z",
                    "started": "2026-11-21T10:29:00Z",
                    "finished": "2026-11-21T10:30:00Z",
                    "timeline": 1,
                    "start_segment": "000000010000000000000008",
                    "start_lsn": "0/8000028",
                    "stop_segment": "000000010000000000000009",
                    "stop_lsn": "0/9000100",
                    "expanded_size_bytes": 25375737,
                    "stored_size_bytes": 4000000,
                    "partitions": 2,
                    "compression": [
                      "lzo"
                    ],
                    "server_version": 170011,
                    "system_identifier": "7000000000000000001",
                    "source": "primary",
                    "tablespaces": [
                      {
                        "oid": "16385",
                        "location": "/srv/fast"
                      }
                    ]
                  },
                  {
                    "name": "base_00000002000000000000000F_00000040",
                    "state": "in_progress",
                    "reason": null,
                    "last_modified": "2026-11-21T11:59:30Z",
                    "started": null,
                    "finished": null,
                    "timeline": 2,
                    "start_segment": "00000002000000000000000F",
                    "start_lsn": null,
                    "stop_segment": null,
                    "stop_lsn": null,
                    "expanded_size_bytes": null,
                    "stored_size_bytes": 5368709120,
                    "partitions": 2,
                    "compression": [
                      "lzo"
                    ],
                    "server_version": null,
                    "system_identifier": null,
                    "source": null,
                    "tablespaces": null
                  }
                ]
                """, cli.out());
    }

    @Test
    void aTerminalGetsTheTable() {
        System.setProperty(Terminal.OUTPUT_PROPERTY, "true");
        Cli cli = new Cli();
        cli.archive.backups = List.of(OURS);
        assertEquals(0, cli.run("backup-list"));
        assertEquals("NAME", cli.out().substring(0, 4));
        assertEquals(0, cli.run("backup-list", "--format", "tsv"));
        assertEquals(List.of("list OBJECTS", "close", "list NAMES", "close"), cli.archive.calls);
    }

    @Test
    void noBackups() {
        Cli cli = new Cli();
        assertEquals(0, cli.run("backup-list", "--format=table"));
        assertEquals("no base backups\n", cli.out());
        Cli json = new Cli();
        assertEquals(0, json.run("backup-list", "--json"));
        assertEquals("[]\n", json.out());
    }

    @ParameterizedTest
    @CsvSource({"--format=xml", "--json --format=tsv"})
    void refuses(String options) {
        Cli cli = new Cli();
        assertEquals(2, cli.run(("backup-list " + options).split(" ")));
        assertEquals("", cli.out());
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "1023,1023 B", "1024,1.0 KiB", "1048575,1.0 MiB", "1536,1.5 KiB", "9223372036854775807,8.0 EiB"
    })
    void sizes(long bytes, String text) {
        assertEquals(text, BackupOverview.size(bytes));
    }

    @ParameterizedTest
    @CsvSource({"PT-5S,0 min", "PT59S,0 min", "PT1H,1 h 0 min", "PT24H,1 d 0 h", "P400DT5H,400 d 5 h"})
    void ages(Duration age, String text) {
        assertEquals(text, BackupOverview.age(age));
    }

    @ParameterizedTest
    @CsvSource({"170011,17.11", "90624,9.6.24", "100023,10.23"})
    void versions(int number, String text) {
        assertEquals(text, BackupOverview.version(number));
    }
}
