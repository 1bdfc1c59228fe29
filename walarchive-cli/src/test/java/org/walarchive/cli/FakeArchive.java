package org.walarchive.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.Backup;
import org.walarchive.BackupName;
import org.walarchive.BackupPushRequest;
import org.walarchive.BackupResult;
import org.walarchive.BackupService;
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
import org.walarchive.check.CheckReport;
import org.walarchive.check.CheckRequest;
import org.walarchive.check.CheckService;
import org.walarchive.drill.DrillReport;
import org.walarchive.drill.DrillRequest;
import org.walarchive.drill.DrillService;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.VerificationService;
import org.walarchive.verification.VerifyRequest;

/** An archive that does what it is told, and remembers what was asked of it. */
final class FakeArchive implements WalArchive, BackupService, WalService, VerificationService {

    final List<String> calls = new ArrayList<>();
    List<Backup> backups = List.of();
    WalFetchResult fetchResult = WalFetchResult.FETCHED;
    final FakeRetention retention = new FakeRetention(this::call);

    @Nullable
    ArchiveException failure;

    @Nullable
    Throwable crash;

    boolean interrupted;
    Work work = () -> {};
    VerifyRequest verifyRequest = VerifyRequest.of(VerifyRequest.Depth.SHALLOW);

    @Nullable
    ArchiveConfig config;

    @Nullable
    BackupPushRequest pushRequest;

    @Nullable
    WalPushRequest walPushRequest;

    @Nullable
    RestoreRequest restoreRequest;

    @Nullable
    CheckRequest checkRequest;

    @Nullable
    CheckReport checkReport;

    @Nullable
    DrillRequest drillRequest;

    @Nullable
    DrillReport drillReport;

    @Nullable
    AgentRequest agentRequest;

    @Nullable
    RestorePlan plan;

    @Nullable
    VerificationReport report;

    WalArchive open(ArchiveConfig given) {
        config = given;
        return this;
    }

    /** What takes its time. */
    @FunctionalInterface
    interface Work {
        void run() throws InterruptedException;
    }

    private void call(String what) throws ArchiveException, InterruptedException {
        calls.add(what);
        work.run();
        if (failure != null) {
            throw failure;
        }
        if (interrupted) {
            throw new InterruptedException();
        }
        if (crash != null) {
            FakeArchive.<RuntimeException>sneak(crash);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable crash) throws T {
        throw (T) crash;
    }

    @Override
    public BackupService backups() {
        return this;
    }

    @Override
    public WalService wal() {
        return this;
    }

    @Override
    public RetentionService retention() {
        return retention;
    }

    @Override
    public DrillService drills() {
        return request -> {
            drillRequest = request;
            call("drill " + request.backup());
            return Objects.requireNonNull(drillReport);
        };
    }

    @Override
    public CheckService checks() {
        return request -> {
            checkRequest = request;
            call("check");
            return Objects.requireNonNull(checkReport);
        };
    }

    @Override
    public VerificationService verification() {
        return this;
    }

    @Override
    public VerificationReport verify(VerifyRequest request) throws ArchiveException, InterruptedException {
        verifyRequest = request;
        call("verify " + request);
        return Objects.requireNonNull(report);
    }

    @Override
    public ArchiveAgent agent(AgentRequest request) {
        agentRequest = request;
        return new ScriptedAgent(this::call);
    }

    @Override
    public void close() {
        calls.add("close");
    }

    @Override
    public WalPushResult push(WalPushRequest request) throws ArchiveException, InterruptedException {
        walPushRequest = request;
        call("wal push " + request.file());
        return WalPushResult.ARCHIVED;
    }

    @Override
    public WalFetchResult fetch(WalFileName name, Path target) throws ArchiveException, InterruptedException {
        call("wal fetch " + name + " " + target);
        return fetchResult;
    }

    @Override
    public WalFetchResult fetch(WalFileName name, Path target, PrefetchStarter starter)
            throws ArchiveException, InterruptedException {
        call("wal fetch " + name + " " + target + ", prefetching");
        return fetchResult;
    }

    @Override
    public void prefetch(Path walDirectory, WalSegmentName first, int ahead) throws InterruptedException {
        calls.add("wal prefetch " + walDirectory + " " + first + " " + ahead);
    }

    @Override
    public BackupResult push(BackupPushRequest request) throws ArchiveException, InterruptedException {
        pushRequest = request;
        call("backup push " + request.dataDirectory());
        return new BackupResult(
                BackupName.parse("base_000000010000000000000008_00000040"),
                new TimelineId(1),
                new Lsn(40),
                new Lsn(80),
                1,
                2,
                3);
    }

    @Override
    public RestoreResult fetch(RestoreRequest request) throws ArchiveException, InterruptedException {
        restoreRequest = request;
        call("backup fetch " + request.backup() + " " + request.directory());
        return new RestoreResult(BackupName.parse("base_000000010000000000000008_00000040"), request.directory(), 1, 2);
    }

    @Override
    public RestorePlan plan(RestoreRequest request) throws ArchiveException, InterruptedException {
        restoreRequest = request;
        call("plan " + request.backup() + " " + request.directory());
        return Objects.requireNonNull(plan);
    }

    @Override
    public List<Backup> list(ListDetail detail) throws ArchiveException, InterruptedException {
        call("list " + detail);
        return backups;
    }

    @Override
    public List<Backup> list(String query, ListDetail detail) throws ArchiveException, InterruptedException {
        call("list " + query + " " + detail);
        return query.equals("LATEST")
                ? backups.stream().max(Comparator.comparing(Backup::lastModified)).stream()
                        .toList()
                : backups.stream()
                        .filter(backup -> backup.name().toString().startsWith(query))
                        .toList();
    }
}
