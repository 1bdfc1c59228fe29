package org.walarchive.core.retention;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.walarchive.DeletionOverride;
import org.walarchive.DeletionPolicy;
import org.walarchive.core.inventory.Inventory;

/**
 * What a plan is made of.
 *
 * @param policy what may go
 * @param overrides beyond what is safe by default
 * @param inventory the archive
 * @param backups what is known of its backups, own and foreign
 * @param foreign those of another cluster
 * @param marks the marks on them
 * @param floor how many that can be restored have to stay
 * @param now this machine's time
 */
record Circumstances(
        DeletionPolicy policy,
        Set<DeletionOverride> overrides,
        Inventory inventory,
        List<KnownBackup> backups,
        Set<KnownBackup> foreign,
        Marks marks,
        int floor,
        Instant now) {

    Circumstances {
        overrides = Set.copyOf(overrides);
        backups = List.copyOf(backups);
        foreign = Set.copyOf(foreign);
    }

    boolean isEverything() {
        return policy instanceof DeletionPolicy.Everything;
    }

    /** Returns the backups that count: of this cluster, and complete. */
    List<KnownBackup> restorable() {
        return backups.stream()
                .filter(backup -> backup.isRestorable() && !foreign.contains(backup))
                .toList();
    }
}
