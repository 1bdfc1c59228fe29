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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.ArchiveEvent;
import org.walarchive.ConflictException;
import org.walarchive.InvalidWalFileException;
import org.walarchive.StoreAccessException;
import org.walarchive.WalPushResult;
import org.walarchive.WalQueueLimit;
import org.walarchive.core.identity.KnownCluster;
import org.walarchive.core.spool.DroppedFiles;
import org.walarchive.core.spool.PostponedFiles;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.StoreOperation;

/** The limit is 3 MiB, and segments have 1 MiB: three may wait. */
@Timeout(60)
final class AskedPushTest {

    private static final WalFileName HISTORY = WalFileName.parse("00000002.history");
    private static final WalQueueLimit LIMIT = new WalQueueLimit(3 << 20);

    /** Longer than a push takes on any machine: by the system's clock. */
    private static final AskedPush.Trial TRIAL = new AskedPush.Trial(Duration.ofMillis(200), Duration.ofSeconds(50));

    /** For a store that hangs. */
    private static final AskedPush.Trial SHORT = new AskedPush.Trial(Duration.ofMillis(200), Duration.ofMillis(400));

    @TempDir
    Path wal;

    private final ArchiveFixture fixture = new ArchiveFixture();
    private final AtomicBoolean down = new AtomicBoolean();
    private final AtomicLong puts = new AtomicLong();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private Path status;

    @BeforeEach
    void directory() throws IOException {
        status = Files.createDirectory(wal.resolve("archive_status"));
    }

    private static WalFileName name(int number) {
        return WalFileName.parse("0000000100000000000000%02X".formatted(number));
    }

    private void ready(int first, int last) throws IOException {
        for (int number = first; number <= last; number++) {
            SegmentBuilder.segment(name(number).text()).noise(1000).seed(number).in(wal);
            Files.createFile(status.resolve(name(number) + ".ready"));
        }
    }

    private void ready(WalFileName name, String content) throws IOException {
        Files.writeString(wal.resolve(name.text()), content);
        Files.createFile(status.resolve(name + ".ready"));
    }

    /** What PostgreSQL does with a file that it takes for archived. */
    private void done(WalFileName name) throws IOException {
        Files.move(status.resolve(name + ".ready"), status.resolve(name + ".done"));
    }

    private FaultRule[] outage(Kind kind) {
        return new FaultRule[] {
            FaultRule.on(StoreOperation.PUT)
                    .keys(key -> key.startsWith("wal_005/") && puts.incrementAndGet() > 0 && down.get())
                    .fail(kind)
        };
    }

    private ArchiveStore archive(Optional<WalQueueLimit> limit, FaultRule... rules) {
        var config = fixture.config("lzo").retryDeadline(Duration.ZERO);
        limit.ifPresent(config::walQueueLimit);
        return fixture.archive(config, new FaultyBlobStore(fixture.memory(), rules));
    }

    private WalPushResult push(WalFileName name) throws Exception {
        return push(name, archive(Optional.of(LIMIT), outage(Kind.ACCESS_DENIED)), 0);
    }

    private WalPushResult push(WalFileName name, ArchiveStore archive, int threads) throws Exception {
        return push(name, archive, threads, TRIAL);
    }

    private WalPushResult push(WalFileName name, ArchiveStore archive, int threads, AskedPush.Trial trial)
            throws Exception {
        try (ReadyPush pushes = new ReadyPush(archive, new KnownCluster(), wal, threads)) {
            return new AskedPush(archive, pushes, wal, trial, () -> now).push(name, threads == 0 ? 0 : 64);
        }
    }

    private List<String> archived() throws IOException {
        return fixture.keys("wal_005/").stream()
                .map(key -> key.substring("wal_005/".length(), key.length() - ".lzo".length()))
                .toList();
    }

    private List<ArchiveEvent.WalDropped> drops() {
        return fixture.events().stream()
                .filter(ArchiveEvent.WalDropped.class::isInstance)
                .map(ArchiveEvent.WalDropped.class::cast)
                .toList();
    }

    @Test
    void withoutALimitNothingIsDropped() throws Exception {
        ready(1, 9);
        down.set(true);
        ArchiveStore archive = archive(Optional.empty(), outage(Kind.ACCESS_DENIED));
        assertThrows(StoreAccessException.class, () -> push(name(1), archive, 0));
        assertArrayEquals(
                new String[] {"begun"}, wal.resolve(".walarchive").toFile().list());
    }

    @Test
    void belowTheLimitAFailureIsAFailure() throws Exception {
        ready(1, 3);
        down.set(true);
        assertThrows(StoreAccessException.class, () -> push(name(1)));
        assertEquals(List.of(), drops());
    }

    @Test
    @DisplayName("above the limit a file that cannot be archived is dropped, told and noted")
    void aboveTheLimitAFileIsDropped() throws Exception {
        ready(1, 4);
        down.set(true);
        assertEquals(WalPushResult.DROPPED, push(name(1)));
        ArchiveEvent.WalDropped told = drops().get(0);
        assertEquals(name(1), told.name());
        assertEquals(4 << 20, told.waitingBytes());
        assertEquals(LIMIT, told.limit());
        assertTrue(told.cause().contains("archiving of " + name(1)), told.cause());
        assertEquals(new DroppedFiles.Summary(1, Optional.of(name(1)), Optional.of(now)), new DroppedFiles(wal).read());
        assertEquals(List.of(), archived());
        assertFalse(Files.exists(wal.resolve(".walarchive/archived/" + name(1))), "never acknowledged");
        done(name(1));
        now = now.plusSeconds(60);
        assertThrows(StoreAccessException.class, () -> push(name(2)), "no more than three wait");
    }

    @Test
    void aboveTheLimitWhatCanBeArchivedIs() throws Exception {
        ready(1, 9);
        assertEquals(WalPushResult.ARCHIVED, push(name(1)));
        assertEquals(List.of(), drops());
        assertEquals(List.of(name(1).text()), archived());
    }

    @Test
    @DisplayName("above the limit a process archives others too: one file for each start would never get below it")
    void aboveTheLimitOthersAreArchivedBesideIt() throws Exception {
        ready(1, 9);
        ArchiveStore archive = archive(Optional.of(LIMIT));
        try (ReadyPush pushes = new ReadyPush(archive, new KnownCluster(), wal, 2)) {
            assertEquals(
                    WalPushResult.ARCHIVED, new AskedPush(archive, pushes, wal, TRIAL, () -> now).push(name(1), 64));
            assertTrue(pushes.awaitIdle(Duration.ofSeconds(50)));
        }
        assertEquals(9, archived().size());
    }

    @Test
    @DisplayName("a queue that grows over the limit during a failing push is noticed at its end")
    void theQueueGrowsMeanwhile() throws Exception {
        ready(1, 3);
        FaultRule grow = FaultRule.on(StoreOperation.PUT)
                .keys(key -> key.startsWith("wal_005/"))
                .runBefore(() -> {
                    try {
                        ready(4, 4);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
        down.set(true);
        ArchiveStore archive = archive(Optional.of(LIMIT), grow, outage(Kind.ACCESS_DENIED)[0]);
        assertEquals(WalPushResult.DROPPED, push(name(1), archive, 0));
    }

    @Test
    @DisplayName("every failure counts: a damaged file, other content in the archive")
    void everyFailureCounts() throws Exception {
        ready(1, 5);
        push(name(1));
        SegmentBuilder.segment(name(1).text()).noise(1000).seed(99).in(wal);
        Files.write(wal.resolve(name(2).text()), new byte[100]);
        ArchiveStore unlimited = archive(Optional.empty());
        assertThrows(ConflictException.class, () -> push(name(1), unlimited, 0));
        assertThrows(InvalidWalFileException.class, () -> push(name(2), unlimited, 0));
        assertEquals(WalPushResult.DROPPED, push(name(1)));
        assertTrue(drops().get(0).cause().contains("content"), drops().get(0).cause());
        now = now.plusSeconds(60);
        assertEquals(WalPushResult.DROPPED, push(name(2)));
        assertEquals(List.of(name(1).text()), archived());
    }

    /** Fails while it is down, and takes its time for it. */
    private ArchiveStore slowOutage() {
        return archive(
                Optional.of(LIMIT),
                FaultRule.on(StoreOperation.PUT).slow(Duration.ofMillis(100)),
                outage(Kind.ACCESS_DENIED)[0]);
    }

    @Test
    @DisplayName("after a failure the archive is left alone for as long as twice the trial, and then tried again")
    void theArchiveIsNotTriedForEachFile() throws Exception {
        ready(1, 9);
        down.set(true);
        ArchiveStore slow = slowOutage();
        assertEquals(WalPushResult.DROPPED, push(name(1), slow, 0));
        long before = puts.get();
        now = now.plusMillis(150);
        assertEquals(WalPushResult.DROPPED, push(name(2), slow, 0));
        assertEquals(before, puts.get());
        assertTrue(
                drops().get(1).cause().contains("a moment ago"), drops().get(1).cause());
        down.set(false);
        now = now.plusSeconds(60);
        assertEquals(WalPushResult.ARCHIVED, push(name(3)));
    }

    @Test
    void aSuccessEndsThePause() throws Exception {
        ready(1, 4);
        down.set(true);
        ArchiveStore slow = slowOutage();
        assertEquals(WalPushResult.DROPPED, push(name(1), slow, 0));
        done(name(1));
        down.set(false);
        assertEquals(WalPushResult.ARCHIVED, push(name(2)), "no more than the limit waits");
        ready(5, 6);
        down.set(true);
        long before = puts.get();
        assertEquals(WalPushResult.DROPPED, push(name(3)));
        assertTrue(puts.get() > before);
    }

    @Test
    @DisplayName("a store that takes a segment of 16 MiB in time takes one of 64 MiB in time too")
    void aLargeSegmentIsTriedForLonger() {
        AskedPush.Trial trial = AskedPush.Trial.DEFAULT;
        assertEquals(Duration.ofSeconds(30), trial.longest(0));
        assertEquals(Duration.ofSeconds(30), trial.longest(16 << 20));
        assertEquals(Duration.ofSeconds(60), trial.longest((16 << 20) + 1));
        assertEquals(Duration.ofSeconds(120), trial.longest(64 << 20));
        assertEquals(Duration.ofSeconds(64 * 30), trial.longest(1L << 30));
        assertEquals(
                Optional.of(Duration.ofSeconds(120)),
                trial.of(archive(Optional.of(LIMIT)), trial.longest(64 << 20))
                        .config()
                        .commandDeadline());
    }

    @Test
    void aStoreThatHangsIsGivenUpSoon() throws Exception {
        ready(1, 4);
        CountDownLatch never = new CountDownLatch(1);
        FaultRule hang = FaultRule.on(StoreOperation.PUT)
                .keys(key -> key.startsWith("wal_005/"))
                .runBefore(() -> {
                    try {
                        never.await(50, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        long begun = System.nanoTime();
        assertEquals(WalPushResult.DROPPED, push(name(1), archive(Optional.of(LIMIT), hang), 0, SHORT));
        assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(40));
        assertFalse(Thread.interrupted());
    }

    @Test
    @DisplayName("a push ahead of the file that is stuck does not hold up dropping it")
    void aPushAheadThatIsStuck() throws Exception {
        ready(1, 4);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        FaultRule hang = FaultRule.on(StoreOperation.PUT)
                .keys(key -> key.contains(name(1).text()))
                .runBefore(() -> {
                    begun.countDown();
                    try {
                        end.await(50, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        ArchiveStore archive = archive(Optional.of(LIMIT), hang);
        try (ReadyPush pushes = new ReadyPush(archive, new KnownCluster(), wal, 1)) {
            pushes.ahead();
            begun.await();
            assertEquals(WalPushResult.DROPPED, new AskedPush(archive, pushes, wal, SHORT, () -> now).push(name(1), 0));
            end.countDown();
        }
    }

    @Test
    void whatIsAcknowledgedIsAnsweredThoughTheStoreIsDown() throws Exception {
        ready(1, 9);
        ArchiveStore archive = archive(Optional.of(LIMIT), outage(Kind.ACCESS_DENIED));
        try (ReadyPush pushes = new ReadyPush(archive, new KnownCluster(), wal, 1)) {
            assertEquals(1, pushes.ahead());
            assertTrue(pushes.awaitIdle(Duration.ofSeconds(50)));
        }
        down.set(true);
        push(name(2));
        new DroppedFiles(wal).pause(now, Duration.ofSeconds(20));
        assertEquals(WalPushResult.ALREADY_ARCHIVED, push(name(1)));
        assertEquals(1, drops().size());
        assertTrue(new DroppedFiles(wal).isPaused(now), "what was archived long ago says nothing of the store now");
    }

    @Test
    void whatIsArchivedAheadEndsThePause() throws Exception {
        ready(1, 9);
        new DroppedFiles(wal).pause(now, Duration.ofSeconds(20));
        ArchiveStore archive = archive(Optional.of(LIMIT));
        try (ReadyPush pushes = new ReadyPush(archive, new KnownCluster(), wal, 1)) {
            assertEquals(1, pushes.ahead());
            assertTrue(pushes.awaitIdle(Duration.ofSeconds(50)));
        }
        assertFalse(new DroppedFiles(wal).isPaused(now));
    }

    @Test
    void onlyWhatPostgresqlWaitsForIsDropped() throws Exception {
        ready(1, 9);
        done(name(1));
        down.set(true);
        assertThrows(StoreAccessException.class, () -> push(name(1)));
    }

    @Test
    void thatTheNoteCannotBeWrittenDoesNotFillTheDisk() throws Exception {
        ready(1, 4);
        Files.createFile(wal.resolve(".walarchive"));
        down.set(true);
        ArchiveStore archive = archive(Optional.of(LIMIT), outage(Kind.ACCESS_DENIED));
        try (ReadyPush pushes = new ReadyPush(archive, new KnownCluster(), wal, 0)) {
            AskedPush asked = new AskedPush(archive, pushes, wal, TRIAL, () -> now);
            assertEquals(WalPushResult.DROPPED, asked.push(name(1), 0));
            assertEquals(1, asked.unnoted());
        }
        assertEquals(1, drops().size());
    }

    @Test
    @DisplayName("a history is archived later, before all else, and is never lost")
    void aHistoryIsPostponed() throws Exception {
        ready(1, 4);
        ready(HISTORY, "1\t0/3000000\tno recovery target specified\n");
        down.set(true);
        assertEquals(WalPushResult.POSTPONED, push(HISTORY));
        assertEquals(WalPushResult.POSTPONED, drops().get(0).result());
        done(HISTORY);
        assertEquals(0, new DroppedFiles(wal).read().files());
        assertEquals(List.of(HISTORY), new PostponedFiles(wal).list());
        now = now.plusSeconds(60);
        assertEquals(WalPushResult.DROPPED, push(name(1)));
        done(name(1));
        down.set(false);
        now = now.plusSeconds(60);
        assertEquals(WalPushResult.ARCHIVED, push(name(2)));
        assertEquals(List.of(name(2).text(), HISTORY.text()), archived());
        assertEquals(List.of(), new PostponedFiles(wal).list());
    }

    @Test
    @DisplayName("where the archive has another history of the timeline, nothing is archived behind it")
    void aPostponedHistoryThatConflicts() throws Exception {
        ready(1, 4);
        ready(HISTORY, "1\t0/3000000\tno recovery target specified\n");
        down.set(true);
        push(HISTORY);
        done(HISTORY);
        down.set(false);
        fixture.put("wal_005/" + HISTORY + ".lzo", SegmentBuilder.compress("lzo", "1\t0/2000000\tother\n".getBytes()));
        ArchiveStore archive = archive(Optional.empty());
        assertThrows(ConflictException.class, () -> push(name(1), archive, 0));
        try (ReadyPush pushes = new ReadyPush(archive, new KnownCluster(), wal, 2)) {
            pushes.ahead();
            assertTrue(pushes.awaitIdle(Duration.ofSeconds(50)));
            pushes.ahead();
            assertTrue(pushes.awaitIdle(Duration.ofSeconds(50)));
        }
        assertEquals(List.of(HISTORY.text()), archived());
    }

    @Test
    void aPostponedHistoryIsArchivedAhead() throws Exception {
        ready(1, 4);
        ready(HISTORY, "1\t0/3000000\tno recovery target specified\n");
        ArchiveStore archive = archive(Optional.of(LIMIT), outage(Kind.ACCESS_DENIED));
        down.set(true);
        try (ReadyPush pushes = new ReadyPush(archive, new KnownCluster(), wal, 2)) {
            new AskedPush(archive, pushes, wal, TRIAL, () -> now).push(HISTORY, 0);
            done(HISTORY);
            down.set(false);
            assertEquals(1, pushes.ahead());
            assertTrue(pushes.awaitIdle(Duration.ofSeconds(50)));
            assertEquals(List.of(HISTORY.text()), archived());
            assertTrue(pushes.ahead() > 0, "the others follow");
        }
        assertEquals(List.of(), new PostponedFiles(wal).list());
    }

    @Test
    void aHistoryThatCannotBeNotedIsNotGivenUp() throws Exception {
        ready(1, 4);
        ready(HISTORY, "1\t0/3000000\tno recovery target specified\n");
        Files.createDirectories(wal.resolve(".walarchive"));
        Files.createFile(wal.resolve(".walarchive/postponed"));
        down.set(true);
        assertThrows(StoreAccessException.class, () -> push(HISTORY));
        Files.delete(wal.resolve(".walarchive/postponed"));
        Files.delete(wal.resolve(".walarchive/dropped.pause"));
        Files.delete(wal.resolve(".walarchive"));
        Files.createFile(wal.resolve(".walarchive"));
        assertThrows(StoreAccessException.class, () -> push(HISTORY));
        assertEquals(List.of(), drops());
    }
}
