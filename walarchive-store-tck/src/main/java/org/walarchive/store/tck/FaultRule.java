package org.walarchive.store.tck;

import java.time.Duration;
import java.util.Collection;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.walarchive.stability.Stable;
import org.walarchive.store.StoreException;

/**
 * Says which calls of a {@link FaultyBlobStore} go wrong, and how: first the calls, then the fault.
 *
 * <pre>{@code
 * FaultRule.on(StoreOperation.PUT).everyNth(3).fail(Kind.UNAVAILABLE)
 * FaultRule.on(StoreOperation.GET).keys(key -> key.endsWith(".lzo")).call(1).endQuietlyAt(100)
 * }</pre>
 *
 * <p>A rule counts the calls of its operation and keys, beginning with 1. It belongs to one store, is deterministic when the
 * calls come in one order, and safe for use by many threads.
 */
@Stable
public final class FaultRule {

    private final Calls calls;
    private final Fault fault;

    private FaultRule(Calls calls, Fault fault) {
        this.calls = calls;
        this.fault = fault;
    }

    /**
     * Begins a rule for all calls of an operation.
     *
     * @param operation which
     * @return the calls, to be narrowed down
     */
    public static Calls on(StoreOperation operation) {
        return new Calls(operation, key -> true, number -> true);
    }

    Fault fault() {
        return fault;
    }

    boolean applies(StoreOperation operation, Collection<String> keys) {
        return calls.applies(operation, keys);
    }

    /** Decides by the number of a call, which it is asked about once and in order. */
    private interface Numbers {
        boolean include(long number);
    }

    /** The calls that a rule is about. Each method returns new calls, or a rule for these calls. */
    public static final class Calls {

        private final StoreOperation operation;
        private final Predicate<String> keys;
        private final Numbers numbers;
        private long count;

        private Calls(StoreOperation operation, Predicate<String> keys, Numbers numbers) {
            this.operation = operation;
            this.keys = keys;
            this.numbers = numbers;
        }

        private synchronized boolean applies(StoreOperation called, Collection<String> calledKeys) {
            return called == operation && calledKeys.stream().anyMatch(keys) && numbers.include(++count);
        }

        private FaultRule rule(Fault fault) {
            return new FaultRule(new Calls(operation, keys, numbers), fault);
        }

        /**
         * Takes only calls for some keys; the others are not counted.
         *
         * @param wanted tells the keys; of a list it is asked about the prefix, of a delete about each key until one fits
         * @return new calls
         */
        public Calls keys(Predicate<String> wanted) {
            return new Calls(operation, wanted, numbers);
        }

        /**
         * Takes only the n-th call.
         *
         * @param n from 1
         * @return new calls
         */
        public Calls call(long n) {
            return calls(n, n);
        }

        /**
         * Takes only the calls of a range.
         *
         * @param first the first, from 1
         * @param last the last
         * @return new calls
         */
        public Calls calls(long first, long last) {
            return new Calls(operation, keys, number -> number >= first && number <= last);
        }

        /**
         * Takes every n-th call: n, 2n, 3n, …
         *
         * @param n at least 1
         * @return new calls
         */
        public Calls everyNth(long n) {
            if (n < 1) {
                throw new IllegalArgumentException("every n-th call needs an n of at least 1: " + n);
            }
            return new Calls(operation, keys, number -> number % n == 0);
        }

        /**
         * Takes calls at random, the same ones for the same seed.
         *
         * @param seed the seed
         * @param probability of each call, from 0 to 1
         * @return new calls
         */
        public Calls randomly(long seed, double probability) {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException("probability is not between 0 and 1: " + probability);
            }
            // Each number has its own draw, so that rules made of the same calls do not disturb each other.
            return new Calls(
                    operation,
                    keys,
                    number -> new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number).nextDouble() < probability);
        }

        /**
         * Fails without doing anything.
         *
         * @param kind as what
         * @return a rule
         */
        public FaultRule fail(StoreException.Kind kind) {
            return rule(new Fault.FailBefore(kind));
        }

        /**
         * Does the work, then fails: the reply is lost.
         *
         * @param kind as what
         * @return a rule
         */
        public FaultRule failAfterwards(StoreException.Kind kind) {
            return rule(new Fault.FailAfter(kind));
        }

        /**
         * Breaks the transfer: reading fails once so many bytes went through. Of a put, nothing is stored. If there are
         * fewer, it fails at the end.
         *
         * @param bytes how many go through
         * @param kind as what it fails
         * @return a rule for gets and puts
         */
        public FaultRule breakAt(long bytes, StoreException.Kind kind) {
            return transfer(new Fault.Break(bytes, kind));
        }

        /**
         * Ends the transfer early without a word, against the contract: readers must find out themselves. Of a put of
         * unknown length, the beginning is stored.
         *
         * @param bytes how many go through
         * @return a rule for gets and puts
         */
        public FaultRule endQuietlyAt(long bytes) {
            return transfer(new Fault.EndQuietly(bytes));
        }

        /**
         * Changes the lowest bit of one byte on its way.
         *
         * @param offset of the byte, from 0; nothing happens if the blob is shorter
         * @return a rule for gets and puts
         */
        public FaultRule flipBitAt(long offset) {
            return transfer(new Fault.FlipBit(offset));
        }

        /**
         * Blocks the transfer before the byte at an offset, until the reading thread is interrupted (it fails as INTERRUPTED)
         * or the stream or the store is closed (it fails as UNAVAILABLE).
         *
         * @param offset from 0
         * @return a rule for gets and puts
         */
        public FaultRule stallAt(long offset) {
            return transfer(new Fault.Stall(offset));
        }

        /**
         * Waits before the call. An interrupt ends the wait and fails the call as INTERRUPTED.
         *
         * @param pause how long
         * @return a rule
         */
        public FaultRule slow(Duration pause) {
            return rule(new Fault.Slow(pause));
        }

        /**
         * Runs something before the call, in its thread: the move of a competitor, or a wait for one.
         *
         * @param action what
         * @return a rule
         */
        public FaultRule runBefore(Runnable action) {
            return rule(new Fault.Run(action));
        }

        /**
         * Answers a get with another blob, as a cache or a proxy does that mixes up its entries.
         *
         * @param other the key whose blob is given, by the key that is asked for; which it may be
         * @return a rule for gets
         */
        public FaultRule answerFor(UnaryOperator<String> other) {
            require(operation == StoreOperation.GET);
            return rule(new Fault.AnswerFor(other));
        }

        /**
         * Hides keys from a list, as an eventually consistent service does with new blobs.
         *
         * @param hidden tells which keys
         * @return a rule for lists
         */
        public FaultRule hide(Predicate<String> hidden) {
            require(operation == StoreOperation.LIST);
            return rule(new Fault.Hide(hidden));
        }

        /**
         * Answers a list as the last call with the same arguments that was not stale was answered: new blobs are missing,
         * deleted ones are there. Where there was no such call, the answer is fresh.
         *
         * @return a rule for lists
         */
        public FaultRule stale() {
            require(operation == StoreOperation.LIST);
            return rule(new Fault.Stale());
        }

        private FaultRule transfer(Fault transferFault) {
            require(operation == StoreOperation.GET || operation == StoreOperation.PUT);
            return rule(transferFault);
        }

        private void require(boolean fits) {
            if (!fits) {
                throw new IllegalStateException("this fault does not fit " + operation);
            }
        }
    }
}
