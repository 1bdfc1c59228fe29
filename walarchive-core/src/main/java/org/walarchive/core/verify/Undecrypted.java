package org.walarchive.core.verify;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The objects that could not be decrypted. Where others can be, one that names keys as no other does is damaged: a key that is not
 * here was used for more than one object. What names keys as others do may be whole, for keys get lost, agents forget
 * passphrases, and programs fail. Used by several threads.
 */
final class Undecrypted {

    /** As many sets of keys are told apart; an archive has a few. */
    private static final int MOST = 1000;

    private final Predicate<String> decrypted;
    /** By the keys that they name, the object that alone names them; empty where several do. */
    private final Map<String, Optional<Undecided>> alone = new HashMap<>();

    /**
     * Makes it without objects.
     *
     * @param decrypted whether an object that names these keys could be decrypted
     */
    Undecrypted(Predicate<String> decrypted) {
        this.decrypted = decrypted;
    }

    private record Undecided(Runnable damaged, Runnable unknown) {}

    /**
     * Adds an object, and tells what is known of it, now or when all are added.
     *
     * @param recipients the names of the keys that it is encrypted to; empty if they have nothing to do with the failure
     * @param damaged tells that it is damaged
     * @param unknown tells that it may be whole
     */
    synchronized void add(Optional<String> recipients, Runnable damaged, Runnable unknown) {
        Optional<Undecided> first = recipients.map(alone::get).orElse(null);
        if (recipients.isEmpty() || first == null && alone.size() == MOST) {
            unknown.run();
        } else if (first == null) {
            alone.put(recipients.get(), Optional.of(new Undecided(damaged, unknown)));
        } else {
            first.ifPresent(each -> each.unknown().run());
            alone.put(recipients.get(), Optional.empty());
            unknown.run();
        }
    }

    /**
     * Tells what is not told yet, when all are added.
     *
     * @param others whether any object could be decrypted
     */
    synchronized void decide(boolean others) {
        alone.forEach((recipients, each) -> each.ifPresent(
                object -> (others && !decrypted.test(recipients) ? object.damaged() : object.unknown()).run()));
        alone.clear();
    }
}
