package org.walarchive.store.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.store.BlobSource;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

@Timeout(60)
final class PartsInFlightTest {

    private static final Duration LONG = Duration.ofSeconds(50);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final PartsInFlight<Integer> parts =
            new PartsInFlight<>("k", threads, () -> seen.add("cleaned"), this::left);

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    private void left(Exception failure) {
        seen.add("left " + failure.getMessage());
    }

    /** Ends late, whether it is interrupted or not, as a request that is on its way in the network. */
    private int late(CountDownLatch begun) {
        return late(begun, new CountDownLatch(1), Duration.ofMillis(300));
    }

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
    void aFailureOfAPartIsThatOfThePut() throws StoreException {
        parts.add(1, () -> {
            throw new StoreException(Kind.NO_SPACE, "full");
        });
        assertEquals(
                Kind.NO_SPACE,
                assertThrows(StoreException.class, parts::awaitAll).kind());
        parts.close();
        assertEquals(List.of("cleaned"), seen);
    }

    /** As the package's Javadoc shows a put. */
    @Test
    void aPutWhoseSourceFailsHasNoPartUnderWayAndNoneThere() {
        CountDownLatch begun = new CountDownLatch(2);
        IOException failure = assertThrows(IOException.class, () -> {
            try (PartsInFlight<Integer> inFlight = parts) {
                try (PartReader reader = new PartReader("k", new Breaking(begun))) {
                    while (!reader.ended()) {
                        inFlight.awaitRoom(10, 30);
                        PartBuffer part = reader.next(10);
                        inFlight.add(part.size(), () -> late(begun));
                    }
                }
                inFlight.awaitAll();
            }
        });
        assertEquals("the source broke", failure.getMessage());
        assertEquals(List.of("arrived", "arrived", "cleaned"), seen);
    }

    /** A source of two parts of 10 bytes, which breaks when they are being sent. */
    private record Breaking(CountDownLatch begun) implements BlobSource {

        @Override
        public InputStream open() {
            return new SequenceInputStream(new ByteArrayInputStream(new byte[20]), new InputStream() {
                @Override
                public int read() throws IOException {
                    Latches.awaitUninterruptibly(begun, Duration.ofSeconds(10));
                    throw new IOException("the source broke");
                }
            });
        }

        @Override
        public OptionalLong sizeBytes() {
            return OptionalLong.empty();
        }
    }

    @Test
    void whatIsAllThereIsLeftByClosingAndRemovedByDiscarding() throws StoreException {
        parts.add(1, () -> 0);
        parts.awaitAll();
        parts.close();
        assertEquals(List.of(), seen);
        parts.discard();
        parts.discard();
        parts.close();
        assertEquals(List.of("cleaned"), seen);
    }

    @Test
    void aPartAfterAllWereThereIsUnderWayAgain() throws StoreException {
        parts.awaitAll();
        parts.add(1, () -> 0);
        parts.close();
        assertEquals(List.of("cleaned"), seen);
    }

    /** Also the part that is waited for when the interrupt comes: it must not arrive after the cleaning. */
    @Test
    void nothingArrivesAfterTheCleaning() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        parts.add(1, () -> late(begun));
        begun.await();
        Thread.currentThread().interrupt();
        assertEquals(
                Kind.INTERRUPTED,
                assertThrows(StoreException.class, parts::awaitAll).kind());
        parts.close();
        assertTrue(Thread.interrupted(), "the flag stays");
        assertEquals(List.of("arrived", "cleaned"), seen);
    }

    @Test
    void theCleaningGoesOnWhenTheCallerHasWaitedForLongEnough() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch cleaned = new CountDownLatch(1);
        PartsInFlight<Integer> impatient =
                new PartsInFlight<>("k", threads, cleaned::countDown, this::left, Duration.ofMillis(20));
        impatient.add(1, () -> late(begun, answer, LONG));
        begun.await();
        impatient.close();
        assertEquals(1, cleaned.getCount());
        answer.countDown();
        cleaned.await();
        assertEquals(List.of("arrived"), seen);
    }

    private PartsInFlight<Integer> cleanedBy(PartsInFlight.Cleaning cleaning) {
        return new PartsInFlight<>("k", threads, cleaning, this::left);
    }

    @Test
    void whatIsLeftIsTold() {
        cleanedBy(() -> {
                    throw new StoreException(Kind.UNAVAILABLE, "no answer");
                })
                .close();
        cleanedBy(() -> {
                    throw new UnsupportedOperationException("broken");
                })
                .close();
        assertEquals(List.of("left no answer", "left broken"), seen);
    }

    @Test
    void anErrorOfTheCleaningIsToldAndStaysOne() throws InterruptedException {
        CountDownLatch surfaced = new CountDownLatch(1);
        PartsInFlight<Integer> breaking = new PartsInFlight<>(
                "k",
                task -> {
                    Thread thread = new Thread(task);
                    thread.setUncaughtExceptionHandler((ended, failure) -> surfaced.countDown());
                    thread.start();
                },
                () -> {
                    throw new OutOfMemoryError("Java heap space");
                },
                this::left);
        breaking.close();
        surfaced.await();
        assertEquals(List.of("left parts of k were not removed: java.lang.OutOfMemoryError: Java heap space"), seen);
    }

    @Test
    void aClosedStoreTakesNoPartAndRemovesNone() {
        PartsInFlight<Integer> closed = refusedBy(task -> {
            throw new RejectedExecutionException();
        });
        assertThrows(IllegalStateException.class, () -> closed.add(1, () -> 0));
        assertEquals(0, closed.added());
        closed.close();
        assertEquals(List.of("left the store was closed while k was put"), seen);
    }

    private PartsInFlight<Integer> refusedBy(Executor executor) {
        return new PartsInFlight<>("k", executor, () -> seen.add("cleaned"), this::left);
    }

    /** The put fails with what can be tried again, and not by what its closing throws; nothing of it is under way then. */
    @Test
    void aSystemWithoutThreadsTakesNoPartAndWhatIsLeftIsTold() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        StoreException failure = assertThrows(StoreException.class, () -> {
            try (PartsInFlight<Integer> refused = refusedBy(TestThreads.some(1, threads, TestThreads.refusal()))) {
                refused.add(1, () -> late(begun));
                begun.await();
                refused.add(1, () -> 0);
            }
        });
        assertEquals(Kind.UNAVAILABLE, failure.kind());
        assertEquals("no thread could be started while k was put", failure.getMessage());
        assertEquals(0, failure.getSuppressed().length);
        assertEquals(List.of("left no thread could be started while k was put", "arrived"), seen);
    }

    @Test
    void aFullHeapStaysAnError() {
        OutOfMemoryError full = new OutOfMemoryError("Java heap space");
        PartsInFlight<Integer> without = refusedBy(TestThreads.some(0, threads, full));
        assertSame(full, assertThrows(OutOfMemoryError.class, () -> without.add(1, () -> 0)));
        assertSame(full, assertThrows(OutOfMemoryError.class, without::close));
    }

    @Test
    void whatIsAboutToEndIsLetWhereTheServiceForgetsParts() throws Exception {
        assertEquals(0, interruptedOf(Duration.ofMillis(100), LONG));
        assertEquals(2, interruptedOf(LONG, Duration.ofMillis(100)));
        assertEquals(List.of(), seen);
    }

    /** Closes over two parts that take so long, and returns how many of them were interrupted. */
    private int interruptedOf(Duration each, Duration grace) throws Exception {
        PartsInFlight<Integer> forgotten = new PartsInFlight<>("k", threads, null, this::left, grace);
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch ended = new CountDownLatch(2);
        AtomicInteger interrupted = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            forgotten.add(1, () -> {
                begun.countDown();
                try {
                    Thread.sleep(each.toMillis());
                } catch (InterruptedException e) {
                    interrupted.incrementAndGet();
                }
                ended.countDown();
                return 0;
            });
        }
        begun.await();
        forgotten.close();
        forgotten.close();
        ended.await();
        return interrupted.get();
    }
}
