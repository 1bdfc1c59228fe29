package org.walarchive.core.prefetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.core.prefetch.Recovery.PATIENCE;
import static org.walarchive.core.prefetch.Recovery.bytes;
import static org.walarchive.core.prefetch.Recovery.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.CorruptArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.WalFetchResult;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.testing.Await;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.core.wal.WalFetch;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.StoreOperation;

@Timeout(60)
final class PrefetchTest {

    @TempDir
    Path directory;

    private Recovery recovery;

    @BeforeEach
    void begin() throws IOException {
        recovery = new Recovery(directory);
    }

    private Prefetch prefetch(FaultRule... rules) {
        return prefetch(recovery.fixture.archive(rules));
    }

    private Prefetch prefetch(ArchiveStore archive) {
        return new Prefetch(archive, recovery.wal, 4, 2, PATIENCE);
    }

    private static List<String> withTickets(long timeline, long from, long to) {
        List<String> names = new ArrayList<>();
        for (long number = from; number < to; number++) {
            names.add(segment(timeline, number).toString());
            names.add(segment(timeline, number) + ".ok");
        }
        return names;
    }

    @Test
    void keepsTheNextSegmentsWaiting() throws Exception {
        recovery.archive(1, 4093, 4110);
        try (Prefetch prefetch = prefetch()) {
            for (long number = 4093; number < 4100; number++) {
                recovery.expect(prefetch, segment(1, number));
                prefetch.awaitFull();
                assertEquals(withTickets(1, number + 1, number + 5), recovery.names());
            }
        }
        assertEquals(List.of(), recovery.names());
        assertFalse(Files.exists(recovery.area()));
    }

    @Test
    void handsOverWithoutTheStore() throws Exception {
        recovery.archive(1, 1, 6);
        FaultyBlobStore store = new FaultyBlobStore(recovery.fixture.memory());
        try (Prefetch prefetch = prefetch(recovery.fixture.archive(recovery.fixture.config("lzo"), store))) {
            recovery.expect(prefetch, segment(1, 1));
            prefetch.awaitFull();
            // from here on nothing more is there
            for (long number = 2; number < 6; number++) {
                recovery.fixture.memory().delete(List.of("wal_005/" + segment(1, number) + ".lzo"));
            }
            for (long number = 2; number < 6; number++) {
                recovery.expect(prefetch, segment(1, number));
            }
            assertEquals(
                    WalFetchResult.ABSENT,
                    prefetch.fetch(
                            WalFileName.of(segment(1, 6)), recovery.target().resolveSibling("RECOVERYXLOG")));
        }
    }

    @Test
    void goesOnWhenOthersTakeTheFiles() throws Exception {
        recovery.archive(1, 1, 20);
        try (Prefetch prefetch = prefetch()) {
            recovery.expect(prefetch, segment(1, 1));
            for (long number = 2; number < 16; number++) {
                prefetch.awaitFull();
                Files.move(recovery.area().resolve(segment(1, number).toString()), directory.resolve("taken"));
                assertEquals(number, number(directory.resolve("taken")));
                Files.delete(directory.resolve("taken"));
                Path last = recovery.area().resolve(segment(1, number + 4) + ".ok");
                Await.until(last + " waits", Duration.ofSeconds(30), () -> Files.exists(last));
                assertEquals(withTickets(1, number + 1, number + 5), recovery.names());
            }
        }
    }

    private static long number(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(8) >> 20;
    }

    @Test
    void absenceIsAskedOfTheStore() throws Exception {
        recovery.archive(1, 1, 3);
        try (Prefetch prefetch = prefetch()) {
            recovery.expect(prefetch, segment(1, 1));
            prefetch.awaitFull();
            recovery.expect(prefetch, segment(1, 2));
            assertEquals(WalFetchResult.ABSENT, prefetch.fetch(WalFileName.of(segment(1, 3)), recovery.target()));
            recovery.archive(1, 3, 10);
            recovery.expect(prefetch, segment(1, 3));
            prefetch.awaitFull();
        }
    }

    @Test
    void leavesATimelineForAnother() throws Exception {
        recovery.archive(1, 1, 9).archive(2, 3, 9);
        recovery.fixture.put("wal_005/00000002.history.lzo", SegmentBuilder.compress("lzo", new byte[] {'#', '\n'}));
        try (Prefetch prefetch = prefetch()) {
            recovery.expect(prefetch, segment(1, 1));
            prefetch.awaitFull();
            Path history = recovery.wal.resolve("RECOVERYHISTORY");
            prefetch.fetch(WalFileName.parse("00000002.history"), history);
            prefetch.fetch(WalFileName.parse("00000003.history"), history);
            assertEquals(withTickets(1, 2, 6), recovery.names());
            recovery.expect(prefetch, segment(1, 2));
            assertEquals(WalFetchResult.ABSENT, prefetch.fetch(WalFileName.of(segment(3, 3)), recovery.target()));
            recovery.expect(prefetch, segment(2, 3));
            prefetch.awaitFull();
            assertEquals(withTickets(2, 4, 8), recovery.names());
            recovery.expect(prefetch, segment(2, 4));
        }
    }

    /** As a server does that begins again at its last restart point. */
    @Test
    void goesBack() throws Exception {
        recovery.archive(1, 1, 20);
        try (Prefetch prefetch = prefetch()) {
            recovery.expect(prefetch, segment(1, 8));
            prefetch.awaitFull();
            recovery.expect(prefetch, segment(1, 2));
            prefetch.awaitFull();
            assertEquals(withTickets(1, 3, 7), recovery.names());
        }
    }

    @Test
    void otherTargetsHaveNothingToDoWithIt() throws Exception {
        recovery.archive(1, 1, 9);
        try (Prefetch prefetch = prefetch()) {
            recovery.expect(prefetch, segment(1, 1));
            prefetch.awaitFull();
            Path other = recovery.wal.resolve(segment(1, 2).toString());
            assertEquals(WalFetchResult.FETCHED, prefetch.fetch(WalFileName.of(segment(1, 2)), other));
            Path elsewhere = Files.createDirectory(directory.resolve("x")).resolve("RECOVERYXLOG");
            assertEquals(WalFetchResult.FETCHED, prefetch.fetch(WalFileName.of(segment(1, 3)), elsewhere));
            assertEquals(withTickets(1, 2, 6), recovery.names());
        }
        try (Prefetch prefetch = prefetch()) {
            prefetch.fetch(WalFileName.of(segment(1, 2)), directory.resolve("RECOVERYXLOG"));
            prefetch.awaitRest();
            assertFalse(Files.exists(recovery.area()));
        }
    }

    @Test
    void filesAreTheOwnersOnly() throws Exception {
        recovery.archive(1, 1, 9);
        try (Prefetch prefetch = prefetch()) {
            recovery.expect(prefetch, segment(1, 1));
            prefetch.awaitFull();
            Path file = recovery.area().resolve(segment(1, 2).toString());
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(recovery.area())));
            assertEquals(
                    "rwx------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(recovery.area().getParent())));
        }
    }

    /** The server's own call reports what is wrong. */
    @Test
    void aDamagedObjectDoesNotWait() throws Exception {
        recovery.archive(1, 1, 9);
        byte[] damaged = bytes(segment(1, 3));
        damaged[9] ^= 1;
        recovery.archive(segment(1, 3), damaged);
        try (Prefetch prefetch = prefetch()) {
            recovery.expect(prefetch, segment(1, 1));
            recovery.expect(prefetch, segment(1, 2));
            assertThrows(
                    CorruptArchiveException.class,
                    () -> prefetch.fetch(WalFileName.of(segment(1, 3)), recovery.target()));
            assertFalse(recovery.names().contains(segment(1, 3).toString()));
        }
    }

    @Test
    void segmentsOfAnotherClusterDoNotWait() throws Exception {
        recovery.archive(1, 1, 4).identity(SegmentBuilder.CLUSTER);
        recovery.archive(
                segment(1, 2),
                SegmentBuilder.segment(segment(1, 2).toString())
                        .cluster(SegmentBuilder.OTHER_CLUSTER)
                        .bytes());
        try (Prefetch prefetch = prefetch()) {
            recovery.expect(prefetch, segment(1, 1));
            assertThrows(
                    CorruptArchiveException.class,
                    () -> prefetch.fetch(WalFileName.of(segment(1, 2)), recovery.target()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 8})
    void aStoreThatFailsNowAndThenDelaysOnly(int every) throws Exception {
        recovery.archive(1, 1, 30);
        try (Prefetch prefetch = prefetch(
                FaultRule.on(StoreOperation.GET).everyNth(every).fail(Kind.UNAVAILABLE),
                FaultRule.on(StoreOperation.GET).everyNth(every + 5).breakAt(700, Kind.UNAVAILABLE))) {
            for (long number = 1; number < 30; number++) {
                recovery.expect(prefetch, segment(1, number));
            }
            assertEquals(WalFetchResult.ABSENT, prefetch.fetch(WalFileName.of(segment(1, 30)), recovery.target()));
        }
        assertEquals(List.of(), recovery.names());
    }

    @Test
    void onlyOneFillsADirectory() throws Exception {
        recovery.archive(1, 1, 9);
        try (Prefetch first = prefetch();
                Prefetch second = prefetch()) {
            recovery.expect(first, segment(1, 1));
            first.awaitFull();
            second.begin(segment(1, 2));
            second.awaitRest();
            recovery.expect(second, segment(1, 2));
            recovery.expect(first, segment(1, 3));
        }
    }

    @Test
    void anEarlierLifesFilesAreOfUseOrGo() throws Exception {
        recovery.archive(1, 1, 9);
        PrefetchArea area =
                PrefetchArea.of(recovery.fixture.archive(), recovery.wal).orElseThrow();
        area.make();
        SegmentDownload download = new SegmentDownload(recovery.fixture.archive(), area);
        for (long number : new long[] {1, 3, 4, 8}) {
            assertEquals(
                    SegmentDownload.End.OFFERED,
                    download.run(segment(1, number)).end());
        }
        Files.delete(recovery.area().resolve(segment(1, 4) + ".ok"));
        for (String litter : List.of(".000000010000000000000005.tmp", "000000010000000000000006.ok", ".12.tmp", "x")) {
            Files.writeString(recovery.area().resolve(litter), "x");
        }
        Object before =
                Files.readAttributes(recovery.area().resolve(segment(1, 3).toString()), "unix:ino,ctime");
        try (Prefetch prefetch = prefetch()) {
            prefetch.begin(segment(1, 2));
            prefetch.awaitFull();
            assertEquals(withTickets(1, 2, 6), recovery.names());
            assertEquals(
                    before,
                    Files.readAttributes(recovery.area().resolve(segment(1, 3).toString()), "unix:ino,ctime"));
            recovery.expect(prefetch, segment(1, 2));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"recovery.signal", "postmaster.pid"})
    void restsWithNothingLeftWhenRecoveryIsOver(String file) throws Exception {
        recovery.archive(1, 1, 9).server();
        try (Prefetch prefetch = prefetch()) {
            recovery.expect(prefetch, segment(1, 1));
            prefetch.awaitFull();
            Files.delete(recovery.wal.resolveSibling(file));
            prefetch.awaitRest();
            assertFalse(Files.exists(recovery.area()));
            Files.createFile(recovery.wal.resolveSibling(file));
            recovery.expect(prefetch, segment(1, 2));
            prefetch.awaitFull();
        }
    }

    @Test
    void restsWhenTheDirectoryIsGone() throws Exception {
        recovery.archive(1, 1, 9);
        try (Prefetch prefetch = prefetch()) {
            recovery.expect(prefetch, segment(1, 1));
            prefetch.awaitFull();
            Files.move(recovery.wal, directory.resolve("moved"));
            prefetch.awaitRest();
            assertFalse(Files.exists(recovery.wal));
        }
    }

    @Test
    void restsWhenNothingIsTaken() throws Exception {
        recovery.archive(1, 1, 9);
        Keeper.Patience none = new Keeper.Patience(
                Duration.ZERO, Duration.ZERO, Duration.ofMillis(1), Duration.ZERO, Duration.ZERO, Duration.ZERO);
        try (Prefetch prefetch = new Prefetch(recovery.fixture.archive(), recovery.wal, 4, 2, none)) {
            recovery.expect(prefetch, segment(1, 1));
            prefetch.awaitRest();
            assertEquals(List.of(), recovery.names());
            recovery.expect(prefetch, segment(1, 2));
        }
    }

    @Test
    void worksWhereNothingCanBeWritten() throws Exception {
        recovery.archive(1, 1, 9);
        Files.writeString(recovery.wal.resolve(".walarchive"), "in the way");
        try (Prefetch prefetch = prefetch()) {
            for (long number = 1; number < 5; number++) {
                recovery.expect(prefetch, segment(1, number));
            }
            prefetch.awaitRest();
        }
        assertTrue(Files.isRegularFile(recovery.wal.resolve(".walarchive")));
    }

    @Test
    void closesWhileItFetches() throws Exception {
        recovery.archive(1, 1, 9);
        for (int i = 0; i < 20; i++) {
            try (Prefetch prefetch = prefetch()) {
                recovery.expect(prefetch, segment(1, 1));
            }
            assertFalse(Files.exists(recovery.area()));
        }
    }

    @Test
    void noneAheadIsAPlainFetch() throws Exception {
        recovery.archive(1, 1, 3);
        try (Prefetch prefetch = new Prefetch(recovery.fixture.archive(), recovery.wal, 0, 1)) {
            recovery.expect(prefetch, segment(1, 1));
            prefetch.begin(segment(1, 2));
            prefetch.awaitRest();
        }
        assertFalse(Files.exists(recovery.wal.resolve(".walarchive")));
    }

    @Test
    void aWaitingFileThatWasChangedIsNotDelivered() throws Exception {
        recovery.archive(1, 1, 9);
        try (Prefetch prefetch = prefetch()) {
            recovery.expect(prefetch, segment(1, 1));
            prefetch.awaitFull();
            WalSegmentName next = segment(1, 2);
            Path file = recovery.area().resolve(next.toString());
            byte[] wrong = Files.readAllBytes(file);
            wrong[500_000] ^= 1;
            Files.write(file, wrong);
            recovery.expect(prefetch, next);
        }
    }

    @Test
    void makesRoomForWhatIsWantedNow() throws Exception {
        recovery.archive(1, 1, 9).archive(2, 2, 3);
        try (Prefetch prefetch = prefetch()) {
            recovery.expect(prefetch, segment(1, 1));
            prefetch.awaitFull();
            Files.delete(recovery.target());
            Files.createDirectories(recovery.target().resolve("in the way"));
            List<String> before = recovery.names();
            PrefetchArea area =
                    PrefetchArea.of(recovery.fixture.archive(), recovery.wal).orElseThrow();
            assertThrows(
                    LocalFileException.class,
                    () -> Prefetch.fetchDirectly(
                            new WalFetch(recovery.fixture.archive()),
                            area,
                            WalFileName.of(segment(2, 2)),
                            recovery.target()));
            assertEquals(withTickets(1, 2, 6), before);
            assertFalse(recovery.names().contains(segment(1, 2).toString()));
        }
    }

    @Test
    void whatAKilledProcessLeftGoesWhenTheServerIsNoLongerInRecovery() throws Exception {
        recovery.server();
        Files.createDirectories(recovery.area());
        Files.writeString(recovery.area().resolve(segment(1, 3).toString()), "x");
        prefetch().close();
        assertTrue(Files.exists(recovery.area()), "the server recovers: its next process will look");
        Files.delete(recovery.wal.resolveSibling("recovery.signal"));
        prefetch().close();
        assertFalse(Files.exists(recovery.area()));
    }
}
