package org.walarchive.core;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.ArchiveListener;
import org.walarchive.Backup;
import org.walarchive.BackupName;
import org.walarchive.BackupPushRequest;
import org.walarchive.BackupResult;
import org.walarchive.BackupService;
import org.walarchive.ConfigurationException;
import org.walarchive.DeletionOverride;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionPolicy;
import org.walarchive.DeletionResult;
import org.walarchive.PrefetchStarter;
import org.walarchive.RestorePlan;
import org.walarchive.RestoreRequest;
import org.walarchive.RestoreResult;
import org.walarchive.RetentionService;
import org.walarchive.WalArchive;
import org.walarchive.WalFetchResult;
import org.walarchive.WalPushRequest;
import org.walarchive.WalPushResult;
import org.walarchive.WalService;
import org.walarchive.agent.AgentRequest;
import org.walarchive.agent.ArchiveAgent;
import org.walarchive.check.CheckService;
import org.walarchive.core.agent.FollowedReadRate;
import org.walarchive.core.agent.StatusQuery;
import org.walarchive.core.agent.StoreWork;
import org.walarchive.core.backup.BackupFetch;
import org.walarchive.core.backup.BackupList;
import org.walarchive.core.backup.BackupPush;
import org.walarchive.core.check.Check;
import org.walarchive.core.drill.Drill;
import org.walarchive.core.identity.KnownCluster;
import org.walarchive.core.prefetch.Prefetch;
import org.walarchive.core.prefetch.PrefetchRemains;
import org.walarchive.core.prefetch.RecoveryFetch;
import org.walarchive.core.retention.DeletionRun;
import org.walarchive.core.retention.Retention;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.store.StoreRegistry;
import org.walarchive.core.verify.Verify;
import org.walarchive.core.wal.RequestedPush;
import org.walarchive.core.wal.WalFetch;
import org.walarchive.drill.DrillService;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.store.BlobStore;
import org.walarchive.verification.VerificationService;

/** An archive in a store. */
final class StoreBackedArchive implements WalArchive {

    private static final Logger LOG = LoggerFactory.getLogger(StoreBackedArchive.class);

    private final BlobStore store;
    private final Backups backups;
    private final Wal wal;
    private final RetentionService retention;
    private final Drill drills;
    private final VerificationService verification;
    private final CheckService checks;
    private final ArchiveStore archive;

    private StoreBackedArchive(BlobStore store, ArchiveStore archive) {
        this.store = store;
        this.archive = archive;
        this.backups = new Backups(archive);
        this.wal = new Wal(archive, new KnownCluster());
        this.retention = new Deletions(archive, InstantSource.system());
        this.drills = new Drill(archive, backups, wal);
        this.verification = request ->
                archive.command("verification of the archive", context -> new Verify(context).verify(request));
        this.checks = request -> archive.command(
                "check of the archive",
                context -> new Check(context, wal, verification, StatusQuery::of, InstantSource.system()).run(request));
    }

    static WalArchive open(ArchiveConfig config) throws ArchiveException {
        BlobStore store = StoreRegistry.open(config);
        try {
            ArchiveListener listener = config.listener();
            return new StoreBackedArchive(store, new ArchiveStore(config, store, event -> tell(listener, event)));
        } catch (IllegalArgumentException | IllegalStateException e) {
            store.close();
            throw new ConfigurationException(
                    "compression " + config.compression() + " cannot be used", e.getMessage(), null, e);
        }
    }

    /** A listener's failure must not fail a backup. */
    private static void tell(ArchiveListener listener, ArchiveEvent event) {
        try {
            listener.onEvent(event);
        } catch (RuntimeException e) {
            LOG.error("the listener failed on {}", event, e);
        }
    }

    @Override
    public BackupService backups() {
        return backups;
    }

    @Override
    public WalService wal() {
        return wal;
    }

    @Override
    public RetentionService retention() {
        return retention;
    }

    @Override
    public DrillService drills() {
        return drills;
    }

    @Override
    public VerificationService verification() {
        return verification;
    }

    @Override
    public CheckService checks() {
        return checks;
    }

    @Override
    public ArchiveAgent agent(AgentRequest request) {
        return StoreWork.agent(archive, request);
    }

    @Override
    public void close() {
        store.close();
    }

    private record Wal(ArchiveStore archive, KnownCluster cluster) implements WalService {

        @Override
        public WalPushResult push(WalPushRequest request) throws ArchiveException, InterruptedException {
            WalPushResult result = new RequestedPush(archive, cluster).push(request);
            PrefetchRemains.remove(request.file().resolveSibling(""));
            return result;
        }

        @Override
        public WalFetchResult fetch(WalFileName name, Path target) throws ArchiveException, InterruptedException {
            return archive.command("fetch of " + name, context -> new WalFetch(context).fetch(name, target));
        }

        @Override
        public WalFetchResult fetch(WalFileName name, Path target, PrefetchStarter starter)
                throws ArchiveException, InterruptedException {
            return archive.command(
                    "fetch of " + name, context -> new RecoveryFetch(context, starter).fetch(name, target));
        }

        @Override
        public void prefetch(Path walDirectory, WalSegmentName first, int ahead) throws InterruptedException {
            try (Prefetch prefetch = new Prefetch(archive, walDirectory, ahead, Prefetch.DEFAULT_THREADS)) {
                prefetch.begin(first);
                prefetch.awaitRest();
            }
        }
    }

    private record Deletions(ArchiveStore archive, InstantSource clock) implements RetentionService {

        @Override
        public DeletionPlan plan(DeletionPolicy policy, DeletionOverride... overrides)
                throws ArchiveException, InterruptedException {
            Set<DeletionOverride> words = Set.of(overrides);
            return archive.command("plan of a deletion", context -> new Retention(context, clock).plan(policy, words));
        }

        @Override
        public DeletionResult execute(DeletionPlan plan) throws ArchiveException, InterruptedException {
            return archive.command("deletion", context -> new DeletionRun(context, clock).execute(plan));
        }

        @Override
        public void keep(BackupName backup) throws ArchiveException, InterruptedException {
            archive.command("mark of backup " + backup, context -> {
                new Retention(context, clock).keep(backup);
                return backup;
            });
        }

        @Override
        public void release(BackupName backup) throws ArchiveException, InterruptedException {
            archive.command("release of backup " + backup, context -> {
                new Retention(context, clock).release(backup);
                return backup;
            });
        }

        @Override
        public List<BackupName> kept() throws ArchiveException, InterruptedException {
            return archive.command("list of the marks", context -> new Retention(context, clock).kept());
        }
    }

    private record Backups(ArchiveStore archive) implements BackupService {

        @Override
        public BackupResult push(BackupPushRequest request) throws ArchiveException, InterruptedException {
            try (FollowedReadRate rate = FollowedReadRate.of(request.dataDirectory(), request.readRateLimit())) {
                return archive.command(
                        "base backup of " + request.dataDirectory(),
                        context -> new BackupPush(context, rate::bytesPerSecond).push(request));
            }
        }

        @Override
        public RestoreResult fetch(RestoreRequest request) throws ArchiveException, InterruptedException {
            return archive.command(
                    "restore of backup " + request.backup(), context -> new BackupFetch(context).fetch(request));
        }

        @Override
        public RestorePlan plan(RestoreRequest request) throws ArchiveException, InterruptedException {
            return archive.command(
                    "plan of a restore of backup " + request.backup(),
                    context -> new BackupFetch(context).plan(request));
        }

        @Override
        public List<Backup> list(ListDetail detail) throws ArchiveException, InterruptedException {
            return archive.command("list of the base backups", context -> new BackupList(context).list(detail));
        }

        @Override
        public List<Backup> list(String query, ListDetail detail) throws ArchiveException, InterruptedException {
            return archive.command("list of the base backups", context -> new BackupList(context).list(query, detail));
        }
    }
}
