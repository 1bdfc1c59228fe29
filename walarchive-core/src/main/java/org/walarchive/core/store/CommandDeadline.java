package org.walarchive.core.store;

import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveException;
import org.walarchive.StoreAccessException;
import org.walarchive.store.StoreException;

/**
 * When one command has to end. The thread that runs it is interrupted then, and ends what it began, its other threads
 * included, just as when the user interrupts it; only the failure that is reported is another one. {@link #lift} is for
 * what has to be done however late it is.
 */
public final class CommandDeadline {

    static final String HINT = "Does the command need more time than WALARCHIVE_COMMAND_DEADLINE gives it?";

    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final Duration limit;
    private final Time time;
    private final long begun;
    private boolean lifted;
    private boolean passed;
    private @Nullable StoreException lastFailure;
    private long failedAt;

    /**
     * What runs under a deadline.
     *
     * @param <T> what it gives
     */
    @FunctionalInterface
    interface Command<T> {
        /** Runs it. */
        T run() throws ArchiveException, InterruptedException;
    }

    private CommandDeadline(Duration limit, Time time) {
        this.limit = limit;
        this.time = time;
        this.begun = time.nanoTime();
    }

    /** Begins a command that may take as long as it likes. */
    static CommandDeadline none() {
        return new CommandDeadline(FOR_EVER, Time.SYSTEM);
    }

    /** Begins a command that has so much time from now on. */
    static CommandDeadline in(Duration limit, Time time) {
        return new CommandDeadline(limit, time);
    }

    /**
     * Runs the command in this thread.
     *
     * @param doing what it does: lower case, no full stop
     * @throws StoreAccessException if it was ended because its time was over; the thread's interrupt flag is not set then
     */
    <T> T run(String doing, Command<T> command) throws ArchiveException, InterruptedException {
        Thread worker = Thread.currentThread();
        Runnable cancel = time.alarm(remaining(), () -> ring(worker));
        try {
            return command.run();
        } catch (InterruptedException e) {
            if (passed()) {
                throw failure(doing, e);
            }
            throw e;
        } catch (ArchiveException e) {
            throw passed() && isInterrupt(e) ? failure(doing, e) : e;
        } finally {
            lift();
            cancel.run();
            if (passed()) {
                Thread.interrupted();
            }
        }
    }

    private synchronized void ring(Thread worker) {
        if (!lifted) {
            passed = true;
            worker.interrupt();
        }
    }

    /**
     * Takes the deadline away: what follows is not interrupted by it, and may be tried again beyond it. For what a failed
     * command has to undo, and for when all is done.
     */
    public synchronized void lift() {
        lifted = true;
    }

    /** Returns how much time is left; nothing or less when it is over. */
    synchronized Duration remaining() {
        return lifted ? FOR_EVER : limit.minusNanos(time.nanoTime() - begun);
    }

    /** Tells whether the command was interrupted because its time was over. */
    private synchronized boolean passed() {
        return passed;
    }

    /** Remembers a failure, for the message when the time is over. */
    synchronized void note(StoreException failure) {
        lastFailure = failure;
        failedAt = time.nanoTime();
    }

    /** Returns the last failure that was noted, and when, as a phrase. */
    synchronized Optional<String> lastFailure() {
        return Optional.ofNullable(lastFailure)
                .map(failure -> "the last failure of the store, "
                        + Retry.seconds(Duration.ofNanos(time.nanoTime() - failedAt)) + " before, was "
                        + failure.kind() + ": " + failure.getMessage());
    }

    /** Returns the deadline as a phrase. */
    String describe() {
        return "the command deadline of " + Retry.seconds(limit);
    }

    private synchronized StoreAccessException failure(String doing, Exception interrupt) {
        Optional<StoreException> last = Optional.ofNullable(lastFailure);
        return new StoreAccessException(
                doing + " did not end within " + describe(),
                new StoreException(
                        last.map(StoreException::kind).orElse(StoreException.Kind.UNAVAILABLE),
                        lastFailure().orElse("no call of the store had failed until then"),
                        hint(last),
                        interrupt));
    }

    /** What the store advises, if it failed, comes first. */
    static String hint(Optional<StoreException> failure) {
        return failure.flatMap(StoreException::hint).map(hint -> hint + " ").orElse("") + HINT;
    }

    /** Not every layer has a failure of its own for an interrupt. */
    private static boolean isInterrupt(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof InterruptedException
                    || t instanceof InterruptedIOException
                    || t instanceof ClosedByInterruptException
                    || t instanceof StoreException e && e.kind() == StoreException.Kind.INTERRUPTED) {
                return true;
            }
        }
        return false;
    }
}
