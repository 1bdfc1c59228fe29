package org.walarchive.core.retention;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.BackupNotFoundException;
import org.walarchive.ConflictException;
import org.walarchive.DeletionOverride;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionPolicy;
import org.walarchive.RetentionService;
import org.walarchive.core.identity.ClusterIdentity;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;

/** Plans deletions, and keeps the marks that no policy goes against. */
public final class Retention {

    private final ArchiveStore archive;
    private final InstantSource clock;

    /**
     * Makes the use case for an archive.
     *
     * @param clock what ages are measured by
     */
    public Retention(ArchiveStore archive, InstantSource clock) {
        this.archive = archive;
        this.clock = clock;
    }

    /** See {@link RetentionService#plan}. */
    public DeletionPlan plan(DeletionPolicy policy, Set<DeletionOverride> overrides)
            throws ArchiveException, InterruptedException {
        return prepare(policy, overrides);
    }

    ArchivePlan prepare(DeletionPolicy policy, Set<DeletionOverride> overrides)
            throws ArchiveException, InterruptedException {
        if (!(policy instanceof DeletionPolicy.Everything)
                && (overrides.contains(DeletionOverride.INCLUDING_KEPT)
                        || overrides.contains(DeletionOverride.INCLUDING_UNFINISHED))) {
            throw new IllegalArgumentException(policy + " cannot be executed with " + overrides);
        }
        try {
            if (policy instanceof DeletionPolicy.OldVersions) {
                return OldVersionsPlan.of(archive, policy);
            }
            // Marks first: a backup that is marked while the archive is listed is looked for again before the deletion.
            Marks marks = Marks.read(archive);
            Inventory inventory = Inventory.read(archive);
            List<KnownBackup> backups = new BackupSurvey(archive, inventory).read();
            return new PolicyPlan(new Circumstances(
                    policy,
                    overrides,
                    inventory,
                    backups,
                    foreign(backups, policy),
                    marks,
                    floor(policy, overrides),
                    clock.instant()));
        } catch (StoreException e) {
            throw ArchiveStore.failure(
                    "plan of a deletion in " + archive.config().location(), e);
        }
    }

    private int floor(DeletionPolicy policy, Set<DeletionOverride> overrides) {
        if (overrides.contains(DeletionOverride.BELOW_FLOOR)) {
            return 0;
        }
        boolean everything = policy instanceof DeletionPolicy.Everything;
        return archive.config().retentionFloor().orElse(everything ? 0 : ArchiveConfig.DEFAULT_RETENTION_FLOOR);
    }

    /** Every push of ours records the cluster, so that without a record there are only those of one. */
    private Set<KnownBackup> foreign(List<KnownBackup> backups, DeletionPolicy policy)
            throws ArchiveException, StoreException {
        Set<SystemIdentifier> named =
                backups.stream().flatMap(backup -> backup.cluster().stream()).collect(Collectors.toSet());
        if (named.isEmpty() || policy instanceof DeletionPolicy.Everything) {
            return Set.of();
        }
        Optional<SystemIdentifier> own = new ClusterIdentity(archive).read();
        if (own.isEmpty() && named.size() > 1) {
            throw new ConflictException(
                    "archive " + archive.config().location() + " has backups of more than one cluster",
                    "The record of its own cluster, " + ArchiveLayout.IDENTITY + ", is missing; the backups are of "
                            + named + ".",
                    "A push from the server that the archive belongs to writes the record anew.");
        }
        return backups.stream()
                .filter(backup -> backup.cluster().isPresent())
                .filter(backup -> own.isPresent() && !backup.cluster().equals(own))
                .collect(Collectors.toSet());
    }

    /** See {@link RetentionService#keep}. */
    public void keep(BackupName backup) throws ArchiveException, InterruptedException {
        try {
            requireThere(backup);
            byte[] text = ("no policy deletes " + backup + "\n").getBytes(StandardCharsets.US_ASCII);
            archive.store().put(ArchiveLayout.keepMark(backup), BlobSource.of(text), PutMode.OVERWRITE);
            // A deletion puts its own mark first and then looks for ours, so that one of both sees the other.
            if (isBeingDeleted(backup, Marks.read(archive))) {
                release(backup);
                throw new ConflictException(
                        "backup " + backup + " is being deleted",
                        "A deletion that includes it was begun, and has not ended.",
                        "Was that deletion interrupted? Make it again, or wait until it is a day old.");
            }
            requireThere(backup);
        } catch (StoreException e) {
            throw ArchiveStore.failure("mark of backup " + backup, e);
        } catch (IOException e) {
            throw new IllegalStateException("a source in memory failed", e);
        }
    }

    /** How old the deletion's mark is tells ours, which was put now: both have the store's time, and no clock here has a say. */
    private boolean isBeingDeleted(BackupName backup, Marks marks) {
        Instant now = Optional.ofNullable(marks.kept().get(backup.toString()))
                .map(BlobInfo::lastModified)
                .orElseGet(clock::instant);
        return marks.deletionOf(backup)
                .filter(begun -> begun.plus(RetentionService.IN_PROGRESS_AGE).isAfter(now))
                .isPresent();
    }

    private void requireThere(BackupName backup) throws StoreException, BackupNotFoundException {
        String key = ArchiveLayout.sentinel(backup);
        boolean listed = archive.list(key, ListDepth.IMMEDIATE).stream()
                .anyMatch(blob -> blob.key().equals(key));
        if (!listed && !archive.isThere(key)) {
            archive.store().delete(List.of(ArchiveLayout.keepMark(backup)));
            throw new BackupNotFoundException(
                    "there is no backup " + backup + " in " + archive.config().location(),
                    null,
                    "backup-list shows the backups there are.");
        }
    }

    /** See {@link RetentionService#release}. */
    public void release(BackupName backup) throws ArchiveException, InterruptedException {
        try {
            archive.store().delete(List.of(ArchiveLayout.keepMark(backup)));
        } catch (StoreException e) {
            throw ArchiveStore.failure("release of backup " + backup, e);
        }
    }

    /** See {@link RetentionService#kept}. */
    public List<BackupName> kept() throws ArchiveException, InterruptedException {
        try {
            return Marks.read(archive).kept().keySet().stream()
                    .map(BackupName::parse)
                    .sorted(Comparator.comparing(BackupName::toString))
                    .toList();
        } catch (StoreException e) {
            throw ArchiveStore.failure(
                    "list of the marks in " + archive.config().location(), e);
        }
    }
}
