package org.walarchive.core.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ArchiveEvent;
import org.walarchive.ConflictException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.InvalidWalFileException;
import org.walarchive.LocalFileException;
import org.walarchive.StoreAccessException;
import org.walarchive.WalPushResult;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.StoreOperation;

@Timeout(60)
final class WalPushTest {

    private static final String NAME = "000000010000000000000008";
    private static final String KEY = "wal_005/" + NAME + ".lzo";
    private static final String IDENTITY = "walarchive/identity.properties";

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

    private WalPushResult push(Path file, FaultRule... rules) throws Exception {
        return new WalPush(fixture.archive(rules)).push(file);
    }

    @ParameterizedTest
    @CsvSource({"lzo, lzo", "lz4, lz4", "zstd, zst", "zstd:3, zst"})
    void archivesASegment(String compression, String extension) throws Exception {
        Path file = segment().in(directory);
        assertEquals(WalPushResult.ARCHIVED, new WalPush(fixture.archive(compression)).push(file));
        String key = "wal_005/" + NAME + "." + extension;
        assertEquals(List.of(key, IDENTITY), fixture.keys(""));
        assertArrayEquals(segment().bytes(), SegmentBuilder.decompress(extension, fixture.bytes(key)));
        assertArrayEquals(segment().bytes(), Files.readAllBytes(file));
    }

    @Test
    void archivesEveryKindOfFile() throws Exception {
        Map<String, byte[]> files = Map.of(
                NAME,
                segment().bytes(),
                NAME + ".partial",
                segment().bytes(),
                "00000002.history",
                text("1\t0/8000000\tno recovery target specified\n"),
                NAME + ".00000028.backup",
                text("START WAL LOCATION: 0/8000028 (file " + NAME + ")\n"));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = SegmentBuilder.write(directory.resolve(file.getKey()), file.getValue());
            assertEquals(WalPushResult.ARCHIVED, push(path));
            assertEquals(WalPushResult.ALREADY_ARCHIVED, push(path));
            assertArrayEquals(
                    file.getValue(),
                    SegmentBuilder.decompress("lzo", fixture.bytes("wal_005/" + file.getKey() + ".lzo")));
        }
    }

    @Test
    void archivesSegmentsOfEverySize() throws Exception {
        for (int size : new int[] {1 << 20, 16 << 20, 64 << 20}) {
            ArchiveFixture archive = new ArchiveFixture();
            Path file = segment().size(size).in(directory);
            new WalPush(archive.archive("lz4")).push(file);
            assertArrayEquals(
                    Files.readAllBytes(file),
                    SegmentBuilder.decompress("lz4", archive.bytes("wal_005/" + NAME + ".lz4")));
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x", "00000001000000000000000a", "000000000000000000000008", "000000010000000000000008.lzo",
                "archive_status", "0000000100000000000000080", "00000001.histor", "000000010000000000000008.backup"
            })
    void otherNamesAreRefused(String name) {
        Path file = SegmentBuilder.write(directory.resolve(name), segment().bytes());
        InvalidWalFileException e = assertThrows(InvalidWalFileException.class, () -> push(file));
        assertEquals("\"" + name + "\" is not the name of a WAL file", e.getMessage());
    }

    @Test
    void contentThatIsNotWhatTheNameSaysIsRefused() throws Exception {
        byte[] good = segment().bytes();
        byte[] cut = java.util.Arrays.copyOf(good, good.length - 1);
        byte[] longer = java.util.Arrays.copyOf(good, good.length + 1);
        refusedAs(NAME, new byte[0], "header");
        refusedAs(NAME, new byte[1 << 20], "header");
        refusedAs(NAME, cut, "1048575");
        refusedAs(NAME, longer, "1048577");
        refusedAs(NAME, java.util.Arrays.copyOf(good, 39), "header");
        refusedAs(NAME, segment().magic(0x1234).bytes(), "header");
        refusedAs(NAME, segment().info(0).bytes(), "header");
        refusedAs(NAME, segment().pageAddress(0x900000).bytes(), "0/900000");
        refusedAs(NAME, segment().timeline(2).bytes(), "timeline 2");
        refusedAs(NAME, segment().timeline(0).bytes(), "timeline 0");
        refusedAs("000000010000000000000009", good, "0/800000");
        refusedAs(NAME + ".partial", cut, "1048575");
        refusedAs("00000002.history", new byte[0], "empty");
        refusedAs("00000002.history", new byte[10], "zeros");
        refusedAs(NAME + ".00000028.backup", text("x"), "START WAL LOCATION");
        assertEquals(List.of(), fixture.keys(""));
    }

    private void refusedAs(String name, byte[] content, String reason) {
        Path file = SegmentBuilder.write(directory.resolve(name), content);
        InvalidWalFileException e = assertThrows(InvalidWalFileException.class, () -> push(file));
        assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
        assertTrue(e.detail().orElseThrow().contains(reason), e.detail().orElseThrow());
    }

    @Test
    void aSegmentMayBeginOnAnEarlierTimeline() throws Exception {
        Path file =
                SegmentBuilder.segment("000000030000000000000008").timeline(2).in(directory);
        assertEquals(WalPushResult.ARCHIVED, push(file));
    }

    @Test
    void whatIsNoFileIsRefused() throws Exception {
        LocalFileException missing = assertThrows(LocalFileException.class, () -> push(directory.resolve(NAME)));
        assertEquals("could not find file for wal-push", missing.getMessage());
        Files.createDirectory(directory.resolve(NAME));
        assertThrows(LocalFileException.class, () -> push(directory.resolve(NAME)));
    }

    @Test
    void anotherClusterIsRefused() throws Exception {
        push(segment().in(directory));
        Map<String, String> before = fixture.everything();
        Path other = SegmentBuilder.segment("000000010000000000000009")
                .cluster(SegmentBuilder.OTHER_CLUSTER)
                .in(directory);
        ConflictException e = assertThrows(ConflictException.class, () -> push(other));
        assertTrue(e.detail().orElseThrow().contains(SegmentBuilder.CLUSTER.toString()));
        assertTrue(e.detail().orElseThrow().contains(SegmentBuilder.OTHER_CLUSTER.toString()));
        assertEquals(before, fixture.everything());
    }

    @ParameterizedTest
    @CsvSource({"lzo,lzo", "lzo,lz4", "lzo,zst", "lz4,lzo", "lz4,lz4", "lz4,zst", "zstd,lzo", "zstd,lz4", "zstd,zst"})
    void theSameContentIsSuccessWhicheverWayItIsCompressed(String compression, String present) throws Exception {
        fixture.put(
                "wal_005/" + NAME + "." + present,
                SegmentBuilder.compress(present, segment().bytes()));
        Path file = segment().in(directory);
        assertEquals(WalPushResult.ALREADY_ARCHIVED, new WalPush(fixture.archive(compression)).push(file));
        assertEquals(List.of("wal_005/" + NAME + "." + present, IDENTITY), fixture.keys(""));
    }

    @ParameterizedTest
    @CsvSource({"lzo,lzo", "lzo,lz4", "lzo,zst", "lz4,lzo", "lz4,lz4", "lz4,zst", "zstd,lzo", "zstd,lz4", "zstd,zst"})
    void otherContentIsAConflictAndStays(String compression, String present) throws Exception {
        push(SegmentBuilder.segment("000000010000000000000001").in(directory));
        byte[] other = segment().bytes();
        other[other.length - 1] ^= 1;
        fixture.put("wal_005/" + NAME + "." + present, SegmentBuilder.compress(present, other));
        Map<String, String> before = fixture.everything();
        ConflictException e = assertThrows(
                ConflictException.class,
                () -> new WalPush(fixture.archive(compression)).push(segment().in(directory)));
        assertTrue(
                e.detail().orElseThrow().contains("byte " + (other.length - 1)),
                e.detail().orElseThrow());
        assertTrue(
                e.detail().orElseThrow().contains(NAME + "." + present),
                e.detail().orElseThrow());
        assertEquals(before, fixture.everything());
    }

    @Test
    void aPrefixOfTheContentIsOtherContent() throws Exception {
        byte[] shorter = text("1\t0/8000000\treason\n");
        byte[] longer = text("1\t0/8000000\treason\n2\t0/9000000\treason\n");
        for (byte[][] pair : new byte[][][] {{shorter, longer}, {longer, shorter}}) {
            fixture.put("wal_005/00000003.history.lzo", SegmentBuilder.compress("lzo", pair[0]));
            Path file = SegmentBuilder.write(directory.resolve("00000003.history"), pair[1]);
            assertThrows(ConflictException.class, () -> push(file));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lzo", "lz4", "zst"})
    void aDamagedObjectIsReportedAndStays(String extension) throws Exception {
        push(SegmentBuilder.segment("000000010000000000000001").in(directory));
        byte[] stored = SegmentBuilder.compress(extension, segment().bytes());
        for (byte[] damaged :
                new byte[][] {{}, java.util.Arrays.copyOf(stored, stored.length - 1), flipped(stored, 60_000)}) {
            fixture.put("wal_005/" + NAME + "." + extension, damaged);
            Map<String, String> before = fixture.everything();
            CorruptArchiveException e = assertThrows(
                    CorruptArchiveException.class, () -> push(segment().in(directory)));
            assertTrue(
                    e.detail().orElseThrow().contains(NAME + "." + extension),
                    e.detail().orElseThrow());
            assertEquals(before, fixture.everything());
        }
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] copy = bytes.clone();
        copy[at] ^= 0x10;
        return copy;
    }

    @Test
    void aLostReplyIsSuccessAndStoredOnce() throws Exception {
        WalPushResult result = push(
                segment().in(directory),
                FaultRule.on(StoreOperation.PUT).keys(KEY::equals).calls(1, 2).failAfterwards(Kind.UNAVAILABLE));
        assertEquals(WalPushResult.ALREADY_ARCHIVED, result);
        assertEquals(List.of(KEY, IDENTITY), fixture.keys(""));
        assertArrayEquals(segment().bytes(), SegmentBuilder.decompress("lzo", fixture.bytes(KEY)));
    }

    @Test
    void aComparisonThatBreaksOffIsMadeAgain() throws Exception {
        push(segment().in(directory));
        assertEquals(
                WalPushResult.ALREADY_ARCHIVED,
                push(
                        segment().in(directory),
                        FaultRule.on(StoreOperation.GET)
                                .keys(KEY::equals)
                                .calls(1, 2)
                                .breakAt(50_000, Kind.UNAVAILABLE)));
    }

    @ParameterizedTest
    @EnumSource(StoreOperation.class)
    void aStoreThatFailsForEverFailsThePushWithinTheDeadline(StoreOperation operation) throws Exception {
        if (operation == StoreOperation.DELETE) {
            return;
        }
        StoreAccessException e = assertThrows(
                StoreAccessException.class,
                () -> push(
                        segment().in(directory),
                        FaultRule.on(operation).everyNth(1).fail(Kind.UNAVAILABLE)));
        assertEquals(Kind.UNAVAILABLE, e.kind());
        assertTrue(
                fixture.waited().compareTo(ArchiveFixture.DEADLINE) <= 0,
                fixture.waited().toString());
        assertTrue(e.detail().orElseThrow().contains("tried"), e.detail().orElseThrow());
        assertEquals(List.of(), fixture.keys("wal_005/"));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void everyNthCallMayFail(int n) throws Exception {
        FaultRule[] rules = {
            FaultRule.on(StoreOperation.PUT).everyNth(n).failAfterwards(Kind.UNAVAILABLE),
            FaultRule.on(StoreOperation.GET).everyNth(n).fail(Kind.THROTTLED),
            FaultRule.on(StoreOperation.LIST).everyNth(n).fail(Kind.UNAVAILABLE)
        };
        ArchiveStore archive = fixture.archive(rules);
        for (int i = 1; i < 10; i++) {
            SegmentBuilder one =
                    SegmentBuilder.segment("00000001000000000000000" + i).seed(i);
            new WalPush(archive).push(one.in(directory));
            assertArrayEquals(
                    one.bytes(),
                    SegmentBuilder.decompress("lzo", fixture.bytes("wal_005/00000001000000000000000" + i + ".lzo")));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ACCESS_DENIED", "NO_SPACE", "INVALID", "NO_CONTAINER"})
    void whatNoRepetitionMendsIsReportedAtOnce(Kind kind) {
        StoreAccessException e = assertThrows(
                StoreAccessException.class,
                () -> push(
                        segment().in(directory),
                        FaultRule.on(StoreOperation.PUT).everyNth(1).fail(kind)));
        assertEquals(kind, e.kind());
        assertTrue(fixture.waited().isZero());
    }

    @Test
    void aFileThatChangesItsLengthWhileItIsReadIsNotArchived() throws Exception {
        Path file = segment().in(directory);
        for (boolean grows : new boolean[] {true, false}) {
            FaultRule change = FaultRule.on(StoreOperation.PUT)
                    .keys(KEY::equals)
                    .runBefore(() -> {
                        if (grows) {
                            SegmentBuilder.write(file, new byte[(1 << 20) + 1]);
                        } else {
                            SegmentBuilder.write(file, new byte[1000]);
                        }
                    });
            segment().in(directory);
            LocalFileException e = assertThrows(LocalFileException.class, () -> push(file, change));
            assertTrue(
                    e.detail().orElseThrow().contains("changed its length"),
                    e.detail().orElseThrow());
            assertEquals(List.of(), fixture.keys("wal_005/"));
        }
    }

    @Test
    void aFileThatVanishesIsNotArchived() throws Exception {
        Path file = segment().in(directory);
        FaultRule vanish = FaultRule.on(StoreOperation.PUT)
                .keys(KEY::equals)
                .runBefore(() -> file.toFile().delete());
        assertThrows(LocalFileException.class, () -> push(file, vanish));
        assertEquals(List.of(), fixture.keys("wal_005/"));
    }

    /** The interrupt comes before the n-th call of the store, in whatever the thread does then. */
    @Test
    void anInterruptAtAnyCallEndsThePushAndTheNextOneSucceeds() throws Exception {
        Path file = segment().in(directory);
        int interrupted = 0;
        for (StoreOperation operation : StoreOperation.values()) {
            for (int call = 1; call < 6; call++) {
                ArchiveFixture archive = new ArchiveFixture();
                FaultRule rule = FaultRule.on(operation).call(call).runBefore(Thread.currentThread()::interrupt);
                FaultyBlobStore store = new FaultyBlobStore(archive.memory(), rule);
                try {
                    new WalPush(archive.archive(archive.config("lzo"), store)).push(file);
                    assertEquals(0, store.faults(), "the interrupt went unnoticed");
                } catch (InterruptedException e) {
                    interrupted++;
                }
                assertFalse(Thread.interrupted());
                new WalPush(archive.archive()).push(file);
                assertArrayEquals(segment().bytes(), SegmentBuilder.decompress("lzo", archive.bytes(KEY)));
            }
        }
        assertTrue(interrupted >= 5, "interrupted " + interrupted + " times");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1000, 90_000})
    void anInterruptInTheTransferEndsThePush(long at) throws Exception {
        Path file = segment().in(directory);
        assertThrows(
                InterruptedException.class,
                () -> push(
                        file, FaultRule.on(StoreOperation.PUT).keys(KEY::equals).breakAt(at, Kind.INTERRUPTED)));
        assertFalse(Thread.interrupted());
        assertEquals(List.of(), fixture.keys("wal_005/"));
        assertEquals(WalPushResult.ARCHIVED, push(file));
    }

    @Test
    void anInterruptBeforeThePushEndsIt() throws Exception {
        Path file = segment().in(directory);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> push(file));
        assertFalse(Thread.interrupted());
        assertEquals(List.of(), fixture.keys(""));
    }

    @Test
    void tellsWhatItDid() throws Exception {
        Path file = segment().in(directory);
        push(file);
        push(file);
        WalFileName name = WalFileName.parse(NAME);
        String location = "memory://m/" + KEY;
        List<ArchiveEvent> events = fixture.events();
        assertEquals(4, events.size(), events.toString());
        assertEquals(new ArchiveEvent.WalPushStarted(name, file, location), events.get(0));
        ArchiveEvent.WalPushed first = assertInstanceOf(ArchiveEvent.WalPushed.class, events.get(1));
        assertEquals(WalPushResult.ARCHIVED, first.result());
        assertEquals(fixture.bytes(KEY).length, first.storedBytes());
        assertEquals(location, first.location());
        ArchiveEvent.WalPushed second = assertInstanceOf(ArchiveEvent.WalPushed.class, events.get(3));
        assertEquals(WalPushResult.ALREADY_ARCHIVED, second.result());
        assertEquals(0, second.storedBytes());
    }

    @Test
    void aHistoryFileIsHeldAgainstTheDataDirectoryItLiesIn() throws Exception {
        push(segment().in(directory));
        Path history =
                SegmentBuilder.write(directory.resolve("data/pg_wal/00000002.history"), text("1\t0/8000000\treason\n"));
        SegmentBuilder.write(directory.resolve("data/global/pg_control"), new byte[8192]);
        assertEquals(WalPushResult.ARCHIVED, push(history), "a control file that cannot be read is not its fault");
    }

    @Test
    void ofManyPushesOfOneFileOneArchives() throws Exception {
        Path file = segment().in(directory);
        List<Callable<WalPushResult>> pushes = new ArrayList<>();
        CyclicBarrier barrier = new CyclicBarrier(8);
        for (int i = 0; i < 8; i++) {
            String compression = i % 2 == 0 ? "lzo" : "lzo:4";
            pushes.add(() -> {
                barrier.await(30, TimeUnit.SECONDS);
                return new WalPush(fixture.archive(compression)).push(file);
            });
        }
        List<WalPushResult> results = new ArrayList<>();
        for (Future<WalPushResult> result : all(pushes)) {
            results.add(result.get());
        }
        assertEquals(1, results.stream().filter(WalPushResult.ARCHIVED::equals).count(), results.toString());
        assertArrayEquals(segment().bytes(), SegmentBuilder.decompress("lzo", fixture.bytes(KEY)));
    }

    @Test
    void ofTwoContentsOfOneNameOneIsAConflict() throws Exception {
        for (int round = 0; round < 20; round++) {
            ArchiveFixture archive = new ArchiveFixture();
            CyclicBarrier barrier = new CyclicBarrier(2);
            List<Callable<WalPushResult>> pushes = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Path file = segment().seed(i).in(directory.resolve(round + "-" + i));
                pushes.add(() -> {
                    barrier.await(30, TimeUnit.SECONDS);
                    return new WalPush(archive.archive()).push(file);
                });
            }
            int conflicts = 0;
            int winner = -1;
            List<Future<WalPushResult>> results = all(pushes);
            for (int i = 0; i < 2; i++) {
                try {
                    assertEquals(WalPushResult.ARCHIVED, results.get(i).get());
                    winner = i;
                } catch (ExecutionException e) {
                    assertInstanceOf(ConflictException.class, e.getCause());
                    conflicts++;
                }
            }
            assertEquals(1, conflicts);
            assertArrayEquals(segment().seed(winner).bytes(), SegmentBuilder.decompress("lzo", archive.bytes(KEY)));
        }
    }

    private static <T> List<Future<T>> all(List<Callable<T>> work) throws InterruptedException {
        AtomicInteger number = new AtomicInteger();
        ExecutorService threads =
                Executors.newFixedThreadPool(work.size(), task -> new Thread(task, "push " + number.incrementAndGet()));
        try {
            return threads.invokeAll(work);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void anAppendedByteAfterTheCheckIsNoticed() throws Exception {
        Path file = SegmentBuilder.write(directory.resolve("00000002.history"), text("1\t0/8000000\treason\n"));
        FaultRule append = FaultRule.on(StoreOperation.PUT).runBefore(() -> {
            try {
                Files.write(file, text("2"), StandardOpenOption.APPEND);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThrows(LocalFileException.class, () -> push(file, append));
        assertEquals(List.of(), fixture.keys(""));
    }
}
