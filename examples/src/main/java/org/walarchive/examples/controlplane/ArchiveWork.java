package org.walarchive.examples.controlplane;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.Backup;
import org.walarchive.BackupPushRequest;
import org.walarchive.BackupService.ListDetail;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionResult;
import org.walarchive.WalArchive;
import org.walarchive.drill.DrillReport;
import org.walarchive.drill.DrillRequest;

/** The work, done by walarchive: all that this example knows of it is here. */
final class ArchiveWork implements ClusterWork {

    private final ClusterSettings cluster;

    ArchiveWork(ClusterSettings cluster) {
        this.cluster = cluster;
    }

    @Override
    public Optional<Instant> lastBackup() throws ArchiveException, InterruptedException {
        try (WalArchive archive = WalArchive.open(cluster.archive())) {
            return archive.backups().list(ListDetail.NAMES).stream()
                    .map(Backup::lastModified)
                    .max(Comparator.naturalOrder());
        }
    }

    @Override
    public Result backUp() throws ArchiveException, InterruptedException {
        BackupPushRequest request = BackupPushRequest.builder(cluster.dataDirectory())
                .server(cluster.server())
                .build();
        try (WalArchive archive = WalArchive.open(cluster.archive())) {
            return new Result(true, archive.backups().push(request).name().toString());
        }
    }

    @Override
    public Result retain() throws ArchiveException, InterruptedException {
        if (cluster.retention().isEmpty()) {
            return new Result(true, "nothing is ever deleted");
        }
        try (WalArchive archive = WalArchive.open(cluster.archive())) {
            DeletionPlan plan = archive.retention().plan(cluster.retention().get());
            DeletionResult result = archive.retention().execute(plan);
            String message = "deleted " + result.deletedObjects() + " objects of " + result.deletedBytes() + " bytes";
            return result.failures().isEmpty()
                    ? new Result(true, message)
                    : new Result(false, message + ", and failed for " + result.failures());
        }
    }

    @Override
    public Result drill() throws ArchiveException, InterruptedException {
        DrillRequest.Builder request = DrillRequest.builder();
        cluster.drillQuery().ifPresent(request::query);
        cluster.programs().ifPresent(request::programs);
        try (WalArchive archive = WalArchive.open(cluster.archive())) {
            DrillReport report = archive.drills().run(request.build());
            return report.failure()
                    .map(failure -> new Result(
                            false,
                            report.backup() + " does not restore, at " + failure.step() + ": "
                                    + failure.cause().getMessage()))
                    .orElseGet(() -> new Result(true, good(report)));
        }
    }

    private static String good(DrillReport report) {
        return report.backup() + " restores"
                + report.reached().map(reached -> ", to " + reached.lsn()).orElse("")
                + report.result()
                        .map(result -> ", and answers " + result.rows())
                        .orElse("");
    }
}
