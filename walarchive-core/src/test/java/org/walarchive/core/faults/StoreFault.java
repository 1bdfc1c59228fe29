package org.walarchive.core.faults;

import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.StoreOperation;

/**
 * Something that goes wrong with a store.
 *
 * @param name what it is, as the report of the tests shows it
 * @param effect what people may notice of it
 * @param operations one of them has to be called so often for it to come to pass
 * @param calls how often
 * @param rules makes the rules for one scene
 */
record StoreFault(
        String name,
        Effect effect,
        Set<StoreOperation> operations,
        long calls,
        Function<Scene, List<FaultRule>> rules) {

    /** What people may notice, from nothing to a store that is of no use. */
    enum Effect {
        /** Nothing: it is tried again. */
        HIDDEN,
        /** It may fail. If it does not, what it says is what it says without the fault. */
        MAY_FAIL,
        /** It fails: nothing can be known. */
        FAILS,
        /** It fails when its deadline has passed, and says so. */
        DEADLINE,
        /** Bytes come other than they were stored, as no store may deliver them. */
        LIES_ON_GET,
        /** Bytes of another object come: what has no name and no checksum inside cannot be told. */
        MIXES_UP,
        /** The store says in so many words that an object is not there which is. */
        DENIES_EXISTENCE,
        /** A list lacks what is there. */
        LIES_ON_LIST,
        /** The beginning is stored for the whole, and acknowledged. */
        CUTS_ON_PUT,
        /** Bytes are stored other than they were sent, and acknowledged. */
        LIES_ON_PUT;

        /** Tells whether what was put may be damaged. */
        boolean isOfPuts() {
            return this == CUTS_ON_PUT || this == LIES_ON_PUT;
        }

        /** Tells whether a store that keeps its contract can do this. */
        boolean isWithinContract() {
            return switch (this) {
                case HIDDEN, MAY_FAIL, FAILS, DEADLINE -> true;
                case LIES_ON_GET, MIXES_UP, DENIES_EXISTENCE, LIES_ON_LIST, CUTS_ON_PUT, LIES_ON_PUT -> false;
            };
        }
    }

    /** A fault of single operations, by a rule for each. */
    static StoreFault of(
            String name,
            Effect effect,
            Set<StoreOperation> operations,
            long calls,
            Function<FaultRule.Calls, FaultRule> rule) {
        return new StoreFault(
                name,
                effect,
                operations,
                calls,
                scene -> operations.stream().map(FaultRule::on).map(rule).toList());
    }

    /** The same, of which a rule needs the scene. */
    static StoreFault inScene(
            String name,
            Effect effect,
            Set<StoreOperation> operations,
            long calls,
            BiFunction<Scene, StoreOperation, List<FaultRule>> rules) {
        return new StoreFault(
                name,
                effect,
                operations,
                calls,
                scene -> operations.stream()
                        .flatMap(operation -> rules.apply(scene, operation).stream())
                        .toList());
    }

    @Override
    public String toString() {
        return name;
    }
}
