package org.walarchive.core.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ArchiveEvent;
import org.walarchive.CorruptArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.StoreAccessException;
import org.walarchive.WalFetchResult;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.StoreOperation;

@Timeout(60)
final class WalFetchTest {

    private static final String NAME = "000000010000000000000008";
    private static final String KEY = "wal_005/" + NAME + ".lzo";
    private static final byte[] OLD = "old content".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path directory;

    private final ArchiveFixture fixture = new ArchiveFixture();

    @AfterEach
    void noInterruptIsLeft() {
        assertFalse(Thread.interrupted());
    }

    private static SegmentBuilder segment() {
        return SegmentBuilder.segment(NAME);
    }

    private Path target() {
        return directory.resolve("RECOVERYXLOG");
    }

    private WalFetchResult fetch(FaultRule... rules) throws Exception {
        return fetch(NAME, rules);
    }

    private WalFetchResult fetch(String name, FaultRule... rules) throws Exception {
        return new WalFetch(fixture.archive(rules)).fetch(WalFileName.parse(name), target());
    }

    private void archived(byte[] content) throws IOException {
        fixture.put(KEY, SegmentBuilder.compress("lzo", content));
    }

    private void identity() throws IOException {
        fixture.put(
                "walarchive/identity.properties",
                ("system_identifier=" + SegmentBuilder.CLUSTER + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @CsvSource({"lzo,lzo", "lzo,lz4", "lzo,zst", "lz4,lzo", "lz4,lz4", "lz4,zst", "zstd,lzo", "zstd,lz4", "zstd,zst"})
    void fetchesWhicheverWayItIsCompressed(String configured, String present) throws Exception {
        byte[] bytes = segment().bytes();
        fixture.put("wal_005/" + NAME + "." + present, SegmentBuilder.compress(present, bytes));
        assertEquals(
                WalFetchResult.FETCHED,
                new WalFetch(fixture.archive(configured)).fetch(WalFileName.parse(NAME), target()));
        assertArrayEquals(bytes, Files.readAllBytes(target()));
        assertEquals(List.of("RECOVERYXLOG"), files());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(target())));
    }

    /** A few kilobytes that become gigabytes are not written beside the server's WAL. */
    @ParameterizedTest
    @ValueSource(ints = {1 << 20, 0})
    void whatIsLongerThanItSaysIsNotWritten(int beginning) throws Exception {
        byte[] segment = segment().size(1 << 20).bytes();
        byte[] content = new byte[20 << 20];
        System.arraycopy(segment, 0, content, 0, beginning);
        archived(content);
        CorruptArchiveException e = assertThrows(CorruptArchiveException.class, () -> fetch());
        assertTrue(e.detail().orElseThrow().contains("longer than any file of its kind"), e.detail()::get);
        assertEquals(List.of(), files());
    }

    @ParameterizedTest
    @ValueSource(strings = {NAME + ".partial", "00000002.history", NAME + ".00000028.backup"})
    void fetchesWhatPushArchived(String name) throws Exception {
        byte[] content = name.endsWith(".partial")
                ? segment().bytes()
                : "START WAL LOCATION: x\n".getBytes(StandardCharsets.US_ASCII);
        new WalPush(fixture.archive("lz4")).push(SegmentBuilder.write(directory.resolve("in/" + name), content));
        assertEquals(WalFetchResult.FETCHED, fetch(name));
        assertArrayEquals(content, Files.readAllBytes(target()));
    }

    @Test
    void aPartialSegmentIsNotTheSegment() throws Exception {
        fixture.put(
                "wal_005/" + NAME + ".partial.lzo",
                SegmentBuilder.compress("lzo", segment().bytes()));
        assertEquals(WalFetchResult.ABSENT, fetch());
        assertEquals(WalFetchResult.FETCHED, fetch(NAME + ".partial"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "walarchive/identity.properties",
                "wal_005/000000010000000000000001.lzo",
                "wal_005/00000002.history.lz4",
                "basebackups_005/base_000000010000000000000008_00000040_backup_stop_sentinel.json",
                "basebackups_005/base_000000010000000000000008_00000040/extended_version.txt"
            })
    void absenceIsConfirmedOnlyByAnArchive(String key) throws Exception {
        fixture.put("elsewhere/x", OLD);
        StoreAccessException e = assertThrows(StoreAccessException.class, () -> fetch());
        assertEquals(Kind.NO_CONTAINER, e.kind());
        assertTrue(e.detail().orElseThrow().contains(NAME), e.detail().orElseThrow());
        fixture.put(key, "system_identifier=1\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals(WalFetchResult.ABSENT, fetch());
        assertEquals(List.of(), files());
    }

    @Test
    void anArchiveThatGoesAwayMeanwhileIsNoAbsence() throws Exception {
        identity();
        FaultRule gone = FaultRule.on(StoreOperation.GET)
                .keys("walarchive/identity.properties"::equals)
                .call(2)
                .fail(Kind.NOT_FOUND);
        StoreAccessException e = assertThrows(StoreAccessException.class, () -> fetch(gone));
        assertEquals(Kind.NO_CONTAINER, e.kind());
    }

    @Test
    void absenceLeavesTheTarget() throws Exception {
        identity();
        Files.write(target(), OLD);
        assertEquals(WalFetchResult.ABSENT, fetch());
        assertArrayEquals(OLD, Files.readAllBytes(target()));
    }

    @Test
    void aMissingContainerIsNoAbsence() {
        fixture.drop();
        StoreAccessException e = assertThrows(StoreAccessException.class, () -> fetch());
        assertEquals(Kind.NO_CONTAINER, e.kind());
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NOT_FOUND", "INTERRUPTED"})
    void aFailureIsNoAbsence(Kind kind) throws Exception {
        identity();
        for (StoreOperation operation : new StoreOperation[] {StoreOperation.GET, StoreOperation.LIST}) {
            StoreAccessException e = assertThrows(
                    StoreAccessException.class,
                    () -> fetch(FaultRule.on(operation).everyNth(1).fail(kind)));
            assertEquals(kind, e.kind());
            assertTrue(e.getMessage().contains(NAME), e.getMessage());
        }
        assertEquals(List.of(), files());
    }

    @Test
    void aFormThatIsNotKnownIsNoAbsence() throws Exception {
        identity();
        fixture.put("wal_005/" + NAME + ".gz", OLD);
        CorruptArchiveException e = assertThrows(CorruptArchiveException.class, () -> fetch());
        assertTrue(e.detail().orElseThrow().contains(NAME + ".gz"), e.detail().orElseThrow());
    }

    @Test
    void anObjectThatIsKnownWinsOverOneThatIsNot() throws Exception {
        fixture.put("wal_005/" + NAME + ".gz", OLD);
        fixture.put(
                "wal_005/" + NAME + ".zst",
                SegmentBuilder.compress("zst", segment().bytes()));
        assertEquals(WalFetchResult.FETCHED, fetch());
    }

    private void refused(String reason) throws Exception {
        Files.write(target(), OLD);
        CorruptArchiveException e = assertThrows(CorruptArchiveException.class, () -> fetch());
        assertTrue(e.getMessage().contains(NAME), e.getMessage());
        assertTrue(e.detail().orElseThrow().contains(NAME), e.detail().orElseThrow());
        assertTrue(e.detail().orElseThrow().contains(reason), e.detail().orElseThrow());
        assertArrayEquals(OLD, Files.readAllBytes(target()));
        assertEquals(List.of("RECOVERYXLOG"), files());
        assertTrue(fixture.waited().isZero(), "damage does not go away by waiting");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lzo", "lz4", "zst"})
    void damagedObjectsAreNotDelivered(String extension) throws Exception {
        identity();
        String key = "wal_005/" + NAME + "." + extension;
        byte[] stored =
                SegmentBuilder.compress(extension, segment().noise(600_000).bytes());
        for (int cut : new int[] {0, 1, 10, 50, 100_000, 270_000, 550_000, stored.length - 5, stored.length - 1}) {
            fixture.put(key, Arrays.copyOf(stored, cut));
            refused("");
        }
        for (int at = 0; at < stored.length; at += 40_009) {
            byte[] flipped = stored.clone();
            flipped[at] ^= 0x10;
            fixture.put(key, flipped);
            refused("");
        }
        fixture.put(key, Arrays.copyOf(stored, stored.length + 1));
        refused("");
        fixture.put(key, new byte[stored.length]);
        refused("");
    }

    @Test
    void contentOfAnotherFileIsNotDelivered() throws Exception {
        identity();
        archived(SegmentBuilder.segment("000000010000000000000009").bytes());
        refused("0/900000");
        archived(Arrays.copyOf(segment().bytes(), (1 << 20) - 8192));
        refused("1040384");
        archived(new byte[1 << 20]);
        refused("header");
        archived(new byte[0]);
        refused("nothing");
        archived(segment().timeline(2).bytes());
        refused("timeline 2");
        archived(segment().cluster(SegmentBuilder.OTHER_CLUSTER).bytes());
        refused(SegmentBuilder.OTHER_CLUSTER.toString());
    }

    @Test
    void anArchiveThatKnowsNoClusterTakesAny() throws Exception {
        archived(segment().cluster(SegmentBuilder.OTHER_CLUSTER).bytes());
        assertEquals(WalFetchResult.FETCHED, fetch());
    }

    @Test
    void aTextThatIsFarTooLongIsNotDelivered() throws Exception {
        identity();
        byte[] text = new byte[(16 << 20) + 1];
        Arrays.fill(text, (byte) 'x');
        fixture.put("wal_005/00000002.history.lz4", SegmentBuilder.compress("lz4", text));
        CorruptArchiveException e = assertThrows(CorruptArchiveException.class, () -> fetch("00000002.history"));
        assertTrue(e.detail().orElseThrow().contains("longer"), e.detail().orElseThrow());
        assertEquals(List.of(), files());
    }

    @Test
    void aStoreThatBreaksOffAndHealsIsReadAgain() throws Exception {
        identity();
        archived(segment().bytes());
        assertEquals(
                WalFetchResult.FETCHED,
                fetch(
                        FaultRule.on(StoreOperation.GET)
                                .keys(KEY::equals)
                                .call(1)
                                .breakAt(70_000, Kind.UNAVAILABLE),
                        FaultRule.on(StoreOperation.GET)
                                .keys(KEY::equals)
                                .call(2)
                                .breakAt(10, Kind.CORRUPT),
                        FaultRule.on(StoreOperation.GET)
                                .keys(KEY::equals)
                                .call(3)
                                .fail(Kind.THROTTLED),
                        FaultRule.on(StoreOperation.GET)
                                .keys(key -> key.startsWith("walarchive/"))
                                .call(1)
                                .fail(Kind.UNAVAILABLE)));
        assertArrayEquals(segment().bytes(), Files.readAllBytes(target()));
        assertEquals(List.of("RECOVERYXLOG"), files());
    }

    @Test
    void aStoreThatBreaksOffForEverFailsWithinTheDeadline() throws Exception {
        identity();
        archived(segment().bytes());
        Files.write(target(), OLD);
        StoreAccessException e = assertThrows(
                StoreAccessException.class,
                () -> fetch(FaultRule.on(StoreOperation.GET)
                        .keys(KEY::equals)
                        .everyNth(1)
                        .breakAt(1000, Kind.UNAVAILABLE)));
        assertEquals(Kind.UNAVAILABLE, e.kind());
        assertTrue(
                fixture.waited().compareTo(ArchiveFixture.DEADLINE) <= 0,
                fixture.waited().toString());
        assertArrayEquals(OLD, Files.readAllBytes(target()));
        assertEquals(List.of("RECOVERYXLOG"), files());
    }

    @Test
    void aStoreThatLiesAboutTheEndIsNotBelieved() throws Exception {
        identity();
        archived(segment().bytes());
        assertThrows(
                CorruptArchiveException.class,
                () -> fetch(FaultRule.on(StoreOperation.GET)
                        .keys(KEY::equals)
                        .everyNth(1)
                        .endQuietlyAt(70_000)));
        assertThrows(
                CorruptArchiveException.class,
                () -> fetch(FaultRule.on(StoreOperation.GET)
                        .keys(KEY::equals)
                        .everyNth(1)
                        .flipBitAt(70_000)));
        assertEquals(List.of(), files());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void everyNthCallMayFail(int n) throws Exception {
        identity();
        fixture.put(
                "wal_005/" + NAME + ".zst",
                SegmentBuilder.compress("zst", segment().bytes()));
        assertEquals(
                WalFetchResult.FETCHED,
                fetch(
                        FaultRule.on(StoreOperation.GET).everyNth(n).fail(Kind.UNAVAILABLE),
                        FaultRule.on(StoreOperation.LIST).everyNth(n).failAfterwards(Kind.UNAVAILABLE)));
        assertEquals(
                WalFetchResult.ABSENT,
                fetch(
                        "000000010000000000000009",
                        FaultRule.on(StoreOperation.GET).everyNth(n).fail(Kind.THROTTLED)));
    }

    @Test
    void theTargetIsReplacedInOneStep() throws Exception {
        archived(segment().bytes());
        Files.write(target(), OLD);
        try (FileChannel before = FileChannel.open(target(), StandardOpenOption.READ)) {
            assertEquals(WalFetchResult.FETCHED, fetch());
            assertEquals(OLD.length, before.size(), "who reads the old file reads it to its end");
        }
        assertArrayEquals(segment().bytes(), Files.readAllBytes(target()));
    }

    @Test
    void whatAKilledFetchLeftIsRemovedAndWhatIsNotSoStays() throws Exception {
        archived(segment().bytes());
        Process ended = new ProcessBuilder("true").start();
        assertEquals(0, ended.waitFor());
        String living = ".walarchive-" + ProcessHandle.current().pid() + "-1.tmp";
        for (String name : new String[] {
            ".walarchive-" + ended.pid() + "-abc.tmp", ".walarchive-x-1.tmp", ".walarchive-notes.tmp", "x.tmp", living
        }) {
            Files.write(directory.resolve(name), OLD);
        }
        assertEquals(WalFetchResult.FETCHED, fetch());
        List<String> expected = new ArrayList<>(
                List.of(living, ".walarchive-notes.tmp", ".walarchive-x-1.tmp", "RECOVERYXLOG", "x.tmp"));
        assertEquals(expected.stream().sorted().toList(), files());
    }

    @Test
    void twoFetchesToOneTargetNeverGiveATornFile() throws Exception {
        String history = "00000002.history";
        byte[] content = "1\t0/8000000\treason\n".repeat(50).getBytes(StandardCharsets.US_ASCII);
        fixture.put("wal_005/" + history + ".lzo", SegmentBuilder.compress("lzo", content));
        fetch(history);
        AtomicBoolean done = new AtomicBoolean();
        List<Callable<Integer>> work = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            work.add(() -> {
                for (int round = 0; round < 500; round++) {
                    assertEquals(WalFetchResult.FETCHED, fetch(history));
                }
                done.set(true);
                return 0;
            });
        }
        work.add(() -> {
            int reads = 0;
            while (!done.get()) {
                assertArrayEquals(content, Files.readAllBytes(target()));
                reads++;
            }
            return reads;
        });
        ExecutorService threads = Executors.newFixedThreadPool(work.size());
        try {
            for (Future<Integer> result : threads.invokeAll(work)) {
                result.get();
            }
        } finally {
            threads.shutdown();
        }
        assertEquals(List.of("RECOVERYXLOG"), files());
    }

    @Test
    void aTargetThatCannotBeWrittenIsSaidSo() throws Exception {
        archived(segment().bytes());
        Path target = directory.resolve("missing/RECOVERYXLOG");
        LocalFileException e = assertThrows(
                LocalFileException.class, () -> new WalFetch(fixture.archive()).fetch(WalFileName.parse(NAME), target));
        assertTrue(e.getMessage().contains(target.toString()), e.getMessage());
        assertEquals(List.of(), files());

        Files.createDirectories(target().resolve("not empty"));
        assertThrows(LocalFileException.class, () -> fetch());
        assertEquals(List.of("RECOVERYXLOG"), files());
    }

    @Test
    void aRelativeTargetIsThatOfTheWorkingDirectory() throws Exception {
        archived(segment().bytes());
        Path relative = Path.of("").toAbsolutePath().relativize(target().toAbsolutePath());
        assertFalse(relative.isAbsolute());
        assertEquals(WalFetchResult.FETCHED, new WalFetch(fixture.archive()).fetch(WalFileName.parse(NAME), relative));
        assertArrayEquals(segment().bytes(), Files.readAllBytes(target()));
    }

    @Test
    void anInterruptAtAnyCallEndsTheFetchAndTheNextOneSucceeds() throws Exception {
        identity();
        fixture.put(
                "wal_005/" + NAME + ".lz4",
                SegmentBuilder.compress("lz4", segment().bytes()));
        int interrupted = 0;
        for (StoreOperation operation : new StoreOperation[] {StoreOperation.GET, StoreOperation.LIST}) {
            for (int call = 1; call < 5; call++) {
                Files.write(target(), OLD);
                FaultRule rule = FaultRule.on(operation).call(call).runBefore(Thread.currentThread()::interrupt);
                FaultyBlobStore store = new FaultyBlobStore(fixture.memory(), rule);
                try {
                    new WalFetch(fixture.archive(fixture.config("lzo"), store))
                            .fetch(WalFileName.parse(NAME), target());
                    assertEquals(0, store.faults(), "the interrupt went unnoticed");
                } catch (InterruptedException e) {
                    interrupted++;
                    assertArrayEquals(OLD, Files.readAllBytes(target()));
                    assertEquals(List.of("RECOVERYXLOG"), files());
                }
                assertFalse(Thread.interrupted());
                assertEquals(WalFetchResult.FETCHED, fetch());
            }
        }
        assertTrue(interrupted >= 3, "interrupted " + interrupted + " times");
    }

    /** After the last call of the store: the temporary file's channel notices. */
    @ParameterizedTest
    @ValueSource(longs = {0, 5, 60_000})
    void anInterruptInTheTransferEndsTheFetch(long at) throws Exception {
        identity();
        archived(segment().bytes());
        Files.write(target(), OLD);
        assertThrows(
                InterruptedException.class,
                () -> fetch(FaultRule.on(StoreOperation.GET).keys(KEY::equals).breakAt(at, Kind.INTERRUPTED)));
        assertFalse(Thread.interrupted());
        assertArrayEquals(OLD, Files.readAllBytes(target()));
        assertEquals(List.of("RECOVERYXLOG"), files());
    }

    @Test
    void tellsWhatItDid() throws Exception {
        archived(segment().bytes());
        fetch();
        fetch("000000010000000000000009");
        List<ArchiveEvent> events = fixture.events();
        assertEquals(4, events.size(), events.toString());
        WalFileName name = WalFileName.parse(NAME);
        assertEquals(new ArchiveEvent.WalFetchStarted(name, target()), events.get(0));
        ArchiveEvent.WalFetched fetched = assertInstanceOf(ArchiveEvent.WalFetched.class, events.get(1));
        assertEquals(name, fetched.name());
        assertEquals(WalFetchResult.FETCHED, fetched.result());
        assertEquals(
                WalFetchResult.ABSENT,
                assertInstanceOf(ArchiveEvent.WalFetched.class, events.get(3)).result());
    }
}
