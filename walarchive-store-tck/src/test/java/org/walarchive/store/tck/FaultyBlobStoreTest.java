package org.walarchive.store.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.store.tck.ContractFixture.assertAbsent;
import static org.walarchive.store.tck.ContractFixture.assertContent;
import static org.walarchive.store.tck.ContractFixture.assertFails;
import static org.walarchive.store.tck.ContractFixture.keys;
import static org.walarchive.store.tck.ContractFixture.put;
import static org.walarchive.store.tck.ContractFixture.randomBytes;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

@Timeout(60)
final class FaultyBlobStoreTest {

    private static final byte[] CONTENT = randomBytes(20_000);

    private final BlobStore real = MemoryBlobStore.create();

    private FaultyBlobStore faulty(FaultRule... rules) {
        return new FaultyBlobStore(real, rules);
    }

    private static FaultRule.Calls puts() {
        return FaultRule.on(StoreOperation.PUT);
    }

    private static FaultRule.Calls gets() {
        return FaultRule.on(StoreOperation.GET);
    }

    private static FaultRule.Calls lists() {
        return FaultRule.on(StoreOperation.LIST);
    }

    /** For each of some puts, whether it worked. */
    private static String puts(BlobStore store, int count) throws IOException {
        StringBuilder outcome = new StringBuilder();
        for (int i = 0; i < count; i++) {
            try {
                put(store, "k" + i);
                outcome.append('+');
            } catch (StoreException e) {
                outcome.append('-');
            }
        }
        return outcome.toString();
    }

    @Test
    void everyNthCallOfTheOperationFailsAndDoesNothing() throws IOException {
        FaultyBlobStore store = faulty(puts().everyNth(3).fail(Kind.THROTTLED));
        assertEquals("++-++-+", puts(store, 7));
        assertEquals(List.of("k0", "k1", "k3", "k4", "k6"), keys(store, ""));
        assertEquals(7, store.calls(StoreOperation.PUT));
        assertEquals(1, store.calls(StoreOperation.LIST));
        assertEquals(0, store.calls(StoreOperation.GET));
        assertEquals(2, store.faults());
        StoreException failure = assertFails(Kind.THROTTLED, () -> put(faulty(puts().fail(Kind.THROTTLED)), "k"));
        assertTrue(failure.getMessage().contains("put k"), failure::getMessage);
    }

    @Test
    void callsAreCountedPerRuleAndKey() throws IOException {
        assertEquals("+-++", puts(faulty(puts().call(2).fail(Kind.UNAVAILABLE)), 4));
        assertEquals("+---+", puts(faulty(puts().calls(2, 4).fail(Kind.UNAVAILABLE)), 5));
        FaultRule.Calls shared = puts().keys("k2"::equals).calls(1, 1);
        assertEquals("++-+", puts(faulty(shared.fail(Kind.UNAVAILABLE)), 4));
        assertEquals("++-+", puts(faulty(shared.fail(Kind.UNAVAILABLE)), 4));
    }

    @Test
    void randomFaultsAreTheSameForTheSameSeed() throws IOException {
        String first = puts(faulty(puts().randomly(7, 0.3).fail(Kind.UNAVAILABLE)), 200);
        assertEquals(first, puts(faulty(puts().randomly(7, 0.3).fail(Kind.UNAVAILABLE)), 200));
        assertTrue(!first.equals(puts(faulty(puts().randomly(8, 0.3).fail(Kind.UNAVAILABLE)), 200)));
        long failures = first.chars().filter(c -> c == '-').count();
        assertTrue(failures > 30 && failures < 90, () -> failures + " of 200 failed");
    }

    @Test
    void aLostReplyFailsAfterTheWorkIsDone() throws IOException {
        FaultyBlobStore store = faulty(
                puts().call(1).failAfterwards(Kind.UNAVAILABLE),
                FaultRule.on(StoreOperation.DELETE).failAfterwards(Kind.UNAVAILABLE),
                gets().call(2).failAfterwards(Kind.UNAVAILABLE));
        assertFails(Kind.UNAVAILABLE, () -> store.put("k", BlobSource.of(CONTENT), PutMode.IF_ABSENT));
        assertContent(store, "k", CONTENT);
        assertEquals(PutResult.ALREADY_PRESENT, store.put("k", BlobSource.of(CONTENT), PutMode.IF_ABSENT));
        assertFails(Kind.UNAVAILABLE, () -> store.get("k"));
        assertFails(Kind.UNAVAILABLE, () -> store.delete(List.of("k")));
        assertAbsent(real, "k");
    }

    @Test
    void aTransferBreaksAtTheByte() throws IOException {
        put(real, "k", CONTENT);
        for (int at : new int[] {0, 1, 777, 8192, CONTENT.length, CONTENT.length + 5}) {
            FaultyBlobStore store = faulty(gets().call(1).breakAt(at, Kind.CORRUPT));
            int readable = Math.min(at, CONTENT.length);
            try (BlobContent content = store.get("k")) {
                assertArrayEquals(
                        Arrays.copyOf(CONTENT, readable), content.stream().readNBytes(readable));
                assertFails(Kind.CORRUPT, () -> content.stream().read());
            }
            assertContent(store, "k", CONTENT);
        }
        FaultyBlobStore store = faulty(puts().breakAt(100, Kind.UNAVAILABLE));
        assertFails(Kind.UNAVAILABLE, () -> store.put("k", BlobSource.of(CONTENT), PutMode.OVERWRITE));
        assertFails(Kind.UNAVAILABLE, () -> store.put("new", ScriptedSource.unknown(CONTENT), PutMode.OVERWRITE));
        assertContent(real, "k", CONTENT);
        assertAbsent(real, "new");
    }

    @Test
    void aTransferEndsQuietlyAtTheByte() throws IOException {
        put(real, "k", CONTENT);
        for (int at : new int[] {0, 1, 777, CONTENT.length - 1}) {
            FaultyBlobStore store = faulty(gets().endQuietlyAt(at));
            try (BlobContent content = store.get("k")) {
                assertEquals(CONTENT.length, content.sizeBytes().orElseThrow());
                assertArrayEquals(Arrays.copyOf(CONTENT, at), content.stream().readAllBytes());
                assertEquals(-1, content.stream().read());
            }
        }
        FaultyBlobStore store = faulty(puts().endQuietlyAt(10));
        store.put("cut", ScriptedSource.unknown(CONTENT), PutMode.OVERWRITE);
        assertContent(real, "cut", Arrays.copyOf(CONTENT, 10));
        assertThrows(IOException.class, () -> store.put("known", BlobSource.of(CONTENT), PutMode.OVERWRITE));
    }

    @Test
    void oneBitIsFlippedOnTheWay() throws IOException {
        put(real, "k", CONTENT);
        for (int at : new int[] {0, 9000, CONTENT.length - 1}) {
            byte[] flipped = CONTENT.clone();
            flipped[at] ^= 1;
            assertContent(faulty(gets().flipBitAt(at)), "k", flipped);
            faulty(puts().flipBitAt(at)).put("bad", ScriptedSource.unknown(CONTENT), PutMode.OVERWRITE);
            assertContent(real, "bad", flipped);
        }
        assertContent(faulty(gets().flipBitAt(CONTENT.length)), "k", CONTENT);
        assertContent(faulty(gets().flipBitAt(5), gets().flipBitAt(5)), "k", CONTENT);
    }

    @Test
    void aStalledTransferEndsWithAnInterrupt() throws IOException {
        put(real, "k", CONTENT);
        try (InputStream in = faulty(gets().stallAt(100)).get("k").stream()) {
            assertArrayEquals(Arrays.copyOf(CONTENT, 100), in.readNBytes(100));
            Thread.currentThread().interrupt();
            assertFails(Kind.INTERRUPTED, in::read);
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void aStalledTransferEndsWhenTheStreamOrTheStoreIsClosed() throws Exception {
        put(real, "k", CONTENT);
        FaultyBlobStore store = faulty(gets().stallAt(0), puts().stallAt(5));
        InputStream in = store.get("k").stream();
        Future<Integer> reader = stalled(in::read);
        in.close();
        assertUnavailable(reader);
        Future<PutResult> writer = stalled(() -> store.put("new", BlobSource.of(CONTENT), PutMode.OVERWRITE));
        store.close();
        assertUnavailable(writer);
    }

    private static <T> Future<T> stalled(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task);
        thread.start();
        while (thread.getState() != Thread.State.WAITING && !task.isDone()) {
            Thread.onSpinWait();
        }
        return task;
    }

    private static void assertUnavailable(Future<?> result) {
        ExecutionException failure = assertThrows(ExecutionException.class, result::get);
        StoreException cause = assertInstanceOf(StoreException.class, failure.getCause());
        assertEquals(Kind.UNAVAILABLE, cause.kind());
    }

    @Test
    void aSlowCallWaitsAndCanBeInterrupted() throws IOException {
        long begin = System.nanoTime();
        put(faulty(puts().slow(Duration.ofMillis(20))), "k");
        assertTrue(System.nanoTime() - begin >= 20_000_000);
        Thread.currentThread().interrupt();
        assertFails(Kind.INTERRUPTED, () -> put(faulty(puts().slow(Duration.ofDays(1))), "k"));
        assertTrue(Thread.interrupted());
    }

    @Test
    void aCompetitorMovesFirst() throws IOException {
        List<String> moves = new ArrayList<>();
        FaultyBlobStore store = faulty(puts().call(1).runBefore(() -> moves.add("competitor")));
        put(store, "a");
        put(store, "b");
        assertEquals(List.of("competitor"), moves);
    }

    @Test
    void aListHidesKeys() throws IOException {
        put(real, "a");
        put(real, "b");
        FaultyBlobStore store = faulty(lists().call(1).hide("b"::equals));
        assertEquals(List.of("a"), keys(store, ""));
        assertEquals(List.of("a", "b"), keys(store, ""));
    }

    @Test
    void aStaleListIsAnOlderOne() throws IOException {
        put(real, "a");
        FaultyBlobStore store = faulty(lists().calls(2, 3).stale());
        assertEquals(List.of("a"), keys(store, ""));
        put(store, "b");
        store.delete(List.of("a"));
        assertEquals(List.of("a"), keys(store, ""));
        assertEquals(1, store.list("", ListDepth.IMMEDIATE, null).blobs().size(), "nothing older: fresh");
        assertEquals(List.of("b"), keys(store, ""));
    }

    @Test
    void callsOfManyThreadsAreCountedOnce() throws Exception {
        FaultyBlobStore store = faulty(puts().everyNth(4).fail(Kind.UNAVAILABLE));
        List<Callable<String>> tasks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            tasks.add(() -> puts(store, 50));
        }
        String outcome = String.join("", ContractFixture.together(tasks));
        assertEquals(100, outcome.chars().filter(c -> c == '-').count());
        assertEquals(400, store.calls(StoreOperation.PUT));
    }

    @Test
    void faultsThatDoNotFitTheOperationAreRefused() {
        assertThrows(IllegalStateException.class, () -> puts().stale());
        assertThrows(IllegalStateException.class, () -> lists().flipBitAt(1));
        assertThrows(IllegalArgumentException.class, () -> puts().everyNth(0));
    }

    @Test
    void answersForAnotherKey() throws Exception {
        put(real, "a", CONTENT);
        put(real, "b", new byte[] {1});
        BlobStore store = faulty(gets().call(2).answerFor(key -> "b"));
        assertContent(store, "a", CONTENT);
        assertContent(store, "a", new byte[] {1});
        assertContent(store, "a", CONTENT);
    }
}
