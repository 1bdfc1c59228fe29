package org.walarchive.core.verify;

import java.util.List;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.identity.ClusterIdentity;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.store.StoreException;

/** Finds out which cluster the archive belongs to, and whether its backups agree. WAL-E's and WAL-G's archives do not say. */
final class ClusterCheck {

    private static final String HINT =
            "Delete it if you are sure which cluster the archive belongs to; the next push writes it anew.";

    private final ArchiveStore archive;
    private final FindingLog findings;

    ClusterCheck(ArchiveStore archive, FindingLog findings) {
        this.archive = archive;
        this.findings = findings;
    }

    /** Returns the cluster; that of the backups if they agree with each other and not with the archive's record. */
    Optional<SystemIdentifier> check(List<BackupFacts> backups) throws ArchiveException, InterruptedException {
        List<SystemIdentifier> recorded = backups.stream()
                .flatMap(backup -> backup.sentinel().flatMap(Sentinel::systemIdentifier).stream())
                .distinct()
                .toList();
        Optional<SystemIdentifier> named = named();
        if (named.isPresent() && recorded.size() == 1 && !recorded.contains(named.get())) {
            findings.error(
                    ArchiveLayout.IDENTITY,
                    "it names cluster " + named.get() + ", and all base backups are of cluster " + recorded.get(0),
                    HINT);
            named = Optional.of(recorded.get(0));
        }
        Optional<SystemIdentifier> cluster = named.or(() -> recorded.stream().findFirst());
        backups.forEach(backup -> require(cluster, backup));
        boolean isOurs = backups.stream().anyMatch(backup -> backup.record().isPresent());
        if (named.isEmpty() && isOurs) {
            findings.warning(
                    ArchiveLayout.IDENTITY,
                    "the record of the archive's cluster is missing",
                    "The next push writes it anew. What else was deleted?");
        }
        return cluster;
    }

    private Optional<SystemIdentifier> named() throws ArchiveException, InterruptedException {
        try {
            ClusterIdentity identity = new ClusterIdentity(archive);
            Optional<SystemIdentifier> cluster = identity.read();
            if (cluster.isPresent() && !identity.isVerbatim(cluster.get())) {
                findings.warning(ArchiveLayout.IDENTITY, "it has something that this version does not write", HINT);
            }
            return cluster;
        } catch (CorruptArchiveException e) {
            findings.error(
                    ArchiveLayout.IDENTITY,
                    "the record of the archive's cluster cannot be read: "
                            + e.detail().orElse(e.getMessage()),
                    HINT);
            return Optional.empty();
        } catch (StoreException e) {
            throw ArchiveStore.failure("read of the archive's cluster", e);
        }
    }

    private void require(Optional<SystemIdentifier> cluster, BackupFacts backup) {
        Optional<SystemIdentifier> own = backup.sentinel().flatMap(Sentinel::systemIdentifier);
        if (own.isPresent() && !own.equals(cluster)) {
            findings.error(
                    ArchiveLayout.sentinel(backup.objects().name()),
                    "the backup is of cluster " + own.get() + ", and the archive of cluster " + cluster.orElseThrow(),
                    "Each cluster needs a prefix of its own.");
        }
    }
}
