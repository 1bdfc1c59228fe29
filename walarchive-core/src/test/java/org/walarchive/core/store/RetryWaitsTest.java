package org.walarchive.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.slf4j.helpers.NOPLogger;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** How long a retry waits, whatever is drawn and whatever the service asks. */
final class RetryWaitsTest {

    private static Retry retry(Duration deadline, long seed, ManualTime time) {
        return new Retry(
                deadline,
                CommandDeadline.none(),
                event -> {},
                new Retry.Surroundings(new SplittableRandom(seed), time, () -> 0, NOPLogger.NOP_LOGGER));
    }

    private static long bound(int attempt) {
        return Math.min(10_000, 100L << Math.min(attempt, 20));
    }

    /** Returns the waits of a call that is throttled so many times before it works. */
    private static List<Duration> waits(long seed, List<Integer> askedSeconds) throws IOException {
        ManualTime time = new ManualTime();
        int[] calls = {0};
        String result = retry(Duration.ofHours(1), seed, time).call("get", () -> {
            if (calls[0] < askedSeconds.size()) {
                Duration wait = Duration.ofSeconds(askedSeconds.get(calls[0]++));
                throw new StoreException(Kind.THROTTLED, "slow down", null, null, wait);
            }
            return "done";
        });
        assertEquals("done", result);
        return time.sleeps();
    }

    @Property(tries = 200)
    void everyWaitIsWithinItsBoundAndAllAreWithinTheDeadline(
            @ForAll long seed, @ForAll @IntRange(max = 300) int seconds) {
        Duration deadline = Duration.ofSeconds(seconds);
        ManualTime time = new ManualTime();
        assertThrows(
                StoreException.class,
                () -> retry(deadline, seed, time).call("get", () -> {
                    throw new StoreException(Kind.UNAVAILABLE, "reset");
                }));
        List<Duration> sleeps = time.sleeps();
        for (int i = 0; i < sleeps.size(); i++) {
            long millis = sleeps.get(i).toMillis();
            assertTrue(millis >= 1 && millis <= bound(i), i + ": " + sleeps);
        }
        assertTrue(time.elapsed().compareTo(deadline) <= 0, time.elapsed()::toString);
        assertTrue(
                time.elapsed().toMillis() + bound(sleeps.size()) > deadline.toMillis(),
                "given up before the deadline could be passed: " + sleeps);
    }

    @Property(tries = 200)
    void noWaitIsShorterThanTheServiceAsks(
            @ForAll long seed, @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 20) Integer> asked)
            throws IOException {
        List<Duration> sleeps = waits(seed, asked);
        assertEquals(asked.size(), sleeps.size());
        for (int i = 0; i < asked.size(); i++) {
            Duration least = Duration.ofSeconds(asked.get(i));
            Duration wait = sleeps.get(i);
            assertTrue(wait.compareTo(least) >= 0, asked + ": " + sleeps);
            assertTrue(wait.equals(least) || wait.toMillis() <= bound(i), asked + ": " + sleeps);
        }
    }

    /** Full jitter: a short wait is as likely as a long one, so that clients that failed together do not come together. */
    @Example
    void waitsAreDrawnEvenly() throws IOException {
        int[] quarters = new int[4];
        for (int seed = 0; seed < 2000; seed++) {
            Duration eighth = waits(seed, Collections.nCopies(8, 0)).get(7);
            quarters[(int) ((eighth.toMillis() - 1) * 4 / bound(7))]++;
        }
        for (int quarter : quarters) {
            assertTrue(quarter > 400 && quarter < 600, Arrays.toString(quarters));
        }
    }
}
