package org.walarchive.core.retention;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.walarchive.BackupName;
import org.walarchive.DeletionDecision;
import org.walarchive.DeletionOverride;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionPolicy;

/** A plan that can be executed. */
abstract class ArchivePlan implements DeletionPlan {

    private final DeletionPolicy policy;
    private final Set<DeletionOverride> overrides;

    ArchivePlan(DeletionPolicy policy, Set<DeletionOverride> overrides) {
        this.policy = policy;
        this.overrides = Set.copyOf(overrides);
    }

    @Override
    public final DeletionPolicy policy() {
        return policy;
    }

    @Override
    public final Set<DeletionOverride> overrides() {
        return overrides;
    }

    /** Returns the names of the backups of which something goes. */
    abstract List<BackupName> goingBackups();

    /** Returns the names of the backups whose deletion an earlier run began. */
    abstract List<BackupName> leftOver();

    /** Returns the names of the backups that had a keep mark. */
    abstract Set<String> kept();

    /** Returns the backups of which nothing is left but the mark that they are being deleted. */
    abstract List<BackupName> staleDeletions();

    /** Returns when it was made, by this machine's clock, if ages and so that clock decided about anything. */
    abstract Optional<Instant> agesAt();

    /** Returns what tells whether this plan deletes an object too that another one deletes. */
    abstract Predicate<DeletionDecision> deletes();
}
