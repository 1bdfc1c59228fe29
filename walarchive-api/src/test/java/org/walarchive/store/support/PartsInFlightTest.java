package org.walarchive.store.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

@Timeout(60)
final class PartsInFlightTest {

    private static final Duration LONG = Duration.ofSeconds(50);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final PartsInFlight<Integer> parts = new PartsInFlight<>("k", threads);
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    private void left(Exception failure) {
        seen.add("left " + failure.getMessage());
    }

    /** Ends late, whether it is interrupted or not, as a request that is on its way in the network. */
    private int late(CountDownLatch begun, CountDownLatch answer, Duration atMost) {
        begun.countDown();
        Latches.awaitUninterruptibly(answer, atMost);
        seen.add("arrived");
        return 0;
    }

    @Test
    void answersComeInTheOrderOfTheParts() throws StoreException {
        CountDownLatch last = new CountDownLatch(1);
        for (int i = 0; i < 5; i++) {
            int number = i;
            parts.add(1, () -> {
                if (number == 4) {
                    last.countDown();
                }
                last.await();
                return number;
            });
            assertEquals(i + 1, parts.added());
        }
        assertEquals(List.of(0, 1, 2, 3, 4), parts.awaitAll());
        assertEquals(5, parts.added());
        assertEquals(List.of(0, 1, 2, 3, 4), parts.awaitAll());
    }

    @Test
    void partsWaitForRoom() throws StoreException {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        for (int i = 0; i < 40; i++) {
            parts.awaitRoom(10, 35);
            parts.add(10, () -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                Thread.sleep(5);
                return running.decrementAndGet();
            });
        }
        assertEquals(40, parts.awaitAll().size());
        assertTrue(most.get() <= 3 && most.get() > 1, () -> most + " at once");
        parts.awaitRoom(100, 35);
    }

    @Test
    void aFailureOfAPartIsThatOfThePut() {
        parts.add(1, () -> {
            throw new StoreException(Kind.NO_SPACE, "full");
        });
        assertEquals(
                Kind.NO_SPACE,
                assertThrows(StoreException.class, parts::awaitAll).kind());
        parts.cancelAndClean(() -> seen.add("cleaned"), LONG, this::left);
        assertEquals(List.of("cleaned"), seen);
    }

    /** Also the part that is waited for when the interrupt comes: it must not arrive after the cleaning. */
    @Test
    void nothingArrivesAfterTheCleaning() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        parts.add(1, () -> late(begun, new CountDownLatch(1), Duration.ofMillis(300)));
        begun.await();
        Thread.currentThread().interrupt();
        assertEquals(
                Kind.INTERRUPTED,
                assertThrows(StoreException.class, parts::awaitAll).kind());
        parts.cancelAndClean(() -> seen.add("cleaned"), LONG, this::left);
        assertTrue(Thread.interrupted(), "the flag stays");
        assertEquals(List.of("arrived", "cleaned"), seen);
    }

    @Test
    void theCleaningGoesOnWhenTheCallerHasWaitedForLongEnough() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch cleaned = new CountDownLatch(1);
        parts.add(1, () -> late(begun, answer, LONG));
        begun.await();
        parts.cancelAndClean(cleaned::countDown, Duration.ofMillis(20), this::left);
        assertEquals(1, cleaned.getCount());
        answer.countDown();
        cleaned.await();
        assertEquals(List.of("arrived"), seen);
    }

    @Test
    void whatIsLeftIsTold() {
        parts.cancelAndClean(
                () -> {
                    throw new StoreException(Kind.UNAVAILABLE, "no answer");
                },
                LONG,
                this::left);
        AtomicBoolean cleaned = new AtomicBoolean();
        PartsInFlight<Integer> closed = new PartsInFlight<>("k", task -> {
            throw new RejectedExecutionException();
        });
        assertThrows(IllegalStateException.class, () -> closed.add(1, () -> 0));
        assertEquals(0, closed.added());
        closed.cancelAndClean(() -> cleaned.set(true), LONG, this::left);
        assertFalse(cleaned.get());
        assertEquals(List.of("left no answer", "left store was closed while k was put"), seen);
    }

    @Test
    void whatIsAboutToEndIsLet() throws InterruptedException {
        assertEquals(0, interruptedOf(Duration.ofMillis(100), LONG));
        assertEquals(2, interruptedOf(LONG, Duration.ofMillis(100)));
        assertEquals(List.of(), seen);
    }

    /** Ends two parts that take so long, and returns how many of them were interrupted. */
    private int interruptedOf(Duration each, Duration grace) throws InterruptedException {
        PartsInFlight<Integer> both = new PartsInFlight<>("k", threads);
        CountDownLatch begun = new CountDownLatch(2);
        AtomicInteger interrupted = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            both.add(1, () -> {
                begun.countDown();
                try {
                    Thread.sleep(each.toMillis());
                } catch (InterruptedException e) {
                    interrupted.incrementAndGet();
                }
                return 0;
            });
        }
        begun.await();
        both.cancel(grace);
        both.cancel(Duration.ZERO);
        both.cancelAndClean(() -> {}, LONG, this::left);
        return interrupted.get();
    }

    @Test
    void aCleaningThatBreaksIsTold() {
        parts.cancelAndClean(
                () -> {
                    throw new UnsupportedOperationException("broken");
                },
                LONG,
                this::left);
        assertEquals(List.of("left broken"), seen);
    }
}
