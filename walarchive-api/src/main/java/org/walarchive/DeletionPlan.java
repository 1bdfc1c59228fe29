package org.walarchive;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.walarchive.stability.Stable;

/**
 * What a deletion would do to an archive as it was when the plan was made, and why. Nothing is changed by a plan; it can be
 * reviewed, and then given to {@link RetentionService#execute}. Thread-safe, and small also for millions of objects, as
 * decisions are made while they are walked.
 */
@Stable
public interface DeletionPlan {

    /**
     * What becomes of a base backup.
     *
     * @param name its name
     * @param state whether it can be restored
     * @param reason why it goes or stays
     * @param explanation the reason as a phrase
     */
    record BackupDecision(BackupName name, State state, DeletionReason reason, String explanation) {

        /** Whether a base backup can be restored, as far as its sentinel and the list of objects tell. */
        public enum State {
            /** Its sentinel, all its partitions and the WAL from its start to its stop are there. */
            RESTORABLE,
            /** It has a sentinel, and something else is missing or has another length than the sentinel says. */
            BROKEN,
            /** It has no sentinel: it is being taken, or was given up, or was half deleted. */
            UNFINISHED
        }

        /**
         * Tells what becomes of the backup.
         *
         * @return true if it goes
         */
        public boolean goes() {
            return reason.goes();
        }
    }

    /**
     * How much goes and stays.
     *
     * @param goingObjects how many objects go
     * @param goingBytes how much they take
     * @param stayingObjects how many objects stay
     * @param stayingBytes how much they take
     */
    record Totals(long goingObjects, long goingBytes, long stayingObjects, long stayingBytes) {}

    /**
     * Returns what was asked for.
     *
     * @return the policy
     */
    DeletionPolicy policy();

    /**
     * Returns what was said to go beyond what is safe by default.
     *
     * @return the words
     */
    Set<DeletionOverride> overrides();

    /**
     * Returns what becomes of the base backups.
     *
     * @return a decision for each, whole or not, in order of their names; none for {@link DeletionPolicy.OldVersions}
     */
    List<BackupDecision> backups();

    /**
     * Returns how much goes and stays.
     *
     * @return the totals
     */
    Totals totals();

    /**
     * Returns what could not be found out, so that more stays than might.
     *
     * @return phrases; mostly none
     */
    List<String> notes();

    /**
     * Walks over all objects, in the order in which they are deleted: all sentinels first, WAL from the oldest on.
     *
     * @param consumer is given each decision
     */
    void forEach(Consumer<DeletionDecision> consumer);
}
