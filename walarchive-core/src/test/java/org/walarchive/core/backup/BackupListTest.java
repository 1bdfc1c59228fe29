package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.ArchiveException;
import org.walarchive.Backup;
import org.walarchive.BackupDetails;
import org.walarchive.BackupName;
import org.walarchive.BackupNotFoundException;
import org.walarchive.BackupService.ListDetail;
import org.walarchive.BackupState;
import org.walarchive.BackupState.Kind;
import org.walarchive.CorruptArchiveException;
import org.walarchive.RestoreRequest;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.SentinelJson;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;

final class BackupListTest {

    private static final BackupName FIRST = name(1);
    private static final BackupName SECOND = name(2);
    private static final BackupName THIRD = name(3);

    /** The fixture's store puts one object a second from here on. */
    private static final Instant BEGIN = Instant.ofEpochSecond(1_000_000_000);

    private final ArchiveFixture fixture = new ArchiveFixture();

    private static BackupName name(int segment) {
        return BackupName.parse(String.format("base_0000000100000000%08X_00000040", segment));
    }

    private BackupList list(Duration after) {
        return new BackupList(fixture.archive(), Clock.fixed(BEGIN.plus(after), ZoneOffset.UTC));
    }

    private BackupList list() {
        return list(Duration.ofMinutes(1));
    }

    /** Puts a backup's partitions, of ten bytes each. */
    private void putPartitions(BackupName name, int count) throws IOException {
        fixture.put(ArchiveLayout.version(name), new byte[5]);
        for (int i = 0; i < count; i++) {
            fixture.put(ArchiveLayout.partition(name, i, "lzo"), new byte[10]);
        }
    }

    private void putWalE(BackupName name) throws IOException {
        fixture.put(
                ArchiveLayout.sentinel(name),
                "{\"expanded_size_bytes\": 7, \"spec\": {\"tablespaces\": []}}".getBytes(StandardCharsets.US_ASCII));
    }

    private void putOurs(BackupName name, int partitions) throws IOException {
        List<BackupRecord.Partition> recorded = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            recorded.add(new BackupRecord.Partition(i, ArchiveLayout.partitionName(i, "lzo"), 10, "0".repeat(64), 100));
        }
        BackupRecord record = new BackupRecord(
                new SystemIdentifier(5),
                170_011,
                new TimelineId(1),
                new Lsn(0x1000028),
                new Lsn(0x2000100),
                1 << 24,
                BackupRecord.Source.STANDBY,
                BEGIN.minusSeconds(9),
                BEGIN.minusSeconds(3),
                recorded);
        Sentinel sentinel = new Sentinel(
                Optional.of("000000010000000000000002"),
                Optional.of("00000256"),
                OptionalLong.of(99),
                Optional.of("/srv/pg/"),
                List.of(new Sentinel.Tablespace("16385", "/srv/fast/", "pg_tblspc/16385")),
                Optional.of(record));
        fixture.put(ArchiveLayout.sentinel(name), SentinelJson.write(sentinel));
    }

    private static Kind kind(Backup backup) {
        return backup.state().orElseThrow().kind();
    }

    @Test
    void allThatIsKnownOfACompleteBackup() throws Exception {
        putPartitions(FIRST, 2);
        putOurs(FIRST, 2);
        Backup backup = list().list(ListDetail.OBJECTS).get(0);
        BackupState state = backup.state().orElseThrow();
        int sentinelBytes = fixture.bytes(ArchiveLayout.sentinel(FIRST)).length;
        assertEquals(
                new BackupState(Kind.COMPLETE, Optional.empty(), 2, 25 + sentinelBytes, new TreeSet<>(List.of("lzo"))),
                state);
        assertEquals(BEGIN.plusSeconds(4), backup.lastModified());
        BackupDetails details = backup.details().orElseThrow();
        assertEquals(Optional.of(BackupDetails.Source.STANDBY), details.source());
        assertEquals(Optional.of(BEGIN.minusSeconds(3)), details.finished());
        assertEquals(List.of(new BackupDetails.Tablespace("16385", "/srv/fast/")), details.tablespaces());
        assertEquals(Optional.of(170_011), details.serverVersion());
    }

    @Test
    void aBackupOfWalEIsCompleteIfItsNumbersAre() throws Exception {
        putPartitions(FIRST, 3);
        putWalE(FIRST);
        assertEquals(Kind.COMPLETE, kind(list().list(ListDetail.OBJECTS).get(0)));
        fixture.memory().delete(List.of(ArchiveLayout.partition(FIRST, 1, "lzo")));
        BackupState state = list().list(ListDetail.OBJECTS).get(0).state().orElseThrow();
        assertEquals(Kind.BROKEN, state.kind());
        assertEquals(Optional.of("Partition 1 is missing."), state.reason());
    }

    @Test
    void aPartitionOfAnotherLengthBreaksABackup() throws Exception {
        putPartitions(FIRST, 2);
        putOurs(FIRST, 2);
        fixture.put(ArchiveLayout.partition(FIRST, 1, "lzo"), new byte[9]);
        BackupState state = list().list(ListDetail.OBJECTS).get(0).state().orElseThrow();
        assertEquals(Kind.BROKEN, state.kind());
        assertTrue(state.reason().orElseThrow().endsWith(" has 9 bytes; the sentinel records 10."), state::toString);
    }

    @Test
    void anUnreadableSentinelBreaksItsBackupAndHidesNoOther() throws Exception {
        putPartitions(FIRST, 1);
        fixture.put(ArchiveLayout.sentinel(FIRST), new byte[] {'{'});
        putPartitions(SECOND, 1);
        putOurs(SECOND, 1);
        List<Backup> backups = list().list(ListDetail.OBJECTS);
        assertEquals(
                List.of(Kind.BROKEN, Kind.COMPLETE),
                backups.stream().map(BackupListTest::kind).toList());
        assertEquals(Optional.empty(), backups.get(0).details());
        assertTrue(backups.get(0).state().orElseThrow().reason().orElseThrow().startsWith("sentinel "));
        assertThrows(CorruptArchiveException.class, () -> list().list(ListDetail.SENTINELS));
    }

    @Test
    void withoutASentinelAgeTellsWhatIsBeingTaken() throws Exception {
        putPartitions(FIRST, 1);
        Duration newest = Duration.ofSeconds(2);
        Duration limit = newest.plus(BackupState.IN_PROGRESS_LIMIT);
        assertEquals(Kind.IN_PROGRESS, kind(list(limit).list(ListDetail.OBJECTS).get(0)));
        assertEquals(
                Kind.ABANDONED,
                kind(list(limit.plusNanos(1)).list(ListDetail.OBJECTS).get(0)));
        assertEquals(List.of(), list().list(ListDetail.NAMES));
        assertEquals(List.of(), list().list("LATEST", ListDetail.OBJECTS));
        assertThrows(BackupNotFoundException.class, () -> list().resolve("LATEST"));
        assertThrows(BackupNotFoundException.class, () -> list().resolve(FIRST.toString()));
    }

    @Test
    void aQueryReadsTheSentinelsItMeansOnly() throws Exception {
        fixture.put(ArchiveLayout.sentinel(FIRST), new byte[] {'{'});
        putPartitions(SECOND, 1);
        putOurs(SECOND, 1);
        for (String query : List.of(SECOND.toString(), "LATEST", "base_000000010000000000000002")) {
            Backup found = list().list(query, ListDetail.SENTINELS).get(0);
            assertEquals(SECOND, found.name());
            assertEquals(OptionalLong.of(99), found.details().orElseThrow().expandedSizeBytes());
        }
    }

    @Test
    void latestIsTheSentinelPutLastWhateverItsName() throws Exception {
        putWalE(SECOND);
        putWalE(THIRD);
        putWalE(FIRST);
        assertEquals(FIRST, list().resolve("LATEST").name());
        assertEquals(
                List.of(FIRST),
                list().list("LATEST", ListDetail.OBJECTS).stream()
                        .map(Backup::name)
                        .toList());
    }

    @Test
    void theBeginningOfANameIsEnoughIfItIsOneOnly() throws Exception {
        putWalE(FIRST);
        putWalE(SECOND);
        assertEquals(SECOND, list().resolve("base_000000010000000000000002").name());
        assertEquals(2, list().list("base_", ListDetail.NAMES).size());
        BackupNotFoundException several =
                assertThrows(BackupNotFoundException.class, () -> list().resolve("base_00000001"));
        assertTrue(several.getMessage().endsWith(" is the beginning of the names of 2 backups"), several::getMessage);
        assertThrows(BackupNotFoundException.class, () -> list().resolve("base_00000002"));
        assertThrows(BackupNotFoundException.class, () -> list().resolve("bas"));
        assertThrows(BackupNotFoundException.class, () -> list().resolve("base_00000001x"));
    }

    private String hint(String query) {
        return assertThrows(BackupNotFoundException.class, () -> list().resolve(query))
                .hint()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "LATTEST, LATEST",
        "latest, LATEST",
        "LAST, LATEST",
        "bsae_000000010000000000000001_00000040, base_000000010000000000000001_00000040",
        "base_000000010000000000000003_00000040, base_000000010000000000000001_00000040",
        "base_00000001000000000000001_00000040, base_000000010000000000000001_00000040",
        "base_000000010000000000000001_00000040x, base_000000010000000000000001_00000040",
    })
    void whatWasMeantIsAskedFor(String query, String meant) throws Exception {
        putWalE(FIRST);
        assertEquals(meant, hint(query).replaceFirst("^Did you mean (\\S+)\\? .*", "$1"));
    }

    @Test
    void whatIsFarFromEverythingIsNotGuessed() throws Exception {
        putWalE(FIRST);
        assertTrue(hint("base_0000000200000000000000FF").startsWith("backup-list shows"));
        assertTrue(hint("yesterday").startsWith("Give LATEST or a name"));
    }

    @Test
    void whereThereIsNoneLatestIsNotGuessed() {
        assertTrue(hint("LATEST").startsWith("backup-list shows"));
    }

    @Test
    void aRestoreOfABrokenLatestNamesAnother(@TempDir Path directory) throws Exception {
        putPartitions(FIRST, 1);
        putWalE(FIRST);
        putPartitions(SECOND, 1);
        putOurs(SECOND, 2);
        RestoreRequest request =
                RestoreRequest.builder(directory.resolve("data")).build();
        CorruptArchiveException failure =
                assertThrows(CorruptArchiveException.class, () -> new BackupFetch(fixture.archive()).fetch(request));
        assertEquals("backup " + SECOND + " is not complete", failure.getMessage());
        assertTrue(failure.hint().orElseThrow().contains(" that is complete is " + FIRST + ", of "), failure::toString);
    }

    @Test
    void theAlternativeIsTheNewestCompleteOne() throws Exception {
        putPartitions(FIRST, 1);
        putWalE(FIRST);
        putPartitions(SECOND, 1);
        putOurs(SECOND, 2);
        putPartitions(THIRD, 0);
        putWalE(THIRD);
        assertEquals(
                "The newest other backup that is complete is " + FIRST + ", of 2001-09-09T01:46:43Z.", alternative());
        fixture.memory().delete(List.of(ArchiveLayout.sentinel(FIRST)));
        assertEquals("There is no other backup that is complete.", alternative());
    }

    private String alternative() throws ArchiveException, InterruptedException {
        return list().withAlternative(new CorruptArchiveException("m", "d", null), THIRD)
                .hint()
                .orElseThrow();
    }
}
