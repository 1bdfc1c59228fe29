package org.walarchive.core.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Holds what any number of threads read to a rate: within any second they read no more than the limit allows for one. It
 * remembers the last second, counts what is being read as read, and what was read from the moment it was there; that alone
 * would allow all of a second's bytes at once, so reads are spread over the second as well. Thread-safe, and fair.
 */
public final class RateLimiter {

    private static final long SECOND = 1_000_000_000;

    /** One read takes no more of a second than this part. */
    private static final int READS_PER_SECOND = 50;

    /** Reads that end so soon after each other are remembered as one. */
    private static final long SLOT_NANOS = 1_000_000;

    /** A read may be so much earlier than its turn, because a sleep costs more than it gains. */
    private static final long EARLY_NANOS = 4_000_000;

    /** How much of what was not used is made up for. */
    private static final long LATE_NANOS = SECOND / 10;

    /** The limit is looked at again after so long. */
    private static final long LONGEST_SLEEP_NANOS = SECOND / 20;

    private final Supplier<OptionalLong> limit;
    private final Time time;

    /** Held while a thread waits: the next one waits behind it. */
    private final ReentrantLock turn = new ReentrantLock(true);

    private final Deque<Slot> lastSecond = new ArrayDeque<>();
    private long readBytes;
    private long beingReadBytes;
    private long nextNanos;

    /** Bytes that were read, and when the last of them was. */
    private static final class Slot {
        private final long beganNanos;
        private long endedNanos;
        private long bytes;

        Slot(long nanos) {
            beganNanos = nanos;
            endedNanos = nanos;
        }
    }

    /**
     * Makes a limiter.
     *
     * @param limit gives the present limit in bytes per second, at least 1; empty for none
     */
    public RateLimiter(Supplier<OptionalLong> limit) {
        this(limit, Time.SYSTEM);
    }

    RateLimiter(Supplier<OptionalLong> limit, Time time) {
        this.limit = limit;
        this.time = time;
        this.nextNanos = time.nanoTime();
    }

    /**
     * Waits until something may be read.
     *
     * @param wanted how many bytes the caller would read, at least 1
     * @return how many it may read, at least 1; to be given to {@link #end} afterwards
     */
    public int begin(int wanted) throws InterruptedException {
        if (limit.get().isEmpty()) {
            return free(wanted); // turns would only make threads wait for each other
        }
        turn.lockInterruptibly();
        try {
            while (true) {
                long wait;
                synchronized (this) {
                    long now = time.nanoTime();
                    forget(now);
                    OptionalLong bytesPerSecond = limit.get();
                    if (bytesPerSecond.isEmpty()) {
                        return free(wanted);
                    }
                    long rate = bytesPerSecond.getAsLong();
                    int size = (int) Math.min(wanted, Math.max(1, rate / READS_PER_SECOND));
                    wait = Math.max(untilTurn(now), untilRoom(now, rate - size));
                    if (wait <= 0) {
                        beingReadBytes += size;
                        long since = nextNanos - (now - LATE_NANOS) < 0 ? now - LATE_NANOS : nextNanos;
                        nextNanos = since + size * SECOND / rate;
                        return size;
                    }
                }
                time.sleep(Duration.ofNanos(Math.min(wait, LONGEST_SLEEP_NANOS)));
            }
        } finally {
            turn.unlock();
        }
    }

    private synchronized int free(int wanted) {
        beingReadBytes += wanted;
        nextNanos = time.nanoTime();
        return wanted;
    }

    /**
     * Tells that a read has ended, however it did.
     *
     * @param allowed what {@link #begin} returned
     * @param read how many of them were read
     */
    public synchronized void end(int allowed, int read) {
        beingReadBytes -= allowed;
        if (read <= 0) {
            return;
        }
        long now = time.nanoTime();
        forget(now);
        Slot last = lastSecond.peekLast();
        if (last == null || now - last.beganNanos >= SLOT_NANOS) {
            last = new Slot(now);
            lastSecond.addLast(last);
        }
        last.endedNanos = now;
        last.bytes += read;
        readBytes += read;
    }

    private void forget(long now) {
        for (Slot first = lastSecond.peekFirst();
                first != null && now - first.endedNanos >= SECOND;
                first = lastSecond.peekFirst()) {
            lastSecond.removeFirst();
            readBytes -= first.bytes;
        }
    }

    private long untilTurn(long now) {
        long wait = nextNanos - now;
        return wait <= EARLY_NANOS ? 0 : wait;
    }

    /** Returns how long it takes until no more than so many bytes are within a second. */
    private long untilRoom(long now, long most) {
        long bytes = readBytes + beingReadBytes;
        if (bytes <= most) {
            return 0;
        }
        for (Slot slot : lastSecond) {
            bytes -= slot.bytes;
            if (bytes <= most) {
                return slot.endedNanos + SECOND - now;
            }
        }
        return SLOT_NANOS; // others are reading; when they end is not known
    }
}
