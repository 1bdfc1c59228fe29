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
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.ArchiveEvent;
import org.walarchive.InvalidWalFileException;
import org.walarchive.StoreAccessException;
import org.walarchive.WalPushRequest;
import org.walarchive.WalPushResult;
import org.walarchive.core.identity.KnownCluster;
import org.walarchive.core.spool.Spool;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.StoreOperation;

@Timeout(60)
final class RequestedPushTest {

    /** Longer than others take on any machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    @TempDir
    Path wal;

    private final ArchiveFixture fixture = new ArchiveFixture();
    private Path status;

    @BeforeEach
    void directory() throws IOException {
        status = Files.createDirectory(wal.resolve("archive_status"));
    }

    private static String name(int number) {
        return "0000000100000000000000%02X".formatted(number);
    }

    private void ready(int first, int last) throws IOException {
        for (int number = first; number <= last; number++) {
            SegmentBuilder.segment(name(number)).noise(1000).seed(number).in(wal);
            Files.createFile(status.resolve(name(number) + ".ready"));
        }
    }

    private WalPushResult push(int number, int poolSize, FaultRule... rules) throws Exception {
        return push(fixture.archive(rules), number, poolSize);
    }

    private WalPushResult push(ArchiveStore archive, int number, int poolSize) throws Exception {
        return new RequestedPush(archive, new KnownCluster(), PATIENCE).push(request(number, poolSize));
    }

    private WalPushRequest request(int number, int poolSize) {
        return WalPushRequest.builder(wal.resolve(name(number)))
                .poolSize(poolSize)
                .build();
    }

    private List<Integer> archived() throws IOException {
        return numbers(fixture.keys("wal_005/").stream().map(key -> key.substring("wal_005/".length())));
    }

    private List<Integer> acknowledged() throws IOException {
        Path notes = wal.resolve(".walarchive/archived");
        if (!Files.exists(notes)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(notes)) {
            return numbers(files.map(file -> file.getFileName().toString()));
        }
    }

    private static List<Integer> numbers(Stream<String> names) {
        return names.map(name -> Integer.parseInt(name.substring(22, 24), 16))
                .sorted()
                .toList();
    }

    private static List<Integer> range(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void othersAreArchivedBesideTheOneThatIsAskedFor() throws Exception {
        ready(1, 20);
        assertEquals(WalPushResult.ARCHIVED, push(1, 4));
        assertEquals(range(1, 20), archived());
        assertEquals(range(2, 20), acknowledged());
    }

    @Test
    @DisplayName("what PostgreSQL keeps in archive_status stays as it is")
    void archiveStatusIsOnlyRead() throws Exception {
        ready(1, 5);
        Map<Path, Object> before = entries();
        push(1, 4);
        assertEquals(before, entries());
    }

    private Map<Path, Object> entries() throws IOException {
        Map<Path, Object> entries = new TreeMap<>();
        try (Stream<Path> files = Files.list(status)) {
            for (Path file : files.toList()) {
                entries.put(file, Files.getAttribute(file, "unix:ctime"));
            }
        }
        return entries;
    }

    @Test
    void aPoolOfOneLeavesTheOthersAloneAndNothingBeside() throws Exception {
        ready(1, 3);
        assertEquals(WalPushResult.ARCHIVED, push(2, 1));
        assertEquals(List.of(2), archived());
        assertArrayEquals(
                new String[] {"begun"}, wal.resolve(".walarchive").toFile().list());
    }

    @Test
    void aCallBeginsSoManyOthersAtMost() throws Exception {
        ready(1, 90);
        push(1, 8);
        assertEquals(range(1, 1 + WalPushRequest.AHEAD_FILES), archived());
    }

    @Test
    void whatIsAcknowledgedIsAnsweredWithoutTheStore() throws Exception {
        ready(1, 2);
        push(1, 2);
        fixture.events().clear();
        fixture.drop();
        assertEquals(WalPushResult.ALREADY_ARCHIVED, push(2, 1));
        ArchiveEvent.WalPushed told = (ArchiveEvent.WalPushed) fixture.events().get(0);
        assertEquals(WalPushResult.ALREADY_ARCHIVED, told.result());
        assertEquals(name(2), told.name().text());
        assertThrows(StoreAccessException.class, () -> push(1, 1));
    }

    @Test
    void afterwardsAcknowledgementsThatNobodyWaitsForAreSwept() throws Exception {
        ready(1, 4);
        push(1, 4);
        for (int number = 1; number <= 3; number++) {
            Path ready = status.resolve(name(number) + ".ready");
            Files.move(ready, status.resolve(name(number) + ".done"));
        }
        ready(5, 5);
        push(5, 4);
        assertEquals(List.of(4), acknowledged());
    }

    @Test
    @DisplayName("others that fail change nothing, whatever fails")
    void aFailureOfAnotherFileFailsNothing() throws Exception {
        SegmentBuilder.segment(name(99)).in(wal);
        push(99, 1);
        ready(1, 6);
        Files.write(wal.resolve(name(2)), new byte[10]);
        fixture.put("wal_005/" + name(3) + ".lzo", new byte[10]);
        Files.delete(wal.resolve(name(4)));
        FaultRule fail = FaultRule.on(StoreOperation.PUT)
                .keys(key -> key.contains(name(5)))
                .everyNth(1)
                .fail(Kind.ACCESS_DENIED);
        assertEquals(WalPushResult.ARCHIVED, push(1, 2, fail));
        assertFalse(
                acknowledged().stream().anyMatch(List.of(2, 3, 4, 5)::contains),
                acknowledged().toString());
    }

    @Test
    @DisplayName("if the one that is asked for fails, the call fails, whatever the others do")
    void theOneThatIsAskedForDecides() throws Exception {
        ready(1, 6);
        Files.write(wal.resolve(name(1)), new byte[10]);
        assertThrows(InvalidWalFileException.class, () -> push(1, 8));
        assertFalse(acknowledged().contains(1));
    }

    @Test
    @DisplayName("others that hang are given up on")
    void anotherFileThatHangsHoldsUpForABoundedTime() throws Exception {
        ready(1, 2);
        FaultRule hang = FaultRule.on(StoreOperation.PUT)
                .keys(key -> key.contains(name(2)))
                .slow(Duration.ofSeconds(50));
        long begun = System.nanoTime();
        RequestedPush push = new RequestedPush(fixture.archive(hang), new KnownCluster());
        assertEquals(WalPushResult.ARCHIVED, push.push(request(1, 2)));
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        assertTrue(took.toSeconds() <= 40, took.toString());
        assertEquals(List.of(), acknowledged());
    }

    @Test
    void anInterruptAfterTheFileIsDurableIsNoFailure() throws Exception {
        ready(1, 2);
        Thread caller = Thread.currentThread();
        FaultRule interrupt = FaultRule.on(StoreOperation.PUT)
                .keys(key -> key.contains(name(2)))
                .runBefore(() -> {
                    while (!unchecked().contains(1)) {
                        Thread.onSpinWait();
                    }
                    caller.interrupt();
                });
        ArchiveStore archive = fixture.archive(interrupt);
        WalPushResult result;
        try {
            result = push(archive, 1, 2);
        } catch (InterruptedException e) {
            // The put was answered, and the call not yet over: then the caller is told, and asks again.
            assertEquals(WalPushResult.ALREADY_ARCHIVED, push(1, 1));
            return;
        }
        assertTrue(Thread.interrupted(), "the interrupt is the caller's to see");
        assertEquals(WalPushResult.ARCHIVED, result);
    }

    private List<Integer> unchecked() {
        try {
            return archived();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void withoutArchiveStatusTheFileIsArchivedAllTheSame() throws Exception {
        ready(1, 1);
        Files.delete(status.resolve(name(1) + ".ready"));
        Files.delete(status);
        assertEquals(WalPushResult.ARCHIVED, push(1, 8));
        assertFalse(Files.exists(wal.resolve(Spool.DIRECTORY)));
    }
}
