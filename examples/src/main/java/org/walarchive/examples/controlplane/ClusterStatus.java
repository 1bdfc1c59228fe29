package org.walarchive.examples.controlplane;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a cluster is doing.
 *
 * @param cluster its name
 * @param doing what is being done now
 * @param next when something is due
 * @param last what came of each step when it was done last
 */
record ClusterStatus(String cluster, Optional<Step> doing, Instant next, Map<Step, Outcome> last) {

    /** What is done. */
    enum Step {
        LOOK,
        BACKUP,
        RETENTION,
        DRILL
    }

    /**
     * What came of a step.
     *
     * @param at when it ended
     * @param failed whether it failed
     * @param message what it says of itself, or why it failed
     * @param successes how often it worked since this process began
     */
    record Outcome(Instant at, boolean failed, String message, int successes) {}

    ClusterStatus {
        Map<Step, Outcome> copy = new EnumMap<>(Step.class);
        copy.putAll(last);
        last = Map.copyOf(copy);
    }

    /** Tells whether what was done last of any kind failed. */
    boolean isInTrouble() {
        return last.values().stream().anyMatch(Outcome::failed);
    }
}
