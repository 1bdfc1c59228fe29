package org.walarchive.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.ArchiveEvent;
import org.walarchive.core.store.Retry.Attempt;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

final class RetryTest {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final List<ArchiveEvent.Retrying> events = new ArrayList<>();
    private final ManualTime time = new ManualTime();
    private final RecordingLogger log = new RecordingLogger();
    private Duration queued = Duration.ZERO;

    private Retry retry(Duration deadline, RandomGenerator random) {
        return new Retry(
                deadline,
                CommandDeadline.none(),
                event -> events.add((ArchiveEvent.Retrying) event),
                new Retry.Surroundings(random, time, () -> queued.toNanos(), log));
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
        assertEquals(List.of(), time.sleeps());
        assertEquals(List.of(), events);
    }

    @Test
    void waitsDoubleUpToTheLongest() {
        StoreException e = assertThrows(
                StoreException.class, () -> retry(DEADLINE, drawing(true)).call("get of x", failing(Kind.UNAVAILABLE)));
        List<Long> millis = time.sleeps().stream().map(Duration::toMillis).toList();
        assertEquals(List.of(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 10000L, 10000L, 10000L, 10000L), millis);
        assertEquals(Kind.UNAVAILABLE, e.kind());
        assertEquals("no luck with wal_005/x (tried 12 times in 52.7 s)", e.getMessage());
        assertEquals("no luck with wal_005/x", e.getCause().getCause().getMessage());
    }

    @Test
    void theShortestWaitIsAMillisecond() {
        Retry shortest = retry(Duration.ofMillis(100), drawing(false));
        assertThrows(StoreException.class, () -> shortest.call("get", failing(Kind.THROTTLED)));
        assertEquals(Collections.nCopies(100, Duration.ofMillis(1)), time.sleeps());
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
        assertEquals(List.of(Duration.ofSeconds(17), Duration.ofMillis(200), Duration.ofMillis(400)), time.sleeps());
    }

    @Test
    void aWaitBeyondTheDeadlineIsNotBegun() {
        Attempt<String, RuntimeException> attempt = () -> {
            throw new StoreException(Kind.THROTTLED, "slow down", "Buy more.", null, Duration.ofSeconds(61));
        };
        StoreException e = assertThrows(
                StoreException.class, () -> retry(DEADLINE, drawing(true)).call("get", attempt));
        assertEquals(
                "slow down (tried once; the service asks to wait 61.0 s, and the retry deadline is 60.0 s)",
                e.getMessage());
        assertEquals(Kind.THROTTLED, e.kind());
        assertEquals(Optional.of("Buy more."), e.hint());
        assertEquals(Optional.of(Duration.ofSeconds(61)), e.retryAfter());
        assertEquals(List.of(), time.sleeps());
    }

    @Test
    void theDeadlineCountsFromTheFirstFailure() throws Exception {
        List<Integer> calls = new ArrayList<>();
        Attempt<String, RuntimeException> attempt = () -> {
            time.advance(Duration.ofMinutes(5));
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
        assertEquals(
                "slow down (tried 2 times in 50.0 s; the service asks to wait 50.0 s, and the retry deadline is 60.0 s)",
                e.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void onlyPassingFailuresAreRepeated(Kind kind) {
        StoreException e = assertThrows(
                StoreException.class, () -> retry(DEADLINE, drawing(true)).call("get", failing(kind)));
        assertEquals(kind, e.kind());
        assertEquals(kind.retryable(), !time.sleeps().isEmpty());
        assertEquals(time.sleeps().size(), events.size());
    }

    @Test
    void zeroMeansOnce() {
        assertThrows(
                StoreException.class, () -> retry(Duration.ZERO, drawing(false)).call("get", failing(Kind.THROTTLED)));
        assertEquals(List.of(), time.sleeps());
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
        assertEquals(List.of(), time.sleeps());
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
        assertEquals(
                List.of(
                        "WARN attempt=1 kind=CORRUPT wait_ms=100 attempt 1 at get of wal_005/x failed and is repeated in"
                                + " 0.1 s: CORRUPT: no luck with wal_005/x",
                        "WARN attempt=2 kind=CORRUPT wait_ms=200 attempt 2 at get of wal_005/x failed and is repeated in"
                                + " 0.2 s: CORRUPT: no luck with wal_005/x"),
                log.lines());
    }

    /** Where the store is throttled, calls wait for each other: that is no failing. */
    @Test
    void waitingForATurnTakesNothingFromTheDeadline() throws Exception {
        List<Integer> calls = new ArrayList<>();
        Attempt<String, RuntimeException> attempt = () -> {
            calls.add(1);
            time.advance(Duration.ofMinutes(9));
            queued = queued.plus(Duration.ofMinutes(9));
            return calls.size() < 4 ? RetryTest.<String>failing(Kind.THROTTLED).run() : "done";
        };
        assertEquals("done", retry(DEADLINE, drawing(true)).call("put", attempt));
    }

    @Test
    void anInterruptEndsTheWait() {
        time.alarm(Duration.ofMillis(50), Thread.currentThread()::interrupt);
        Retry retry = retry(DEADLINE, drawing(true));
        StoreException e =
                assertThrows(StoreException.class, () -> retry.call("get of wal_005/x", failing(Kind.UNAVAILABLE)));
        assertTrue(Thread.interrupted(), "the flag is set for those above");
        assertEquals(Kind.INTERRUPTED, e.kind());
        assertEquals("interrupted while waiting to repeat: get of wal_005/x", e.getMessage());
        assertEquals(1, events.size());
    }

    @Test
    void anInterruptedAttemptIsNotRepeated() {
        Attempt<String, RuntimeException> attempt = () -> {
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.INTERRUPTED, "interrupted");
        };
        StoreException e = assertThrows(
                StoreException.class, () -> retry(DEADLINE, drawing(true)).call("get", attempt));
        assertTrue(Thread.interrupted());
        assertEquals(Kind.INTERRUPTED, e.kind());
        assertEquals(List.of(), events);
    }

    /** The system's clock, but no wait: the flag is set before. */
    @Test
    void anInterruptBeforeTheWaitEndsItToo() {
        Retry retry = new Retry(
                DEADLINE,
                CommandDeadline.none(),
                event -> Thread.currentThread().interrupt(),
                new Retry.Surroundings(drawing(true), Time.SYSTEM, () -> 0, log));
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
        assertTrue(
                time.sleeps().stream().reduce(Duration.ZERO, Duration::plus).compareTo(DEADLINE) <= 0,
                time.sleeps().toString());
    }
}
