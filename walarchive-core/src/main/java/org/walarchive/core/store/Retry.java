package org.walarchive.core.store;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveEvent;
import org.walarchive.store.StoreException;

/**
 * Calls again what failed for a passing reason: exponential back-off with full jitter from {@value #FIRST_WAIT_MILLIS} ms
 * to {@value #LONGEST_WAIT_MILLIS} ms, not before the service's {@code Retry-After}, until a deadline that counts from the
 * first failure. An interrupt ends the waiting at once. Calls may be nested: what an inner one gave up on, the outer one
 * does not begin anew, so that the deadline is not taken several times.
 */
public final class Retry {

    static final long FIRST_WAIT_MILLIS = 100;
    static final long LONGEST_WAIT_MILLIS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Retry.class);

    private final Duration deadline;
    private final Consumer<ArchiveEvent> events;
    private final RandomGenerator random;
    private final LongSupplier nanoTime;
    private final Sleeper sleeper;

    /** Waits. */
    @FunctionalInterface
    interface Sleeper {
        void sleep(Duration time) throws InterruptedException;
    }

    /**
     * What is called.
     *
     * @param <T> what it gives
     * @param <X> a failure of its own, which no repetition mends
     */
    @FunctionalInterface
    public interface Attempt<T, X extends Exception> {
        /** Does it once. */
        T run() throws IOException, X;
    }

    /** Makes a retry that uses the system's clock. */
    public Retry(Duration deadline, Consumer<ArchiveEvent> events) {
        this(
                deadline,
                events,
                RandomGenerator.getDefault(),
                System::nanoTime,
                time -> Thread.sleep(time.toMillis(), time.toNanosPart() % 1_000_000));
    }

    Retry(
            Duration deadline,
            Consumer<ArchiveEvent> events,
            RandomGenerator random,
            LongSupplier nanoTime,
            Sleeper sleeper) {
        this.deadline = deadline;
        this.events = events;
        this.random = random;
        this.nanoTime = nanoTime;
        this.sleeper = sleeper;
    }

    /**
     * Calls until it works, fails for good, or the deadline has passed.
     *
     * @param operation what is called, with the key: for events and messages
     * @throws StoreException the last failure
     * @throws IOException what the attempt throws that is no store's failure; at once
     */
    public <T, X extends Exception> T call(String operation, Attempt<T, X> attempt) throws IOException, X {
        long firstFailure = 0;
        for (int tries = 1; ; tries++) {
            try {
                return attempt.run();
            } catch (StoreException e) {
                long now = nanoTime.getAsLong();
                firstFailure = tries == 1 ? now : firstFailure;
                Duration failing = Duration.ofNanos(now - firstFailure);
                Duration delay = delay(tries, e);
                if (!e.kind().retryable()
                        || e.getCause() instanceof GaveUp
                        || deadline.minus(failing).compareTo(delay) < 0) {
                    throw tries == 1 || e.getCause() instanceof GaveUp ? e : exhausted(e, tries, failing);
                }
                LOG.atWarn()
                        .addKeyValue("attempt", tries)
                        .addKeyValue("wait_ms", delay.toMillis())
                        .log("{} failed and will be tried again: {}", operation, e.getMessage());
                events.accept(new ArchiveEvent.Retrying(operation, tries, String.valueOf(e.getMessage()), delay));
                sleep(operation, delay);
            }
        }
    }

    private Duration delay(int tries, StoreException failure) {
        long most = Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS << Math.min(tries - 1, 20));
        Duration backOff = Duration.ofMillis(random.nextLong(most) + 1);
        Duration asked = failure.retryAfter().orElse(Duration.ZERO);
        return asked.compareTo(backOff) > 0 ? asked : backOff;
    }

    private void sleep(String operation, Duration delay) throws StoreException {
        try {
            sleeper.sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(
                    StoreException.Kind.INTERRUPTED, "interrupted while waiting to repeat: " + operation, null, e);
        }
    }

    private static StoreException exhausted(StoreException last, int tries, Duration failing) {
        return new StoreException(
                last.kind(),
                last.getMessage() + " (tried " + tries + " times in " + failing.toMillis() / 1000.0 + " s)",
                last.hint().orElse(null),
                new GaveUp(last),
                last.retryAfter().orElse(null));
    }

    /** Marks the failure of a call that was repeated. */
    private static final class GaveUp extends Exception {

        private static final long serialVersionUID = 1L;

        GaveUp(StoreException last) {
            super("gave up", last);
        }
    }
}
