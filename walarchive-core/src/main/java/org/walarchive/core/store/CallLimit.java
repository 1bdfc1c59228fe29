package org.walarchive.core.store;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;

/**
 * How many calls of a store may be under way at once. There is no limit until the service throttles; then half of what was
 * under way, and half again each time a call that began under the present limit is throttled. A burst of throttled calls
 * thus counts once. Calls that are answered raise the limit by one at a time, until it is beyond what there was when it all
 * began, and falls away.
 *
 * <p>When the service says how long to wait, no call begins before. In all, a call waits no longer than a bound and begins
 * then all the same: neither a wrong answer of the service nor an upload that takes an hour may keep WAL from being
 * archived, and no call can wait for one that never ends.
 */
final class CallLimit {

    /** How many answered calls, for each call that may be under way, raise the limit by one. */
    static final int ANSWERS_PER_STEP = 4;

    private static final int NONE = Integer.MAX_VALUE;

    private final Duration longestWait;
    private final Time time;
    private final Logger log;

    /** Fair, so that no call is overtaken without end. */
    private final ReentrantLock lock = new ReentrantLock(true);

    private final Condition turn = lock.newCondition();
    private final ThreadLocal<Long> queuedNanos = ThreadLocal.withInitial(() -> 0L);

    private int limit = NONE;
    private int underWay;
    private int round;
    private int answers;
    private int usual;
    private Duration hold = Duration.ZERO;
    private long heldSince;

    /** How a call ended. */
    enum Outcome {
        /** With a result, or with a refusal that has nothing to do with load. */
        ANSWERED,
        /** The service asked to slow down. */
        THROTTLED,
        /** Nothing is known of the service. */
        FAILED
    }

    /**
     * A call that is under way.
     *
     * @param round under which limit it began, counted from 0
     * @param atOnce how many calls were under way when it began, itself included
     */
    record Call(int round, int atOnce) {}

    CallLimit(Duration longestWait, Time time, Logger log) {
        this.longestWait = longestWait;
        this.time = time;
        this.log = log;
        this.heldSince = time.nanoTime();
    }

    /** Waits until a call may begin. Every call that began is ended. */
    Call begin() throws InterruptedException {
        long patience = TimeUnit.NANOSECONDS.convert(longestWait);
        while (true) {
            long held;
            lock.lock();
            try {
                held = Math.min(patience, TimeUnit.NANOSECONDS.convert(held()));
                if (held <= 0) {
                    if (underWay < limit || patience <= 0) {
                        underWay++;
                        return new Call(round, underWay);
                    }
                    patience = awaitTurn(patience);
                }
            } finally {
                lock.unlock();
            }
            if (held > 0) {
                time.sleep(Duration.ofNanos(held));
                patience -= held;
            }
        }
    }

    /** Returns what is left of the patience. */
    private long awaitTurn(long patience) throws InterruptedException {
        long before = time.nanoTime();
        try {
            return turn.awaitNanos(patience);
        } finally {
            queuedNanos.set(queuedNanos.get() + time.nanoTime() - before);
        }
    }

    private Duration held() {
        Duration left = hold.minusNanos(time.nanoTime() - heldSince);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Returns how long this thread has waited so far, in all, because others were under way. */
    long queuedNanos() {
        return queuedNanos.get();
    }

    /** Returns how many calls may be under way. */
    int allowed() {
        lock.lock();
        try {
            return limit;
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many calls wait for others to end. */
    int waiting() {
        lock.lock();
        try {
            return lock.getWaitQueueLength(turn);
        } finally {
            lock.unlock();
        }
    }

    /** Takes note of how a call ended. */
    void end(Call call, Outcome outcome, Optional<Duration> retryAfter) {
        lock.lock();
        try {
            switch (outcome) {
                case ANSWERED -> answered(call);
                case THROTTLED -> throttled(call);
                case FAILED -> {}
            }
            retryAfter.ifPresent(this::hold);
            underWay--;
            turn.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void hold(Duration retryAfter) {
        Duration asked = retryAfter.compareTo(longestWait) < 0 ? retryAfter : longestWait;
        if (asked.compareTo(held()) > 0) {
            hold = asked;
            heldSince = time.nanoTime();
        }
    }

    private void throttled(Call call) {
        if (call.round() != round) {
            return;
        }
        int atOnce = Math.min(limit, Math.max(call.atOnce(), underWay));
        boolean begins = limit == NONE;
        limit = Math.max(1, atOnce / 2);
        round++;
        answers = 0;
        if (begins) {
            usual = atOnce;
            log.atWarn()
                    .addKeyValue("under_way", atOnce)
                    .addKeyValue("limit", limit)
                    .log("the store asks to slow down: of {} calls at once, {} are allowed for now", atOnce, limit);
        } else {
            log.debug("the store asks to slow down further: {} calls at once are allowed", limit);
        }
    }

    private void answered(Call call) {
        if (limit == NONE || call.round() != round || ++answers < ANSWERS_PER_STEP * limit) {
            return;
        }
        answers = 0;
        limit++;
        if (limit > usual) {
            limit = NONE;
            log.info("the store keeps up again: calls are not limited any more");
        }
    }
}
