package org.walarchive.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.helpers.NOPLogger;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.MemoryBlobStore;

/** A service that takes two calls at once, and sixteen threads that want more of it. */
@Timeout(60)
final class ThrottlingTest {

    private static final int THREADS = 16;
    private static final int PUTS = 400;
    private static final int AT_ONCE = 2;
    private static final Duration CALL = Duration.ofMillis(100);

    private final VirtualTime time = new VirtualTime();

    /** What a run came to. */
    private record Load(int succeeded, int throttled, Duration elapsed) {}

    @Test
    void fewerCallsAreMadeInsteadOfHammering() throws Exception {
        Load plain = run(store -> store, () -> 0, () -> 0L);
        CallLimit limit = new CallLimit(Duration.ofSeconds(60), time, NOPLogger.NOP_LOGGER);
        Load limited = run(store -> new LimitedStore(store, limit), limit::waiting, limit::queuedNanos);
        String figures = "plain " + plain + ", limited " + limited;
        assertEquals(PUTS, limited.succeeded(), figures);
        assertTrue(limited.throttled() > 0, figures);
        assertTrue(limited.throttled() * 3 < plain.throttled(), figures);
        assertTrue(limited.elapsed().compareTo(plain.elapsed().multipliedBy(2)) < 0, figures);
    }

    private Load run(UnaryOperator<BlobStore> decorator, IntSupplier waiting, LongSupplier queuedNanos)
            throws Exception {
        Throttling service = new Throttling(time);
        Retry retry = new Retry(
                Duration.ofSeconds(60),
                CommandDeadline.none(),
                event -> {},
                new Retry.Surroundings(new Random(1), time, queuedNanos, NOPLogger.NOP_LOGGER));
        BlobStore store = new RetryingStore(decorator.apply(service), retry);
        long begun = time.nanoTime();
        AtomicInteger next = new AtomicInteger();
        AtomicInteger succeeded = new AtomicInteger();
        AtomicInteger running = new AtomicInteger(THREADS);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                workers.add(threads.submit(() -> {
                    try {
                        for (int n = next.getAndIncrement(); n < PUTS; n = next.getAndIncrement()) {
                            store.put("key/" + n, BlobSource.of(new byte[] {1}), PutMode.OVERWRITE);
                            succeeded.incrementAndGet();
                        }
                    } catch (StoreException e) {
                        assertEquals(Kind.THROTTLED, e.kind());
                    } finally {
                        running.decrementAndGet();
                    }
                    return null;
                }));
            }
            time.drive(running::get, waiting);
            for (Future<?> worker : workers) {
                worker.get();
            }
        } finally {
            threads.shutdownNow();
        }
        return new Load(succeeded.get(), service.throttled.get(), Duration.ofNanos(time.nanoTime() - begun));
    }

    /** Time that goes on only when every thread waits, and then as far as the first of them waits. */
    private static final class VirtualTime implements Time {

        private record Sleeper(long until, CountDownLatch woken) {}

        private final List<Sleeper> sleepers = new ArrayList<>();
        private long now;

        @Override
        public synchronized long nanoTime() {
            return now;
        }

        @Override
        public void sleep(Duration time) throws InterruptedException {
            Sleeper sleeper;
            synchronized (this) {
                sleeper = new Sleeper(now + time.toNanos(), new CountDownLatch(1));
                sleepers.add(sleeper);
            }
            sleeper.woken().await();
        }

        @Override
        public Runnable alarm(Duration after, Runnable ring) {
            throw new AssertionError("no command has a deadline here");
        }

        private synchronized int sleeping() {
            return sleepers.size();
        }

        private synchronized void wakeFirst() {
            Sleeper first = sleepers.stream()
                    .min(Comparator.comparingLong(Sleeper::until))
                    .orElseThrow();
            now = first.until();
            sleepers.remove(first);
            first.woken().countDown();
        }

        /** Only this wakes sleepers: asked in this order, the three numbers cannot add up while a thread runs. */
        void drive(IntSupplier running, IntSupplier waiting) {
            for (int all = running.getAsInt(); all > 0; all = running.getAsInt()) {
                if (sleeping() + waiting.getAsInt() == all) {
                    wakeFirst();
                } else {
                    Thread.onSpinWait();
                }
            }
        }
    }

    /** Refuses a call at once when as many as it takes are under way. */
    private static final class Throttling extends ForwardingStore {

        private final Time time;
        private final AtomicInteger underWay = new AtomicInteger();
        private final AtomicInteger throttled = new AtomicInteger();

        Throttling(Time time) {
            super(MemoryBlobStore.create());
            this.time = time;
        }

        @Override
        public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
            try {
                if (underWay.incrementAndGet() > AT_ONCE) {
                    throttled.incrementAndGet();
                    time.sleep(Duration.ofMillis(5));
                    throw new StoreException(Kind.THROTTLED, "slow down: " + key);
                }
                time.sleep(CALL);
                return super.put(key, source, mode);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            } finally {
                underWay.decrementAndGet();
            }
        }
    }
}
