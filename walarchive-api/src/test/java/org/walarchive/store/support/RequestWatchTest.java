package org.walarchive.store.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

@Timeout(20)
final class RequestWatchTest {

    private final List<Thread> started = new CopyOnWriteArrayList<>();
    private final RequestWatch watch = new RequestWatch(this::thread);
    private OutOfMemoryError refusal = TestThreads.refusal();
    private int refused;

    @AfterEach
    void close() {
        watch.close();
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "watch") {
            @Override
            public synchronized void start() {
                if (refused > 0) {
                    refused--;
                    throw refusal;
                }
                started.add(this);
                super.start();
            }
        };
        thread.setUncaughtExceptionHandler((ended, failure) -> {});
        return thread;
    }

    /** Counts how often it is looked at, down to nothing, and that it was aborted. */
    private static class Watched implements RequestWatch.Request {

        final CountDownLatch looks = new CountDownLatch(2);
        final CountDownLatch aborted = new CountDownLatch(1);

        @Override
        public void abortIfDue(long nanoTime) {
            looks.countDown();
        }

        @Override
        public void abort() {
            aborted.countDown();
        }
    }

    @Test
    void requestsAreLookedAtAgainAndAgainByOneThread() throws Exception {
        Watched first = new Watched();
        Watched second = new Watched();
        watch.add(first);
        watch.add(second);
        first.looks.await();
        second.looks.await();
        watch.remove(first);
        watch.close();
        second.aborted.await();
        assertEquals(1, first.aborted.getCount());
        assertEquals(1, started.size());
    }

    @Test
    void aThreadThatIsRefusedFailsItsRequestAndNoOther() throws Exception {
        refused = 1;
        Watched unwatched = new Watched();
        StoreException failure = assertThrows(StoreException.class, () -> watch.add(unwatched));
        assertEquals(Kind.UNAVAILABLE, failure.kind());
        assertEquals("no thread could be started that watches requests", failure.getMessage());
        assertTrue(failure.hint().orElseThrow().contains("pids.max"));
        Watched next = new Watched();
        watch.add(next);
        next.looks.await();
        watch.close();
        next.aborted.await();
        assertEquals(1, unwatched.aborted.getCount(), "it was never sent");
        assertEquals(2, unwatched.looks.getCount());
    }

    @Test
    void aFullHeapStaysAnError() throws Exception {
        refused = 1;
        refusal = new OutOfMemoryError("Java heap space");
        assertSame(refusal, assertThrows(OutOfMemoryError.class, () -> watch.add(new Watched())));
        Watched next = new Watched();
        watch.add(next);
        next.looks.await();
    }

    @Test
    void whatARequestThrowsIsLoggedOnceAndKeepsNoOtherFromBeingLookedAt() throws Exception {
        List<String> logged = new CopyOnWriteArrayList<>();
        Logger logger = Logger.getLogger(RequestWatch.class.getName());
        logger.setFilter(record -> {
            logged.add(record.getMessage() + ": " + record.getThrown());
            return false;
        });
        for (Throwable failure : List.of(new IllegalStateException("a test"), new LinkageError("a test"))) {
            Watched throwing = new Watched() {
                @Override
                public void abortIfDue(long nanoTime) {
                    super.abortIfDue(nanoTime);
                    if (failure instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) failure;
                }
            };
            Watched other = new Watched();
            watch.add(throwing);
            watch.add(other);
            throwing.looks.await();
            other.looks.await();
        }
        logger.setFilter(null);
        assertEquals(1, started.size());
        assertEquals(List.of("a request could not be looked after: java.lang.IllegalStateException: a test"), logged);
    }

    @Test
    void anInterruptEndsNoWatching() throws Exception {
        Watched request = new Watched();
        watch.add(request);
        started.get(0).interrupt();
        request.looks.await();
        assertEquals(1, started.size());
    }

    /** Where the watch itself breaks, the next request starts another thread. */
    @Test
    void aWatchThatBrokeIsStartedAgain() throws Exception {
        Watched breaking = new Watched() {
            @Override
            public int hashCode() {
                if (Thread.currentThread().getName().equals("watch")) {
                    throw new OutOfMemoryError("Java heap space");
                }
                return 1;
            }

            @Override
            public boolean equals(Object other) {
                return this == other;
            }
        };
        watch.add(breaking);
        started.get(0).join();
        watch.remove(breaking);
        Watched next = new Watched();
        watch.add(next);
        next.looks.await();
        assertEquals(2, started.size());
    }

    @Test
    void aClosedWatchStartsNothing() throws Exception {
        watch.close();
        watch.add(new Watched());
        assertEquals(List.of(), started);
    }
}
