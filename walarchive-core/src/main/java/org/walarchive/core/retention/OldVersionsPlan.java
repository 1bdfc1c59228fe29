package org.walarchive.core.retention;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.walarchive.BackupName;
import org.walarchive.DeletionDecision;
import org.walarchive.DeletionDecision.Kind;
import org.walarchive.DeletionPolicy;
import org.walarchive.DeletionReason;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException;

/** Deletes what older layouts left. Nothing writes them since 2011, so there are few. */
final class OldVersionsPlan extends ArchivePlan {

    private final List<DeletionDecision> decisions = new ArrayList<>();

    private OldVersionsPlan(DeletionPolicy policy) {
        super(policy, Set.of());
    }

    static OldVersionsPlan of(ArchiveStore archive, DeletionPolicy policy) throws StoreException {
        OldVersionsPlan plan = new OldVersionsPlan(policy);
        for (String version : ArchiveLayout.OLD_VERSIONS) {
            plan.add(archive, ArchiveLayout.oldBaseBackups(version), Kind.OTHER_BACKUP_OBJECT, version);
            plan.add(archive, ArchiveLayout.oldWal(version), Kind.OTHER_WAL_OBJECT, version);
        }
        return plan;
    }

    private void add(ArchiveStore archive, String prefix, Kind kind, String version) throws StoreException {
        for (BlobInfo blob : archive.list(prefix, ListDepth.ALL)) {
            decisions.add(new DeletionDecision(
                    blob.key(),
                    blob.sizeBytes(),
                    kind,
                    DeletionReason.OLD_VERSION,
                    "it is of layout " + version + ", which nothing reads"));
        }
    }

    @Override
    public List<BackupDecision> backups() {
        return List.of();
    }

    @Override
    public Totals totals() {
        Tally tally = new Tally();
        forEach(tally::add);
        return tally.totals();
    }

    @Override
    public List<String> notes() {
        return List.of();
    }

    @Override
    public void forEach(Consumer<DeletionDecision> consumer) {
        decisions.forEach(consumer);
    }

    @Override
    List<BackupName> goingBackups() {
        return List.of();
    }

    @Override
    List<BackupName> leftOver() {
        return List.of();
    }

    @Override
    Set<String> kept() {
        return Set.of();
    }

    @Override
    List<BackupName> staleDeletions() {
        return List.of();
    }

    @Override
    Optional<Instant> agesAt() {
        return Optional.empty();
    }

    @Override
    Predicate<DeletionDecision> deletes() {
        Set<String> keys = new HashSet<>();
        decisions.forEach(decision -> keys.add(decision.key()));
        return decision -> keys.contains(decision.key());
    }
}
