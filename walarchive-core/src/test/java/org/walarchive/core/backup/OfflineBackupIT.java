package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ArchiveEvent;
import org.walarchive.Backup;
import org.walarchive.BackupDetails;
import org.walarchive.BackupName;
import org.walarchive.BackupNotFoundException;
import org.walarchive.BackupPushRequest;
import org.walarchive.BackupResult;
import org.walarchive.BackupService.ListDetail;
import org.walarchive.ConflictException;
import org.walarchive.LocalFileException;
import org.walarchive.Progress;
import org.walarchive.ProgressListener;
import org.walarchive.RestoreRequest;
import org.walarchive.RestoreResult;
import org.walarchive.StoreAccessException;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.server.ControlFile;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.verify.Verify;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.file.FileStoreProvider;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.StoreOperation;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.VerifyRequest;

/** Backups of stopped servers, in archives in memory that fail. */
@Timeout(120)
final class OfflineBackupIT {

    private static PostgresServer cluster;

    @TempDir
    Path directory;

    private final ArchiveFixture fixture = new ArchiveFixture();
    private Path data;

    @BeforeAll
    static void createCluster() {
        cluster = PostgresServer.builder(PostgresVersion.V17)
                .walSegmentMegabytes(1)
                .create();
    }

    @AfterAll
    static void deleteCluster() {
        cluster.close();
    }

    @BeforeEach
    void makeDataDirectory() throws Exception {
        data = DataDirectories.make(cluster.dataDirectory(), directory.resolve("data"));
    }

    @AfterEach
    void noInterruptIsLeft() {
        assertFalse(Thread.interrupted());
    }

    private ArchiveStore archive(String compression, int poolSize, FaultRule... rules) {
        return fixture.archive(
                fixture.config(compression).poolSize(poolSize).partitionSizeBytes(1 << 20),
                new FaultyBlobStore(fixture.memory(), rules));
    }

    private static BackupResult push(ArchiveStore archive, Path data) throws Exception {
        return new BackupPush(archive)
                .push(BackupPushRequest.builder(data)
                        .mode(BackupPushRequest.Mode.OFFLINE)
                        .build());
    }

    private BackupResult push(FaultRule... rules) throws Exception {
        return push(archive("lz4", 1, rules), data);
    }

    private Path target() {
        return directory.resolve("target");
    }

    private RestoreResult fetch(FaultRule... rules) throws Exception {
        return new BackupFetch(archive("lz4", 1, rules))
                .fetch(RestoreRequest.builder(target()).build());
    }

    private void restoredEqualsSource() throws IOException {
        DataDirectories.requireSame(data, target());
    }

    private List<Backup> list() throws Exception {
        return new BackupList(fixture.archive()).list(ListDetail.SENTINELS);
    }

    private List<String> backupKeys() throws IOException {
        return fixture.keys(ArchiveLayout.BASE_BACKUPS);
    }

    @ParameterizedTest
    @CsvSource({"lzo, 1", "lzo, 4", "lz4, 1", "lz4, 4", "zstd, 1", "zstd:7, 4"})
    void whatIsRestoredIsWhatWasStored(String compression, int poolSize) throws Exception {
        BackupResult pushed = push(archive(compression, poolSize), data);
        assertTrue(pushed.partitions() >= 6, "partitions: " + pushed.partitions());
        RestoreResult restored = new BackupFetch(archive("lzo", poolSize))
                .fetch(RestoreRequest.builder(target())
                        .backup(pushed.name().toString())
                        .build());
        assertEquals(pushed.name(), restored.name());
        assertEquals(pushed.partitions(), restored.partitions());
        restoredEqualsSource();
    }

    @Test
    void progressEndsWhereAllIsDoneAlsoWhenTheStoreBreaksOff() throws Exception {
        List<Progress> heard = Collections.synchronizedList(new ArrayList<>());
        BackupPushRequest push = BackupPushRequest.builder(data)
                .mode(BackupPushRequest.Mode.OFFLINE)
                .progress(heard::add)
                .build();
        BackupResult pushed = new BackupPush(archive(
                        "lz4", 3, FaultRule.on(StoreOperation.PUT).everyNth(3).breakAt(300_000, Kind.UNAVAILABLE)))
                .push(push);
        Progress first = heard.get(0);
        Progress last = requireDone(heard, Progress.Phase.SEND);
        assertEquals(new Progress(Progress.Phase.SEND, 0, OptionalLong.empty(), 0, OptionalLong.empty()), first);
        assertEquals(pushed.expandedSizeBytes(), last.bytes());
        assertTrue(last.items() > pushed.partitions(), last.toString()); // each file and directory

        heard.clear();
        RestoreRequest fetch =
                RestoreRequest.builder(target()).progress(heard::add).build();
        new BackupFetch(archive(
                        "lz4", 3, FaultRule.on(StoreOperation.GET).everyNth(4).breakAt(200_000, Kind.UNAVAILABLE)))
                .fetch(fetch);
        assertTrue(heard.get(0).totalBytes().isPresent(), heard.toString());
        last = requireDone(heard, Progress.Phase.FETCH);
        assertEquals(pushed.storedSizeBytes(), last.bytes());
        assertEquals(pushed.partitions(), last.items());

        heard.clear();
        ArchiveStore archive = archive("lz4", 3);
        VerificationReport report = new Verify(archive)
                .verify(VerifyRequest.of(VerifyRequest.Depth.DEEP).progress(heard::add));
        assertEquals(Progress.Phase.LIST, heard.get(0).phase());
        last = requireDone(heard, Progress.Phase.VERIFY);
        assertEquals(report.read().storedBytes(), last.bytes());
        assertEquals(report.read().objects(), last.items());
    }

    private static Progress requireDone(List<Progress> heard, Progress.Phase phase) {
        Progress last = heard.get(heard.size() - 1);
        assertEquals(phase, last.phase());
        assertEquals(OptionalLong.of(last.bytes()), last.totalBytes());
        assertEquals(OptionalLong.of(last.items()), last.totalItems());
        return last;
    }

    @Test
    void aListenerThatFailsHurtsNothing() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        ProgressListener failing = progress -> {
            calls.incrementAndGet();
            throw new IllegalStateException("the listener fails");
        };
        new BackupPush(archive("lz4", 3))
                .push(BackupPushRequest.builder(data)
                        .mode(BackupPushRequest.Mode.OFFLINE)
                        .progress(failing)
                        .build());
        new BackupFetch(archive("lz4", 3))
                .fetch(RestoreRequest.builder(target()).progress(failing).build());
        restoredEqualsSource();
        assertEquals(2, calls.get());
    }

    @Test
    void aRealClusterIsRestoredThroughTheFileStore() throws Exception {
        Files.createDirectory(directory.resolve("archive"));
        String location = "file://localhost" + directory.resolve("archive");
        try (BlobStore store = new FileStoreProvider().open(StoreLocation.parse(location), StoreSettings.none())) {
            ArchiveStore archive = fixture.archive(fixture.config("lzo"), store);
            push(archive, cluster.dataDirectory());
            new BackupFetch(archive).fetch(RestoreRequest.builder(target()).build());
        }
        Map<String, String> expected = DataDirectories.describe(cluster.dataDirectory());
        String last = "pg_wal/" + DataDirectories.lastSegment(cluster.dataDirectory());
        expected.keySet()
                .removeIf(name -> name.matches("(pg_wal|pg_subtrans|pg_notify|pg_replslot|pg_stat_tmp)/[^/]+")
                        && !name.equals(last)
                        && !name.equals("pg_wal/archive_status"));
        Map<String, String> restored = DataDirectories.describe(target());
        expected.keySet().removeIf(name -> name.equals("postmaster.opts"));
        assertEquals(
                List.of(),
                expected.keySet().stream()
                        .filter(name -> !restored.containsKey(name))
                        .toList());
        expected.forEach((name, file) -> {
            if (file.contains(" file ")) {
                assertEquals(file, restored.get(name), name);
            }
        });
        restored.keySet().removeAll(expected.keySet());
        assertEquals(List.of(), restored.keySet().stream().toList());
    }

    @Test
    void whatIsLeftOutIsLeftOut() throws Exception {
        for (String name : List.of(
                "postmaster.opts",
                "backup_label.old",
                "recovery.signal",
                "pg_stat_tmp/x",
                "pg_wal/000000010000000000000001",
                "base/pgsql_tmp/pgsql_tmp1.0",
                "base/1/t3_16390",
                "global/pg_internal.init")) {
            SegmentBuilder.write(data.resolve(name), new byte[100]);
        }
        push();
        fetch();
        Map<String, String> expected = DataDirectories.describe(data);
        Map<String, String> restored = DataDirectories.describe(target());
        expected.keySet().removeAll(restored.keySet());
        assertEquals(
                List.of(
                        "backup_label.old",
                        "base/1/t3_16390",
                        "base/pgsql_tmp/pgsql_tmp1.0",
                        "global/pg_internal.init",
                        "pg_stat_tmp/x",
                        "pg_wal/000000010000000000000001",
                        "postmaster.opts",
                        "recovery.signal"),
                expected.keySet().stream().toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16})
    void theNameIsTheCheckpointsSegmentAndDecimalOffset(int megabytes) throws Exception {
        try (PostgresServer other = PostgresServer.builder(PostgresVersion.V17)
                .walSegmentMegabytes(megabytes)
                .create()) {
            Path small = DataDirectories.make(other.dataDirectory(), directory.resolve("other"));
            long redo = ControlFile.read(small).redo().value();
            BackupResult result = push(archive("lz4", 4), small);
            long bytes = (long) megabytes << 20;
            assertEquals(
                    String.format("base_00000001%016X_%08d", redo / bytes, redo % bytes),
                    result.name().toString());
            assertTrue(redo % bytes > 0xFF, "hexadecimal would look the same");
            assertEquals(redo, result.startLsn().value());
            assertEquals(redo, result.stopLsn().value());
            Backup listed = list().get(0);
            assertEquals(result.name(), listed.name());
            BackupDetails details = listed.details().orElseThrow();
            assertEquals(Optional.of(ControlFile.read(small).systemIdentifier()), details.systemIdentifier());
            assertEquals(Optional.of(String.format("%08d", redo % bytes)), details.stopOffset());
            assertEquals(Optional.of(DataDirectories.lastSegment(small).toString()), details.stopSegment());
            assertEquals(
                    "PostgreSQL 17",
                    new String(fixture.bytes(ArchiveLayout.version(result.name())), StandardCharsets.UTF_8)
                            .lines()
                            .findFirst()
                            .orElseThrow());
        }
    }

    @Test
    void aSecondBackupOfTheUnchangedServerIsAConflict() throws Exception {
        push();
        Map<String, String> before = fixture.everything();
        ConflictException e = assertThrows(ConflictException.class, () -> push());
        assertTrue(e.getMessage().endsWith("exists already"), e.getMessage());
        assertEquals(before, fixture.everything());
    }

    @Test
    void aServerThatRunsIsRefused() throws Exception {
        SegmentBuilder.write(data.resolve("postmaster.pid"), new byte[1]);
        LocalFileException e = assertThrows(LocalFileException.class, () -> push());
        assertEquals("while_offline set, but pg looks to be running", e.getMessage());
        assertEquals(List.of(), fixture.keys(""));
    }

    @Test
    void anUncleanShutdownIsRefused() throws Exception {
        DataDirectories.state(data, DataDirectories.IN_PRODUCTION);
        LocalFileException e = assertThrows(LocalFileException.class, () -> push());
        assertTrue(e.getMessage().endsWith("was not shut down cleanly"), e.getMessage());
        assertEquals(List.of(), fixture.keys(""));
    }

    @Test
    void aStandbyIsRefused() throws Exception {
        DataDirectories.state(data, DataDirectories.SHUT_DOWN_IN_RECOVERY);
        LocalFileException e = assertThrows(LocalFileException.class, () -> push());
        assertTrue(e.getMessage().endsWith("is a standby"), e.getMessage());
        assertEquals(List.of(), fixture.keys(""));
    }

    @Test
    void whatIsNoDataDirectoryIsRefused() {
        assertThrows(LocalFileException.class, () -> push(archive("lzo", 1), directory.resolve("nowhere")));
        assertThrows(LocalFileException.class, () -> push(archive("lzo", 1), directory));
    }

    @Test
    void aServerThatIsStartedMeanwhileFailsTheBackup() throws Exception {
        FaultRule starts = FaultRule.on(StoreOperation.PUT)
                .keys(key -> key.contains("part_00000003"))
                .runBefore(() -> DataDirectories.state(data, DataDirectories.IN_PRODUCTION));
        LocalFileException e = assertThrows(LocalFileException.class, () -> push(starts));
        assertTrue(e.getMessage().endsWith("was started during the backup"), e.getMessage());
        assertEquals(List.of(), backupKeys());
    }

    @Test
    void aServerThatStartsWhenAllFilesAreStoredFailsTheBackup() throws Exception {
        int lastOfFiles = push().partitions() - 2;
        fixture.memory().delete(backupKeys());
        FaultRule starts = FaultRule.on(StoreOperation.PUT)
                .keys(key -> key.contains(ArchiveLayout.partitionName(lastOfFiles, "lz4")))
                .runBefore(() -> SegmentBuilder.write(data.resolve("postmaster.pid"), new byte[1]));
        LocalFileException e = assertThrows(LocalFileException.class, () -> push(starts));
        assertEquals("while_offline set, but pg looks to be running", e.getMessage());
        assertEquals(List.of(), backupKeys());
    }

    /** What it would tell is a warning. */
    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "ACCESS_DENIED", "FROZEN"})
    void aLookAtEarlierBackupsThatFailsHindersNoBackup(Kind kind) throws Exception {
        String earlier = ArchiveLayout.BASE_BACKUPS + "base_000000010000000000000000_00000040";
        fixture.put(earlier + "/tar_partitions/part_00000000.tar.lzo", new byte[] {(byte) 0x85});
        fixture.put(earlier + "_backup_stop_sentinel.json", new byte[] {'{', '}'});
        AtomicInteger looks = new AtomicInteger();
        push(FaultRule.on(StoreOperation.GET)
                .keys(key -> key.startsWith(earlier) && looks.incrementAndGet() > 0)
                .everyNth(1)
                .fail(kind));
        assertEquals(1, looks.get());
        assertEquals(Duration.ZERO, fixture.waited());
    }

    @Test
    void aMissingSegmentFailsTheBackup() throws Exception {
        WalSegmentName last = DataDirectories.lastSegment(data);
        Files.delete(data.resolve("pg_wal/" + last));
        LocalFileException e = assertThrows(LocalFileException.class, () -> push());
        assertTrue(e.getMessage().contains(last.toString()), e.getMessage());
        assertEquals(List.of(), backupKeys());
    }

    @Test
    void anotherClustersArchiveIsRefused() throws Exception {
        fixture.put(ArchiveLayout.IDENTITY, "system_identifier=1\n".getBytes(StandardCharsets.US_ASCII));
        assertThrows(ConflictException.class, () -> push());
        assertEquals(List.of(), backupKeys());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void everyNthCallMayFail(int n) throws Exception {
        FaultRule[] rules = {
            FaultRule.on(StoreOperation.PUT).everyNth(n).failAfterwards(Kind.UNAVAILABLE),
            FaultRule.on(StoreOperation.GET).everyNth(n).fail(Kind.THROTTLED),
            FaultRule.on(StoreOperation.LIST).everyNth(n).fail(Kind.UNAVAILABLE)
        };
        push(archive("lz4", 4, rules), data);
        new BackupFetch(archive("lz4", 4, rules))
                .fetch(RestoreRequest.builder(target()).build());
        restoredEqualsSource();
    }

    @Test
    void transfersThatBreakOffAreMadeAgain() throws Exception {
        push(
                FaultRule.on(StoreOperation.PUT).everyNth(2).breakAt(300_000, Kind.UNAVAILABLE),
                FaultRule.on(StoreOperation.GET).everyNth(2).breakAt(10, Kind.UNAVAILABLE));
        fetch(
                FaultRule.on(StoreOperation.GET).everyNth(2).breakAt(300_000, Kind.UNAVAILABLE),
                FaultRule.on(StoreOperation.GET).everyNth(3).breakAt(10, Kind.CORRUPT));
        restoredEqualsSource();
    }

    @ParameterizedTest
    @ValueSource(strings = {"extended_version", "part_00000000", "part_00000004", "sentinel"})
    void aStoreThatRefusesLeavesNoBackup(String object) throws Exception {
        for (Kind kind : new Kind[] {Kind.UNAVAILABLE, Kind.NO_SPACE}) {
            StoreAccessException e = assertThrows(
                    StoreAccessException.class,
                    () -> push(FaultRule.on(StoreOperation.PUT)
                            .keys(key -> key.contains(object))
                            .everyNth(1)
                            .fail(kind)));
            assertEquals(kind, e.kind());
            assertTrue(fixture.waited().compareTo(ArchiveFixture.DEADLINE) <= 0);
            assertEquals(List.of(), backupKeys());
            assertEquals(List.of(), list());
        }
        push();
        fetch();
        restoredEqualsSource();
    }

    @Test
    void aSentinelWhoseOutcomeIsUnknownIsTakenBack() throws Exception {
        assertThrows(
                StoreAccessException.class,
                () -> push(FaultRule.on(StoreOperation.PUT)
                        .keys(key -> key.endsWith("sentinel.json"))
                        .everyNth(1)
                        .failAfterwards(Kind.UNAVAILABLE)));
        assertEquals(List.of(), backupKeys());
        push(FaultRule.on(StoreOperation.PUT)
                .keys(key -> key.endsWith("sentinel.json"))
                .call(1)
                .failAfterwards(Kind.UNAVAILABLE));
        fetch();
        restoredEqualsSource();
    }

    @Test
    void whatCannotBeCleanedUpIsNoBackupAndDoesNotHinderTheNext() throws Exception {
        assertThrows(
                StoreAccessException.class,
                () -> push(
                        FaultRule.on(StoreOperation.PUT)
                                .keys(key -> key.endsWith("sentinel.json"))
                                .everyNth(1)
                                .fail(Kind.ACCESS_DENIED),
                        FaultRule.on(StoreOperation.DELETE).everyNth(1).fail(Kind.ACCESS_DENIED)));
        assertFalse(backupKeys().isEmpty());
        assertEquals(List.of(), list());
        assertThrows(BackupNotFoundException.class, () -> fetch());
        // one that an earlier attempt left and the next one has no partition for
        String last =
                ArchiveLayout.partition(BackupName.parse(backupKeys().get(0).split("/")[1]), 99, "lz4");
        fixture.put(last, new byte[1]);
        push();
        assertFalse(backupKeys().contains(last));
        fetch();
        restoredEqualsSource();
    }

    @Test
    void anInterruptAtAnyCallLeavesNoBackupAndTheNextOneSucceeds() throws Exception {
        Thread pusher = Thread.currentThread();
        int interrupted = 0;
        for (StoreOperation operation :
                new StoreOperation[] {StoreOperation.PUT, StoreOperation.GET, StoreOperation.LIST}) {
            for (int call = 1; call <= 9; call += 2) {
                for (int poolSize : new int[] {1, 3}) {
                    ArchiveFixture other = new ArchiveFixture();
                    FaultyBlobStore store = new FaultyBlobStore(
                            other.memory(), FaultRule.on(operation).call(call).runBefore(pusher::interrupt));
                    try {
                        push(
                                other.archive(
                                        other.config("lz4").poolSize(poolSize).partitionSizeBytes(1 << 20), store),
                                data);
                        // the interrupt came when nothing was left to wait for
                        Thread.interrupted();
                        assertEquals(
                                1,
                                other.keys(ArchiveLayout.BASE_BACKUPS + "base_").stream()
                                        .filter(key -> key.endsWith("sentinel.json"))
                                        .count());
                    } catch (InterruptedException e) {
                        interrupted++;
                        assertFalse(Thread.interrupted());
                        assertEquals(List.of(), other.keys(ArchiveLayout.BASE_BACKUPS));
                        push(other.archive("lz4"), data);
                    }
                }
            }
        }
        assertTrue(interrupted >= 10, "interrupted " + interrupted + " times");
    }

    @Test
    void anInterruptInATransferLeavesNoBackup() throws Exception {
        Thread pusher = Thread.currentThread();
        FaultRule stalls = FaultRule.on(StoreOperation.PUT)
                .keys(key -> key.contains("part_00000002"))
                .stallAt(1000);
        FaultRule interrupts = FaultRule.on(StoreOperation.PUT)
                .keys(key -> key.contains("part_00000003"))
                .runBefore(pusher::interrupt);
        assertThrows(InterruptedException.class, () -> push(archive("lz4", 2, stalls, interrupts), data));
        assertFalse(Thread.interrupted());
        assertEquals(List.of(), backupKeys());
    }

    @Test
    void anInterruptOfARestoreLeavesWhatCannotBeStarted() throws Exception {
        push();
        Thread fetcher = Thread.currentThread();
        for (int call : new int[] {1, 3, 7}) {
            assertThrows(
                    InterruptedException.class,
                    () -> fetch(FaultRule.on(StoreOperation.GET).call(call).runBefore(fetcher::interrupt)));
            assertFalse(Thread.interrupted());
            assertFalse(Files.exists(target().resolve("global/pg_control")));
            DataDirectories.delete(target());
        }
    }

    /** Two that back up one stopped server at once must not destroy what the other one reported. */
    @Test
    void aSentinelOfSomebodyElseAndHisPartitionsStay() throws Exception {
        ArchiveStore other = archive("lz4", 1);
        FaultRule overtaken = FaultRule.on(StoreOperation.PUT)
                .keys(key -> key.endsWith("sentinel.json"))
                .call(1)
                .runBefore(() -> pushInBetween(other));
        assertThrows(ConflictException.class, () -> push(overtaken));
        assertEquals(1, list().size());
        fetch();
        restoredEqualsSource();
    }

    @Test
    void aBackupWhosePartitionsSomebodyElseDeletedIsNotReported() throws Exception {
        FaultRule deleted = FaultRule.on(StoreOperation.PUT)
                .keys(key -> key.contains("part_00000004"))
                .call(1)
                .runBefore(() -> {
                    try {
                        fixture.memory()
                                .delete(backupKeys().stream()
                                        .filter(key -> key.contains("part_00000001"))
                                        .toList());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        assertThrows(ConflictException.class, () -> push(deleted));
        assertEquals(List.of(), list());
    }

    private void pushInBetween(ArchiveStore other) {
        try {
            push(other, data);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tellsWhatItDid() throws Exception {
        BackupResult pushed = push();
        List<ArchiveEvent> events = List.copyOf(fixture.events());
        assertInstanceOf(ArchiveEvent.BackupStarted.class, events.get(0));
        assertEquals(
                pushed,
                assertInstanceOf(ArchiveEvent.BackupCompleted.class, events.get(events.size() - 1))
                        .result());
        assertEquals(
                pushed.partitions(),
                events.stream()
                        .filter(ArchiveEvent.PartitionUploaded.class::isInstance)
                        .count());
        long stored = backupKeys().stream()
                .filter(key -> key.contains("part_"))
                .mapToLong(this::length)
                .sum();
        assertEquals(stored, pushed.storedSizeBytes());
        fixture.events().clear();
        RestoreResult restored = fetch();
        assertEquals(
                restored,
                assertInstanceOf(
                                ArchiveEvent.RestoreCompleted.class,
                                fixture.events().get(fixture.events().size() - 1))
                        .result());
    }

    private long length(String key) {
        try {
            return fixture.bytes(key).length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void equalDirectoriesGiveEqualPartitions() throws Exception {
        push();
        Map<String, String> first = fixture.everything();
        fixture.memory().delete(backupKeys());
        push();
        Map<String, String> second = fixture.everything();
        first.keySet().removeIf(key -> !key.contains("/part_"));
        second.keySet().removeIf(key -> !key.contains("/part_"));
        assertEquals(first, second);
    }
}
