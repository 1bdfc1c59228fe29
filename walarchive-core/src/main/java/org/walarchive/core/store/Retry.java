package org.walarchive.core.store;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.walarchive.ArchiveEvent;
import org.walarchive.store.StoreException;

/**
 * Calls again what failed for a passing reason: exponential back-off with full jitter from {@value #FIRST_WAIT_MILLIS} ms
 * to {@value #LONGEST_WAIT_MILLIS} ms, not before the service's {@code Retry-After}, until a deadline that counts from the
 * first failure, and never beyond the command's. An interrupt ends the waiting at once. Calls may be nested: what an inner
 * one gave up on, the outer one does not begin anew, so that the deadline is not taken several times.
 */
public final class Retry {

    static final long FIRST_WAIT_MILLIS = 100;
    static final long LONGEST_WAIT_MILLIS = 10_000;

    private final Duration deadline;
    private final CommandDeadline command;
    private final Consumer<ArchiveEvent> events;
    private final Surroundings surroundings;

    /**
     * What a retry needs besides.
     *
     * @param random draws the waits; from many threads at once
     * @param time the clock
     * @param queuedNanos how long this thread has waited for its turn so far, which is no failing
     * @param log where each repetition is told
     */
    record Surroundings(RandomGenerator random, Time time, LongSupplier queuedNanos, Logger log) {}

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

    Retry(Duration deadline, CommandDeadline command, Consumer<ArchiveEvent> events, Surroundings surroundings) {
        this.deadline = deadline;
        this.command = command;
        this.events = events;
        this.surroundings = surroundings;
    }

    /** Returns a retry for one command. */
    Retry within(CommandDeadline end) {
        return new Retry(deadline, end, events, surroundings);
    }

    /**
     * Calls until it works, fails for good, or a deadline has passed.
     *
     * @param operation what is called, with the key: for events and messages
     * @throws StoreException the last failure
     * @throws IOException what the attempt throws that is no store's failure; at once
     */
    public <T, X extends Exception> T call(String operation, Attempt<T, X> attempt) throws IOException, X {
        long firstFailure = 0;
        for (int tries = 1; ; tries++) {
            requireTime(operation);
            try {
                return attempt.run();
            } catch (StoreException e) {
                if (e.getCause() instanceof GaveUp) {
                    throw e;
                }
                long now = surroundings.time().nanoTime()
                        - surroundings.queuedNanos().getAsLong();
                firstFailure = tries == 1 ? now : firstFailure;
                Failing failing = new Failing(e, tries, Duration.ofNanos(now - firstFailure));
                Duration delay = delay(failing);
                tell(operation, failing, delay);
                sleep(operation, delay);
            }
        }
    }

    /**
     * Fails if the command's time is over, so that what is said of the store is not said too late.
     *
     * @param operation what would be done, with the key
     */
    public void requireTime(String operation) throws StoreException {
        Duration left = command.remaining();
        if (left.isNegative() || left.isZero()) {
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE,
                    command.describe() + " has passed before the " + operation
                            + command.lastFailure().map(last -> "; " + last).orElse(""),
                    CommandDeadline.HINT,
                    new GaveUp(null));
        }
    }

    /** A failure of an operation that is being repeated. */
    private record Failing(StoreException last, int tries, Duration time) {}

    /** Returns how long to wait. */
    private Duration delay(Failing failing) throws StoreException {
        StoreException last = failing.last();
        if (!last.kind().retryable()) {
            throw failing.tries() == 1 ? last : gaveUp(failing, "", last.hint());
        }
        command.note(last);
        long most = Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS << Math.min(failing.tries() - 1, 20));
        Duration backOff = Duration.ofMillis(surroundings.random().nextLong(most) + 1);
        Duration asked = last.retryAfter().orElse(Duration.ZERO);
        Duration delay = asked.compareTo(backOff) > 0 ? asked : backOff;
        if (command.remaining().compareTo(delay) < 0) {
            throw gaveUp(
                    failing,
                    "; " + command.describe() + " leaves no time for a wait of " + seconds(delay),
                    Optional.of(CommandDeadline.hint(Optional.of(last))));
        }
        if (deadline.minus(failing.time()).compareTo(delay) < 0) {
            boolean because = delay.equals(asked);
            if (failing.tries() == 1 && !because) {
                throw last;
            }
            String reason =
                    "; the service asks to wait " + seconds(asked) + ", and the retry deadline is " + seconds(deadline);
            throw gaveUp(failing, because ? reason : "", last.hint());
        }
        return delay;
    }

    private void tell(String operation, Failing failing, Duration delay) {
        StoreException last = failing.last();
        surroundings
                .log()
                .atWarn()
                .addKeyValue("attempt", failing.tries())
                .addKeyValue("kind", last.kind())
                .addKeyValue("wait_ms", delay.toMillis())
                .log(
                        "attempt {} at {} failed and is repeated in {}: {}: {}",
                        failing.tries(),
                        operation,
                        seconds(delay),
                        last.kind(),
                        last.getMessage());
        events.accept(new ArchiveEvent.Retrying(operation, failing.tries(), String.valueOf(last.getMessage()), delay));
    }

    private void sleep(String operation, Duration delay) throws StoreException {
        try {
            surroundings.time().sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(
                    StoreException.Kind.INTERRUPTED, "interrupted while waiting to repeat: " + operation, null, e);
        }
    }

    private static StoreException gaveUp(Failing failing, String reason, Optional<String> hint) {
        StoreException last = failing.last();
        String tried = failing.tries() == 1
                ? "tried once"
                : "tried " + failing.tries() + " times in " + seconds(failing.time());
        return new StoreException(
                last.kind(),
                last.getMessage() + " (" + tried + reason + ")",
                hint.orElse(null),
                new GaveUp(last),
                last.retryAfter().orElse(null));
    }

    static String seconds(Duration time) {
        return time.toMillis() / 1000.0 + " s";
    }

    /** Marks the failure of a call that is not to be repeated by an outer one either. */
    private static final class GaveUp extends Exception {

        private static final long serialVersionUID = 1L;

        GaveUp(@Nullable StoreException last) {
            super("gave up", last);
        }
    }
}
