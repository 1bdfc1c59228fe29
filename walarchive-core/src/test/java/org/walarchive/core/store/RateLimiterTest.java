package org.walarchive.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

final class RateLimiterTest {

    private static final long SECOND = 1_000_000_000;
    private static final int BUFFER = 256 * 1024;

    /** When bytes were read. */
    private record Read(long nanos, long bytes) {}

    private final ManualTime time = new ManualTime();
    private final List<Read> reads = new ArrayList<>();

    @Property(tries = 40)
    void noSecondHasMoreThanTheLimitAndAllOfItIsUsed(
            @ForAll @LongRange(min = 1, max = 2_000_000_000) long limit, @ForAll long seed)
            throws InterruptedException {
        reads.clear(); // of the try before
        RateLimiter limiter = new RateLimiter(() -> OptionalLong.of(limit), time);
        Random random = new Random(seed);
        long begun = time.nanoTime();
        long total = 0;
        while (time.nanoTime() - begun < 5 * SECOND) {
            int wanted = random.nextInt(3) == 0 ? 1 + random.nextInt(9000) : BUFFER;
            total += read(limiter, wanted, random.nextInt(200_000));
        }
        assertNoSecondAbove(limit);
        // what the fastest reader here can do at all is a buffer in 0.1 ms
        double fastest = BUFFER * 1e4 / 4;
        assertTrue(total >= 0.98 * 5 * Math.min(limit, fastest) - limit / 50.0 - 1, total + " of " + 5 * limit);
    }

    @Property(tries = 30)
    void readsThatOverlapAndStallAreWithinTheLimitToo(
            @ForAll @LongRange(min = 1000, max = 50_000_000) long limit,
            @ForAll @IntRange(min = 2, max = 6) int readers,
            @ForAll long seed)
            throws InterruptedException {
        reads.clear(); // of the try before
        RateLimiter limiter = new RateLimiter(() -> OptionalLong.of(limit), time);
        Random random = new Random(seed);
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            // one reader less than could block all: a wait is only for reads that end
            if (open.size() < readers && (open.isEmpty() || random.nextBoolean()) && sum(open) < limit / 2) {
                open.add(limiter.begin(1 + random.nextInt(BUFFER)));
            } else {
                int allowed = open.remove(random.nextInt(open.size()));
                int read = random.nextInt(allowed + 1);
                reads.add(new Read(time.nanoTime(), read));
                time.advance(Duration.ofNanos(random.nextInt(30) == 0 ? SECOND / 3 : random.nextInt(3_000_000)));
                limiter.end(allowed, read);
            }
        }
        assertNoSecondAbove(limit);
    }

    @Example
    void aBreakIsNotMadeUpForBeyondTheLimit() throws InterruptedException {
        RateLimiter limiter = new RateLimiter(() -> OptionalLong.of(1_000_000), time);
        readFor(limiter, 2 * SECOND);
        time.advance(Duration.ofMinutes(5));
        readFor(limiter, 3 * SECOND);
        assertNoSecondAbove(1_000_000);
    }

    @Example
    void theLimitCanBeChangedAndLiftedWhileItRuns() throws InterruptedException {
        AtomicReference<OptionalLong> limit = new AtomicReference<>(OptionalLong.of(10_000));
        RateLimiter limiter = new RateLimiter(limit::get, time);
        readFor(limiter, 2 * SECOND);
        limit.set(OptionalLong.of(10_000_000));
        assertTrue(readFor(limiter, 2 * SECOND) > 19_000_000);
        limit.set(OptionalLong.empty());
        assertEquals(BUFFER, limiter.begin(BUFFER));
        limiter.end(BUFFER, BUFFER);
        limit.set(OptionalLong.of(1_000_000));
        reads.clear();
        readFor(limiter, 3 * SECOND);
        assertNoSecondAbove(1_000_000);
    }

    @Example
    void aChangeIsSeenWithinATenthOfASecond() throws InterruptedException {
        AtomicReference<Duration> liftedAt = new AtomicReference<>(Duration.ofDays(1));
        RateLimiter limiter = new RateLimiter(
                () -> time.elapsed().compareTo(liftedAt.get()) < 0 ? OptionalLong.of(1) : OptionalLong.empty(), time);
        limiter.end(limiter.begin(1), 1);
        Duration before = time.elapsed();
        liftedAt.set(before.plusMillis(1));
        limiter.begin(1);
        assertTrue(time.elapsed().minus(before).compareTo(Duration.ofMillis(100)) <= 0);
    }

    @Example
    void aRealClockAndThreadsAgree() throws InterruptedException {
        long limit = 20_000_000;
        RateLimiter limiter = new RateLimiter(() -> OptionalLong.of(limit));
        AtomicLong left = new AtomicLong(limit * 3 / 2);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        for (int i = 0; i < 3; i++) {
            threads.submit(() -> {
                while (left.get() > 0) {
                    int allowed = limiter.begin(BUFFER);
                    left.addAndGet(-allowed);
                    Read read = new Read(System.nanoTime(), allowed);
                    synchronized (reads) {
                        reads.add(read);
                    }
                    limiter.end(allowed, allowed);
                }
                return null;
            });
        }
        threads.shutdown();
        assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS));
        reads.sort((a, b) -> Long.compare(a.nanos(), b.nanos()));
        assertNoSecondAbove(limit);
        assertTrue(reads.stream().mapToLong(Read::bytes).sum() >= limit * 3 / 2);
    }

    private long readFor(RateLimiter limiter, long nanos) throws InterruptedException {
        long begun = time.nanoTime();
        long total = 0;
        while (time.nanoTime() - begun < nanos) {
            total += read(limiter, BUFFER, 50_000);
        }
        return total;
    }

    private long read(RateLimiter limiter, int wanted, int nanos) throws InterruptedException {
        int allowed = limiter.begin(wanted);
        assertTrue(allowed >= 1 && allowed <= wanted);
        reads.add(new Read(time.nanoTime(), allowed));
        time.advance(Duration.ofNanos(nanos));
        limiter.end(allowed, allowed);
        return allowed;
    }

    private void assertNoSecondAbove(long limit) {
        int first = 0;
        long sum = 0;
        for (Read last : reads) {
            sum += last.bytes();
            while (last.nanos() - reads.get(first).nanos() >= SECOND) {
                sum -= reads.get(first++).bytes();
            }
            assertTrue(sum <= limit, sum + " bytes in a second, and the limit is " + limit);
        }
    }

    private static long sum(List<Integer> numbers) {
        return numbers.stream().mapToLong(Integer::longValue).sum();
    }
}
