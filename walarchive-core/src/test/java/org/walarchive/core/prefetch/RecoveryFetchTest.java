package org.walarchive.core.prefetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.core.prefetch.Recovery.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.StoreAccessException;
import org.walarchive.WalFetchResult;
import org.walarchive.core.spool.SpoolLock;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.testing.Await;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.StoreOperation;

@Timeout(60)
final class RecoveryFetchTest {

    private static final RecoveryFetch.Patience PATIENCE =
            new RecoveryFetch.Patience(Duration.ofMinutes(5), Duration.ofMinutes(5));

    @TempDir
    Path directory;

    private Recovery recovery;
    private final List<String> started = new ArrayList<>();

    @BeforeEach
    void begin() throws IOException {
        recovery = new Recovery(directory).server();
    }

    private WalFetchResult fetch(WalSegmentName segment, FaultRule... rules) throws Exception {
        return fetch(recovery.fixture.archive(rules), segment);
    }

    private WalFetchResult fetch(ArchiveStore archive, WalSegmentName segment) throws Exception {
        return new RecoveryFetch(archive, (wal, first) -> started.add(wal.getFileName() + " " + first), PATIENCE)
                .fetch(WalFileName.of(segment), recovery.target());
    }

    @Test
    void startsAProcessWhereThereIsMore() throws Exception {
        recovery.archive(1, 1, 3);
        assertEquals(WalFetchResult.FETCHED, fetch(segment(1, 1)));
        recovery.expectTarget(segment(1, 1));
        assertEquals(List.of("pg_wal " + segment(1, 2)), started);
        assertFalse(Files.exists(recovery.wal.resolve(".walarchive")));
    }

    /** A standby that waits for each segment, or for the end of a recovery, starts nothing and costs one request more. */
    @Test
    void startsNothingAtTheEnd() throws Exception {
        recovery.archive(1, 1, 2);
        FaultyBlobStore store = new FaultyBlobStore(recovery.fixture.memory());
        ArchiveStore archive = recovery.fixture.archive(recovery.fixture.config("lzo"), store);
        assertEquals(WalFetchResult.FETCHED, fetch(archive, segment(1, 1)));
        assertEquals(1, store.calls(StoreOperation.LIST));
        long gets = store.calls(StoreOperation.GET);
        for (int i = 0; i < 5; i++) {
            assertEquals(WalFetchResult.ABSENT, fetch(archive, segment(1, 2)));
        }
        assertEquals(
                5 * 9,
                store.calls(StoreOperation.GET) - gets,
                "cluster, object by each compression and WAL-G's, as lists may lag behind, and cluster again, each time");
        assertEquals(List.of(), started);
    }

    @Test
    void aFailureOfWhatIsDoneAheadIsNone() throws Exception {
        recovery.archive(1, 1, 3);
        assertEquals(
                WalFetchResult.FETCHED,
                fetch(segment(1, 1), FaultRule.on(StoreOperation.LIST).fail(Kind.ACCESS_DENIED)));
        assertEquals(List.of(), started);
        assertThrows(
                StoreAccessException.class,
                () -> fetch(segment(1, 2), FaultRule.on(StoreOperation.GET).fail(Kind.ACCESS_DENIED)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"recovery.signal", "postmaster.pid"})
    void startsNothingWhereNoServerRecovers(String missing) throws Exception {
        recovery.archive(1, 1, 3);
        Files.delete(recovery.wal.resolveSibling(missing));
        assertEquals(WalFetchResult.FETCHED, fetch(segment(1, 1)));
        assertEquals(List.of(), started);
    }

    @Test
    void handsOverAndLeavesTheFillingToWhoDoesIt() throws Exception {
        recovery.archive(1, 1, 20);
        try (Prefetch process = new Prefetch(recovery.fixture.archive(), recovery.wal, 4, 2, Recovery.PATIENCE)) {
            process.begin(segment(1, 1));
            for (long number = 1; number < 15; number++) {
                // "full" may be said of what was there before the last one was taken
                Path waits = recovery.area().resolve(segment(1, number) + ".ok");
                Await.until(waits + " waits", Duration.ofSeconds(30), () -> Files.exists(waits));
                assertEquals(
                        WalFetchResult.FETCHED,
                        fetch(
                                segment(1, number),
                                FaultRule.on(StoreOperation.GET).fail(Kind.ACCESS_DENIED)));
                recovery.expectTarget(segment(1, number));
            }
            assertEquals(List.of(), started);
        }
    }

    @Test
    void tellsWhoFillsWhereRecoveryIs() throws Exception {
        recovery.archive(1, 1, 9).archive(2, 5, 20);
        try (Prefetch process = new Prefetch(recovery.fixture.archive(), recovery.wal, 4, 2, Recovery.PATIENCE)) {
            process.begin(segment(1, 1));
            process.awaitFull();
            assertEquals(WalFetchResult.FETCHED, fetch(segment(2, 5)));
            Path last = recovery.area().resolve(segment(2, 9) + ".ok");
            Await.until(last + " waits", Duration.ofSeconds(30), () -> Files.exists(last));
            process.awaitFull();
            assertFalse(Files.exists(recovery.area().resolve(segment(1, 2).toString())));
            assertEquals(WalFetchResult.FETCHED, fetch(segment(2, 6)));
            assertEquals(List.of(), started);
        }
    }

    @Test
    void waitsForWhatIsBeingFetched() throws Exception {
        recovery.archive(1, 1, 9);
        PrefetchArea area =
                PrefetchArea.of(recovery.fixture.archive(), recovery.wal).orElseThrow();
        area.make();
        try (SpoolLock lock = area.tryLock().orElseThrow()) {
            Files.createFile(recovery.area().resolve("." + segment(1, 1) + ".tmp"));
            CompletableFuture<WalFetchResult> call = CompletableFuture.supplyAsync(() -> {
                try {
                    return fetch(segment(1, 1), FaultRule.on(StoreOperation.GET).fail(Kind.ACCESS_DENIED));
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            assertThrows(java.util.concurrent.TimeoutException.class, () -> call.get(50, TimeUnit.MILLISECONDS));
            new SegmentDownload(recovery.fixture.archive(), area).run(segment(1, 1));
            assertEquals(WalFetchResult.FETCHED, call.get());
            recovery.expectTarget(segment(1, 1));
            assertTrue(area.isBeingFilled(), lock + " was held");
        }
    }

    /** A killed process leaves a part of a segment, and nobody to wait for. */
    @Test
    void waitsForNobodyWhoIsGone() throws Exception {
        recovery.archive(1, 1, 3);
        Files.createDirectories(recovery.area());
        Files.createFile(recovery.area().resolveSibling("prefetch.lock"));
        Files.createFile(recovery.area().resolve("." + segment(1, 1) + ".tmp"));
        assertEquals(WalFetchResult.FETCHED, fetch(segment(1, 1)));
        assertEquals(List.of("pg_wal " + segment(1, 2)), started);
    }

    @Test
    void waitsForNoneThatDoesNotGrow() throws Exception {
        recovery.archive(1, 1, 3);
        PrefetchArea area =
                PrefetchArea.of(recovery.fixture.archive(), recovery.wal).orElseThrow();
        area.make();
        try (SpoolLock lock = area.tryLock().orElseThrow()) {
            Files.createFile(recovery.area().resolve("." + segment(1, 1) + ".tmp"));
            RecoveryFetch impatient = new RecoveryFetch(
                    recovery.fixture.archive(),
                    (wal, first) -> started.add("x"),
                    new RecoveryFetch.Patience(Duration.ofMillis(20), Duration.ofMinutes(5)));
            assertEquals(WalFetchResult.FETCHED, impatient.fetch(WalFileName.of(segment(1, 1)), recovery.target()));
            assertEquals(List.of(), started);
            assertTrue(area.isBeingFilled(), lock + " was held");
        }
    }

    @Test
    void otherTargetsArePlainFetches() throws Exception {
        recovery.archive(1, 1, 9);
        RecoveryFetch fetch = new RecoveryFetch(
                recovery.fixture.archive(), (wal, first) -> started.add("x"), RecoveryFetch.Patience.DEFAULT);
        Path rewind = recovery.wal.resolve(segment(1, 1).toString());
        assertEquals(WalFetchResult.FETCHED, fetch.fetch(WalFileName.of(segment(1, 1)), rewind));
        assertTrue(Files.exists(rewind));
        assertEquals(List.of(), started);
        assertFalse(Files.exists(recovery.wal.resolve(".walarchive")));
    }
}
