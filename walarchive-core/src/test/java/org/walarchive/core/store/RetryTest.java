package org.walarchive.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.ArchiveEvent;
import org.walarchive.core.store.Retry.Attempt;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** The clock moves only while the retry sleeps, and as the attempts say. */
final class RetryTest {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final List<ArchiveEvent.Retrying> events = new ArrayList<>();
    private final List<Duration> sleeps = new ArrayList<>();
    private Duration now = Duration.ofDays(-3);

    private Retry retry(Duration deadline, RandomGenerator random) {
        return new Retry(
                deadline, event -> events.add((ArchiveEvent.Retrying) event), random, () -> now.toNanos(), time -> {
                    sleeps.add(time);
                    now = now.plus(time);
                });
    }

    /** The longest wait that may be drawn, always; or the shortest. */
    private static RandomGenerator drawing(boolean longest) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("waits are drawn up to a bound");
            }

            @Override
            public long nextLong(long bound) {
                return longest ? bound - 1 : 0;
            }
        };
    }

    private static <T> Attempt<T, RuntimeException> failing(Kind kind) {
        return () -> {
            throw new StoreException(kind, "no luck with wal_005/x");
        };
    }

    @Test
    void whatWorksIsCalledOnce() throws Exception {
        List<Integer> calls = new ArrayList<>();
        Attempt<Boolean, RuntimeException> attempt = () -> calls.add(1);
        assertTrue(retry(DEADLINE, drawing(true)).call("get", attempt));
        assertEquals(1, calls.size());
        assertEquals(List.of(), sleeps);
        assertEquals(List.of(), events);
    }

    @Test
    void waitsDoubleUpToTheLongest() {
        StoreException e = assertThrows(
                StoreException.class, () -> retry(DEADLINE, drawing(true)).call("get of x", failing(Kind.UNAVAILABLE)));
        List<Long> millis = sleeps.stream().map(Duration::toMillis).toList();
        assertEquals(List.of(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 10000L, 10000L, 10000L, 10000L), millis);
        assertEquals(Kind.UNAVAILABLE, e.kind());
        assertEquals("no luck with wal_005/x (tried 12 times in 52.7 s)", e.getMessage());
        assertEquals("no luck with wal_005/x", e.getCause().getCause().getMessage());
    }

    @Test
    void everyWaitIsDrawnFromTheWholeRange() {
        for (int seed = 0; seed < 50; seed++) {
            sleeps.clear();
            assertThrows(
                    StoreException.class,
                    () -> retry(DEADLINE, new SplittableRandom(sleeps.hashCode()))
                            .call("get", failing(Kind.THROTTLED)));
            for (int i = 0; i < sleeps.size(); i++) {
                long most = Math.min(10_000, 100L << Math.min(i, 20));
                assertTrue(sleeps.get(i).toMillis() >= 1 && sleeps.get(i).toMillis() <= most, i + ": " + sleeps.get(i));
            }
            assertTrue(sleeps.stream().mapToLong(Duration::toMillis).sum() <= 60_000);
        }
        sleeps.clear();
        Retry shortest = retry(Duration.ofMillis(100), drawing(false));
        assertThrows(StoreException.class, () -> shortest.call("get", failing(Kind.THROTTLED)));
        assertEquals(100, sleeps.size());
        assertTrue(sleeps.stream().allMatch(Duration.ofMillis(1)::equals));
    }

    @Test
    void theServiceMayAskForMore() throws Exception {
        List<Integer> calls = new ArrayList<>();
        Attempt<String, RuntimeException> attempt = () -> {
            calls.add(1);
            Duration[] asked = {Duration.ofSeconds(17), Duration.ofMillis(3), Duration.ZERO};
            if (calls.size() <= asked.length) {
                throw new StoreException(Kind.THROTTLED, "slow down", null, null, asked[calls.size() - 1]);
            }
            return "done";
        };
        assertEquals("done", retry(DEADLINE, drawing(true)).call("get", attempt));
        assertEquals(List.of(Duration.ofSeconds(17), Duration.ofMillis(200), Duration.ofMillis(400)), sleeps);
    }

    @Test
    void aWaitBeyondTheDeadlineIsNotBegun() {
        StoreException asking =
                new StoreException(Kind.THROTTLED, "slow down", "Buy more.", null, Duration.ofSeconds(61));
        Attempt<String, RuntimeException> attempt = () -> {
            throw asking;
        };
        assertSame(
                asking,
                assertThrows(
                        StoreException.class,
                        () -> retry(DEADLINE, drawing(true)).call("get", attempt)));
        assertEquals(List.of(), sleeps);
    }

    @Test
    void theDeadlineCountsFromTheFirstFailure() throws Exception {
        List<Integer> calls = new ArrayList<>();
        Attempt<String, RuntimeException> attempt = () -> {
            now = now.plus(Duration.ofMinutes(5));
            if (calls.size() < 2) {
                calls.add(1);
                throw new StoreException(Kind.UNAVAILABLE, "reset");
            }
            return "done";
        };
        StoreException e = assertThrows(
                StoreException.class, () -> retry(DEADLINE, drawing(true)).call("get", attempt));
        assertEquals("reset (tried 2 times in 300.1 s)", e.getMessage());
        calls.clear();
        assertEquals("done", retry(Duration.ofMinutes(6), drawing(true)).call("get", attempt));
    }

    @Test
    void whatGaveUpKeepsKindHintAndDelay() {
        Attempt<String, RuntimeException> attempt = () -> {
            throw new StoreException(Kind.THROTTLED, "slow down", "Buy more.", null, Duration.ofSeconds(50));
        };
        StoreException e = assertThrows(
                StoreException.class, () -> retry(DEADLINE, drawing(true)).call("get", attempt));
        assertEquals(Kind.THROTTLED, e.kind());
        assertEquals(Optional.of("Buy more."), e.hint());
        assertEquals(Optional.of(Duration.ofSeconds(50)), e.retryAfter());
        assertEquals("slow down (tried 2 times in 50.0 s)", e.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void onlyPassingFailuresAreRepeated(Kind kind) {
        StoreException e = assertThrows(
                StoreException.class, () -> retry(DEADLINE, drawing(true)).call("get", failing(kind)));
        assertEquals(kind, e.kind());
        assertEquals(kind.retryable(), !sleeps.isEmpty());
        assertEquals(sleeps.size(), events.size());
    }

    @Test
    void zeroMeansOnce() {
        assertThrows(
                StoreException.class, () -> retry(Duration.ZERO, drawing(false)).call("get", failing(Kind.THROTTLED)));
        assertEquals(List.of(), sleeps);
    }

    @Test
    void otherFailuresPassThrough() {
        EOFException eof = new EOFException();
        Attempt<String, RuntimeException> attempt = () -> {
            throw eof;
        };
        assertSame(
                eof,
                assertThrows(
                        IOException.class, () -> retry(DEADLINE, drawing(true)).call("get", attempt)));
        assertEquals(List.of(), sleeps);
    }

    @Test
    void everyRepetitionIsTold() throws Exception {
        List<Integer> calls = new ArrayList<>();
        retry(DEADLINE, drawing(true)).call("get of wal_005/x", () -> {
            calls.add(1);
            return calls.size() < 3 ? failing(Kind.CORRUPT).run() : "done";
        });
        assertEquals(
                List.of(
                        new ArchiveEvent.Retrying(
                                "get of wal_005/x", 1, "no luck with wal_005/x", Duration.ofMillis(100)),
                        new ArchiveEvent.Retrying(
                                "get of wal_005/x", 2, "no luck with wal_005/x", Duration.ofMillis(200))),
                events);
    }

    @Test
    void anInterruptEndsTheWait() {
        Retry retry = new Retry(DEADLINE, event -> {}, drawing(true), () -> now.toNanos(), time -> {
            throw new InterruptedException();
        });
        StoreException e =
                assertThrows(StoreException.class, () -> retry.call("get of wal_005/x", failing(Kind.UNAVAILABLE)));
        assertTrue(Thread.interrupted(), "the flag is set for those above");
        assertEquals(Kind.INTERRUPTED, e.kind());
        assertEquals("interrupted while waiting to repeat: get of wal_005/x", e.getMessage());
    }

    /** The system's clock, but no wait: the flag is set before. */
    @Test
    void anInterruptBeforeTheWaitEndsItToo() {
        Retry retry = new Retry(DEADLINE, event -> Thread.currentThread().interrupt());
        StoreException e = assertThrows(StoreException.class, () -> retry.call("get", failing(Kind.UNAVAILABLE)));
        assertTrue(Thread.interrupted());
        assertEquals(Kind.INTERRUPTED, e.kind());
    }

    /** Use cases repeat a step whose calls of the store are repeated too: giving up is said once, not once a layer. */
    @Test
    void whatGaveUpIsNotTriedAgainByAnOuterRetry() {
        Retry retry = retry(DEADLINE, drawing(true));
        List<Integer> outer = new ArrayList<>();
        StoreException e = assertThrows(
                StoreException.class,
                () -> retry.call("fetch", () -> {
                    outer.add(1);
                    return retry.call("get", failing(Kind.UNAVAILABLE));
                }));
        assertEquals(1, outer.size());
        assertEquals("no luck with wal_005/x (tried 12 times in 52.7 s)", e.getMessage());
        assertTrue(sleeps.stream().reduce(Duration.ZERO, Duration::plus).compareTo(DEADLINE) <= 0, sleeps.toString());
    }
}
