package org.walarchive.store.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

@Timeout(60)
final class ParallelRequestsTest {

    private static final List<String> NAMES =
            IntStream.range(0, 100).mapToObj(Integer::toString).toList();

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    @Test
    void eachNameIsSentOnceAndSomeAtOnce() throws StoreException {
        Set<String> sent = new ConcurrentSkipListSet<>();
        CountDownLatch together = new CountDownLatch(16);
        ParallelRequests.send("x was done", NAMES, threads, name -> {
            together.countDown();
            await(together);
            assertTrue(sent.add(name));
        });
        assertEquals(new TreeSet<>(NAMES), sent);
    }

    @Test
    void oneIsSentByTheCallersThread() throws StoreException {
        Thread caller = Thread.currentThread();
        ParallelRequests.send(
                "x was done", List.of("a"), threads, name -> assertEquals(caller, Thread.currentThread()));
        ParallelRequests.send("x was done", List.of(), threads, name -> {
            throw new AssertionError();
        });
    }

    @Test
    void noMoreAreSentAtOnceThanAServiceTakes() throws StoreException {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ParallelRequests.send("x was done", NAMES, 3, threads, name -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            Latches.awaitUninterruptibly(new CountDownLatch(1), Duration.ofMillis(2));
            running.decrementAndGet();
        });
        assertTrue(most.get() <= 3, () -> most + " at once");
        assertThrows(
                IllegalArgumentException.class,
                () -> ParallelRequests.send("x was done", NAMES, 0, threads, name -> {}));
    }

    @Test
    void theFirstFailureEndsItWhenAllHaveEnded() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger sent = new AtomicInteger();
        CountDownLatch together = new CountDownLatch(16);
        CountDownLatch failed = new CountDownLatch(1);
        Executor telling = task -> threads.execute(() -> {
            task.run();
            failed.countDown();
        });
        StoreException failure = assertThrows(
                StoreException.class,
                () -> ParallelRequests.send("x was done", NAMES, telling, name -> {
                    running.incrementAndGet();
                    sent.incrementAndGet();
                    together.countDown();
                    await(together);
                    try {
                        if (name.equals("0")) {
                            throw new StoreException(Kind.ACCESS_DENIED, "no");
                        }
                        await(failed);
                        Thread.sleep(200);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    } finally {
                        running.decrementAndGet();
                    }
                }));
        assertEquals(Kind.ACCESS_DENIED, failure.kind());
        assertEquals(0, running.get());
        assertEquals(16, sent.get());
    }

    @Test
    void anInterruptEndsItAndStays() {
        Thread caller = Thread.currentThread();
        AtomicInteger running = new AtomicInteger();
        StoreException failure = assertThrows(
                StoreException.class,
                () -> ParallelRequests.send("x was done", NAMES, threads, name -> {
                    running.incrementAndGet();
                    caller.interrupt();
                    try {
                        Thread.sleep(10_000);
                    } catch (InterruptedException e) {
                        throw new StoreException(Kind.INTERRUPTED, "interrupted");
                    } finally {
                        running.decrementAndGet();
                    }
                }));
        assertTrue(Thread.interrupted());
        assertEquals(Kind.INTERRUPTED, failure.kind());
        assertEquals("interrupted while x was done", failure.getMessage());
        assertEquals(0, running.get());
    }

    @Test
    void threadsThatRefuseAreAClosedStore() {
        IllegalStateException failure = assertThrows(
                IllegalStateException.class,
                () -> ParallelRequests.send(
                        "x was done",
                        NAMES,
                        task -> {
                            throw new RejectedExecutionException();
                        },
                        name -> {}));
        assertEquals("the store was closed while x was done", failure.getMessage());
    }

    @Test
    void whatWasBegunHasEndedWhenAThreadIsRefused() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger begun = new AtomicInteger();
        assertThrows(
                IllegalStateException.class,
                () -> ParallelRequests.send(
                        "x was done",
                        NAMES,
                        task -> {
                            if (begun.incrementAndGet() > 2) {
                                throw new RejectedExecutionException();
                            }
                            threads.execute(task);
                        },
                        name -> late(running)));
        assertEquals(0, running.get());
    }

    @Test
    void whatWasBegunHasEndedWhenTheSystemHasNoThread() {
        AtomicInteger running = new AtomicInteger();
        StoreException failure = assertThrows(
                StoreException.class,
                () -> ParallelRequests.send(
                        "x was done",
                        NAMES,
                        TestThreads.some(8, threads, TestThreads.refusal()),
                        name -> late(running)));
        assertEquals(0, running.get());
        assertEquals(Kind.UNAVAILABLE, failure.kind());
        assertEquals("no thread could be started while x was done", failure.getMessage());
        assertTrue(failure.hint().orElseThrow().contains("pids.max"));
    }

    @Test
    void whatWasBegunHasEndedWhenTheHeapIsFullWhichStaysAnError() {
        AtomicInteger running = new AtomicInteger();
        OutOfMemoryError full = new OutOfMemoryError("Java heap space");
        assertSame(
                full,
                assertThrows(
                        OutOfMemoryError.class,
                        () -> ParallelRequests.send(
                                "x was done", NAMES, TestThreads.some(8, threads, full), name -> late(running))));
        assertEquals(0, running.get());
    }

    /** Ends late, whether it is interrupted or not. */
    private static void late(AtomicInteger running) {
        running.incrementAndGet();
        Latches.awaitUninterruptibly(new CountDownLatch(1), Duration.ofMillis(200));
        running.decrementAndGet();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
