package org.walarchive.core.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.ConflictException;
import org.walarchive.InvalidWalFileException;
import org.walarchive.LocalFileException;
import org.walarchive.StoreAccessException;
import org.walarchive.WalPushResult;
import org.walarchive.core.identity.KnownCluster;
import org.walarchive.core.spool.PostponedFiles;
import org.walarchive.core.spool.Spool;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.MemoryStoreProvider;
import org.walarchive.store.tck.StoreOperation;

@Timeout(60)
final class ReadyPushTest {

    private static final Duration LONG = Duration.ofSeconds(50);

    @TempDir
    Path wal;

    private final ArchiveFixture fixture = new ArchiveFixture();
    private final AtomicLong nanos = new AtomicLong();
    private Path status;

    @BeforeEach
    void directory() throws IOException {
        status = Files.createDirectory(wal.resolve("archive_status"));
    }

    private static String text(int number) {
        return "0000000100000000000000%02X".formatted(number);
    }

    private static WalFileName name(int number) {
        return WalFileName.parse(text(number));
    }

    private static String key(int number) {
        return "wal_005/" + text(number) + ".lzo";
    }

    private static SegmentBuilder segment(int number) {
        return SegmentBuilder.segment(text(number)).noise(1000).seed(number);
    }

    private void ready(int... numbers) throws IOException {
        for (int number : numbers) {
            segment(number).in(wal);
            Files.createFile(status.resolve(text(number) + ".ready"));
        }
    }

    private ReadyPush open(int threads, FaultRule... rules) {
        return open(fixture.archive(rules), threads);
    }

    private ReadyPush open(ArchiveStore archive, int threads) {
        return new ReadyPush(archive, new KnownCluster(), wal, threads, nanos::get);
    }

    private boolean isAcknowledged(int number) {
        return Spool.beside(wal, "memory://m").isAcknowledged(wal.resolve(text(number)));
    }

    private void requireArchived(int number) throws IOException {
        assertArrayEquals(segment(number).bytes(), SegmentBuilder.decompress("lzo", fixture.bytes(key(number))));
    }

    private static FaultRule before(int number, Runnable action) {
        return FaultRule.on(StoreOperation.PUT).keys(key(number)::equals).runBefore(action);
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(50, TimeUnit.SECONDS)) {
                throw new AssertionError("waited in vain");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts a push in a thread of its own, and returns when that waits for another one. */
    private static <T> FutureTask<T> startAndAwaitJoin(Callable<T> push) {
        FutureTask<T> task = new FutureTask<>(push);
        Thread thread = new Thread(task, "test");
        thread.start();
        while (thread.getState() != Thread.State.WAITING) {
            assertFalse(task.isDone(), "it did not wait");
            Thread.onSpinWait();
        }
        return task;
    }

    private static final WalFileName HISTORY = WalFileName.parse("00000002.history");
    private static final String OF_HISTORY = "wal_005/00000002.history.lzo";
    private static final String ON_TWO = "000000020000000000000003";

    /** As a server leaves it that was promoted: the end of the timeline before, the history, and the first segment of its own. */
    private void promoted() throws IOException {
        ready(2);
        Files.writeString(wal.resolve(HISTORY.text()), "1\t0/3000000\tno recovery target specified\n");
        Files.createFile(status.resolve(HISTORY + ".ready"));
        SegmentBuilder.segment(ON_TWO).noise(1000).in(wal);
        Files.createFile(status.resolve(ON_TWO + ".ready"));
    }

    @Test
    @DisplayName(
            "where the archive has another history of a timeline, no segment of the timeline is archived ahead, beside the history or behind it")
    void aTimelineWhoseHistoryIsRefusedIsAnotherServers() throws Exception {
        promoted();
        fixture.put(OF_HISTORY, SegmentBuilder.compress("lzo", "1\t0/2000000\tother\n".getBytes()));
        try (ReadyPush pushes = open(4)) {
            assertThrows(ConflictException.class, () -> pushes.push(HISTORY, 64));
            assertTrue(pushes.awaitIdle(LONG));
            nanos.addAndGet(LONG.toNanos());
            pushes.ahead();
            assertTrue(pushes.awaitIdle(LONG));
        }
        assertEquals(List.of(key(2), OF_HISTORY), List.copyOf(fixture.keys("wal_005/")));
    }

    @Test
    @DisplayName(
            "behind a segment that was refused nothing is archived ahead, by the next process neither, until it does not wait any more")
    void whatIsBehindARefusedSegmentIsAnotherServers() throws Exception {
        ready(1);
        fixture.put(key(1), SegmentBuilder.compress("lzo", segment(1).seed(99).bytes()));
        try (ReadyPush pushes = open(4)) {
            assertThrows(ConflictException.class, () -> pushes.push(name(1), 64));
        }
        ready(2, 3);
        try (ReadyPush pushes = open(4)) {
            assertThrows(ConflictException.class, () -> pushes.push(name(1), 64));
            pushes.ahead();
            assertTrue(pushes.awaitIdle(LONG));
            assertEquals(List.of(key(1)), List.copyOf(fixture.keys("wal_005/")));
            Files.delete(status.resolve(text(1) + ".ready"));
            pushes.ahead();
            assertTrue(pushes.awaitIdle(LONG));
        }
        assertEquals(List.of(key(1), key(2), key(3)), List.copyOf(fixture.keys("wal_005/")));
    }

    @Test
    @DisplayName(
            "the segments of a timeline are archived ahead when its history is in the archive, and not while that is on its way")
    void aTimelineFollowsItsHistory() throws Exception {
        promoted();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        FaultRule slow = FaultRule.on(StoreOperation.PUT)
                .keys(OF_HISTORY::equals)
                .runBefore(() -> {
                    begun.countDown();
                    await(goOn);
                });
        try (ReadyPush pushes = open(4, slow)) {
            FutureTask<WalPushResult> push = new FutureTask<>(() -> pushes.push(HISTORY, 64));
            new Thread(push, "test").start();
            await(begun);
            pushes.ahead();
            assertTrue(pushes.awaitIdle(LONG));
            assertEquals(List.of(key(2)), List.copyOf(fixture.keys("wal_005/")));
            goOn.countDown();
            assertEquals(WalPushResult.ARCHIVED, push.get());
            assertEquals(1, pushes.ahead());
            assertTrue(pushes.awaitIdle(LONG));
        }
        assertEquals(
                List.of(key(2), OF_HISTORY, "wal_005/" + ON_TWO + ".lzo"),
                List.copyOf(fixture.keys("wal_005/")).stream().sorted().toList());
    }

    @Test
    @DisplayName("what was listed before a history was postponed waits for that too")
    void nothingOvertakesAPostponedHistory() throws Exception {
        ready(1, 2, 3);
        WalFileName history = WalFileName.parse("00000002.history");
        try (ReadyPush pushes = open(1)) {
            assertEquals(1, pushes.ahead());
            assertTrue(pushes.awaitIdle(LONG));
            Files.writeString(wal.resolve(history.text()), "1\t0/3000000\tno recovery target specified\n");
            new PostponedFiles(wal).add(history);
            assertEquals(1, pushes.ahead());
            assertTrue(pushes.awaitIdle(LONG));
            assertEquals(List.of(key(1), "wal_005/" + history + ".lzo"), List.copyOf(fixture.keys("wal_005/")));
            assertEquals(1, pushes.ahead());
            assertTrue(pushes.awaitIdle(LONG));
            assertEquals(3, fixture.keys("wal_005/").size());
        }
    }

    @Test
    void aPostponedHistoryThatFailedIsWaitedFor() throws Exception {
        WalFileName history = WalFileName.parse("00000002.history");
        try (ReadyPush pushes = open(1)) {
            Files.writeString(wal.resolve(history.text()), "no history\n");
            new PostponedFiles(wal).add(history);
            fixture.put(
                    "wal_005/" + history + ".lzo", SegmentBuilder.compress("lzo", "1\t0/2000000\tother\n".getBytes()));
            assertThrows(ArchiveException.class, () -> pushes.push(history));
            assertEquals(1, pushes.ahead(), "asked for before, and PostgreSQL asks no more");
            assertTrue(pushes.awaitIdle(LONG));
            assertEquals(Optional.of(Duration.ofSeconds(1)), pushes.untilRetry());
            assertEquals(0, pushes.ahead());
        }
    }

    @Test
    void aheadArchivesAndAcknowledgesWhatIsReady() throws Exception {
        ready(3, 1, 2);
        segment(4).in(wal);
        try (ReadyPush pushes = open(8)) {
            assertEquals(3, pushes.ahead());
            assertEquals(0, pushes.ahead());
            assertTrue(pushes.awaitIdle(LONG));
            assertEquals(0, pushes.ahead(), "what is acknowledged is not pushed again");
        }
        for (int number : new int[] {1, 2, 3}) {
            requireArchived(number);
            assertTrue(isAcknowledged(number));
        }
        assertFalse(isAcknowledged(4));
        assertEquals(4, fixture.keys("").size());
        try (ReadyPush later = open(8)) {
            assertEquals(0, later.ahead(), "nor by another process");
        }
    }

    @Test
    void aheadBeginsTheOldestWhileThreadsAreFree() throws Exception {
        ready(5, 1, 4, 2, 3);
        CountDownLatch go = new CountDownLatch(1);
        try (ReadyPush pushes =
                open(2, FaultRule.on(StoreOperation.PUT).keys(key(1)::equals).runBefore(() -> await(go)))) {
            assertEquals(2, pushes.ahead());
            assertFalse(pushes.awaitIdle(Duration.ZERO));
            go.countDown();
            assertTrue(pushes.awaitIdle(LONG));
            assertEquals(List.of(key(1), key(2)), fixture.keys("wal_005/"));
            assertEquals(2, pushes.ahead());
        }
    }

    @Test
    void whatIsAcknowledgedNeedsNoStore() throws Exception {
        ready(1);
        try (ReadyPush pushes = open(1)) {
            pushes.ahead();
            assertTrue(pushes.awaitIdle(LONG));
        }
        fixture.drop();
        try (ReadyPush pushes = open(0)) {
            assertEquals(WalPushResult.ALREADY_ARCHIVED, pushes.push(name(1)));
            Files.write(wal.resolve(text(1)), segment(1).bytes());
            assertThrows(
                    StoreAccessException.class, () -> pushes.push(name(1)), "the same content, and another identity");
        }
    }

    @Test
    void aPushJoinsTheOneUnderWay() throws Exception {
        ready(1);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        FaultRule hold = before(1, () -> {
            begun.countDown();
            await(go);
        });
        try (ReadyPush pushes = open(1, hold)) {
            assertEquals(1, pushes.ahead());
            await(begun);
            FutureTask<WalPushResult> asked = startAndAwaitJoin(() -> pushes.push(name(1)));
            go.countDown();
            assertEquals(WalPushResult.ALREADY_ARCHIVED, asked.get(50, TimeUnit.SECONDS));
        }
        assertEquals(
                List.of(WalPushResult.ARCHIVED, WalPushResult.ALREADY_ARCHIVED),
                fixture.events().stream()
                        .filter(ArchiveEvent.WalPushed.class::isInstance)
                        .map(event -> ((ArchiveEvent.WalPushed) event).result())
                        .toList());
    }

    @Test
    @DisplayName("a failure is told, of a file that is asked for and of one that is pushed ahead")
    void failuresAreTold() throws Exception {
        ready(1, 2);
        FaultRule broken = FaultRule.on(StoreOperation.PUT).fail(Kind.ACCESS_DENIED);
        try (ReadyPush pushes = open(1, broken)) {
            ArchiveException asked = assertThrows(ArchiveException.class, () -> pushes.push(name(1)));
            assertEquals(1, pushes.ahead());
            assertTrue(pushes.awaitIdle(LONG));
            List<ArchiveEvent.WalPushFailed> told = fixture.events().stream()
                    .filter(ArchiveEvent.WalPushFailed.class::isInstance)
                    .map(ArchiveEvent.WalPushFailed.class::cast)
                    .toList();
            assertEquals(
                    List.of(name(1), name(2)),
                    told.stream().map(ArchiveEvent.WalPushFailed::name).toList());
            assertEquals(asked, told.get(0).cause());
        }
    }

    @Test
    @DisplayName("a push that joins another one is not answered with what that one found, but with what the file is")
    void aFileThatChangedUnderAPushAheadIsNoSuccess() throws Exception {
        ready(1);
        CountDownLatch durable = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ArchiveStore archive = new ArchiveStore(fixture.config("lzo").build(), fixture.memory(), event -> {
            if (event instanceof ArchiveEvent.WalPushed) {
                durable.countDown();
                await(go);
            }
        });
        try (ReadyPush pushes = open(archive, 1)) {
            assertEquals(1, pushes.ahead());
            await(durable);
            segment(1).seed(99).in(wal);
            FutureTask<WalPushResult> asked = startAndAwaitJoin(() -> pushes.push(name(1)));
            go.countDown();
            ExecutionException e = assertThrows(ExecutionException.class, () -> asked.get(50, TimeUnit.SECONDS));
            assertEquals(ConflictException.class, e.getCause().getClass());
        }
        assertFalse(isAcknowledged(1));
        requireArchived(1);
    }

    @Test
    void theFileThatIsAskedForWaitsForNoThread() throws Exception {
        ready(1, 2, 3, 4);
        CountDownLatch go = new CountDownLatch(1);
        try (ReadyPush pushes = open(2, before(1, () -> await(go)), before(2, () -> await(go)))) {
            assertEquals(2, pushes.ahead());
            assertEquals(0, pushes.ahead(), "both threads are busy");
            assertEquals(WalPushResult.ARCHIVED, pushes.push(name(3)));
            assertFalse(pushes.awaitThread(Duration.ZERO));
            go.countDown();
            assertTrue(pushes.awaitThread(LONG));
        }
    }

    @Test
    void aFailureAheadIsLeftAloneForAWhileAndFailsNoOther() throws Exception {
        ready(1, 2);
        Files.write(wal.resolve(text(1)), new byte[100]);
        try (ReadyPush pushes = open(4)) {
            assertEquals(2, pushes.ahead());
            assertTrue(pushes.awaitIdle(LONG));
            assertTrue(isAcknowledged(2));
            for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
                nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds) - 1);
                assertEquals(0, pushes.ahead(), seconds + " s");
                assertEquals(Optional.of(Duration.ofNanos(1)), pushes.untilRetry());
                nanos.incrementAndGet();
                assertEquals(Optional.empty(), pushes.untilRetry());
                assertEquals(1, pushes.ahead(), seconds + " s");
                assertTrue(pushes.awaitIdle(LONG));
            }
            assertEquals(Optional.of(Duration.ofSeconds(60)), pushes.untilRetry());
            assertThrows(InvalidWalFileException.class, () -> pushes.push(name(1)), "asked for, it is tried");
            assertEquals(Optional.empty(), pushes.untilRetry(), "it is PostgreSQL's to ask again");
        }
        assertFalse(isAcknowledged(1));
    }

    @Test
    void aStoreThatFailsStopsAllThatIsAheadForAWhile() throws Exception {
        ready(1, 2, 3);
        try (ReadyPush pushes = open(
                1, FaultRule.on(StoreOperation.PUT).keys(key(1)::equals).call(1).fail(Kind.ACCESS_DENIED))) {
            assertEquals(1, pushes.ahead());
            assertTrue(pushes.awaitIdle(LONG));
            assertEquals(0, pushes.ahead());
            assertEquals(Optional.of(Duration.ofSeconds(1)), pushes.untilRetry());
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            for (int number = 1; number <= 3; number++) {
                assertEquals(1, pushes.ahead());
                assertTrue(pushes.awaitIdle(LONG));
            }
        }
        assertTrue(isAcknowledged(1) && isAcknowledged(2) && isAcknowledged(3));
    }

    @Test
    void closingInterruptsAndAcknowledgesNothingThatIsNotDurable() throws Exception {
        ready(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (ReadyPush pushes = open(1, before(1, () -> {
            begun.countDown();
            await(new CountDownLatch(1));
        }))) {
            assertEquals(1, pushes.ahead());
            await(begun);
        }
        assertFalse(isAcknowledged(1));
        assertEquals(List.of(), fixture.keys("wal_005/"));
    }

    @Test
    void aFileThatIsNotThereIsAFailureWhenItIsAskedFor() throws Exception {
        Files.createFile(status.resolve(text(1) + ".ready"));
        try (ReadyPush pushes = open(1)) {
            assertEquals(0, pushes.ahead());
            assertThrows(LocalFileException.class, () -> pushes.push(name(1)));
        }
    }

    @Test
    @DisplayName("where no note can be written, what was pushed ahead is known in this process")
    void withoutASpoolItIsRemembered() throws Exception {
        ready(1);
        ArchiveConfig.Builder config = fixture.config("lzo").storeProvider(new MemoryStoreProvider());
        try (ReadyPush pushes = open(fixture.archive(config, fixture.memory()), 1)) {
            assertEquals(1, pushes.ahead());
            assertTrue(pushes.awaitIdle(LONG));
            assertFalse(isAcknowledged(1));
            fixture.drop();
            assertEquals(WalPushResult.ALREADY_ARCHIVED, pushes.push(name(1)));
            segment(1).in(wal);
            assertThrows(StoreAccessException.class, () -> pushes.push(name(1)), "written again");
        }
    }
}
